"""The price-linked temporary subsidy: due when an index reaches its trigger, once per recipient."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import PERSON, Node, calendar_month, ceil_yuan, most, permilles, when
from doudi.policy.engine.units import BOOLEAN, FEN_MONTH
from doudi.policy.law import LAW26, PR16, PR21, PR22, SEED


@rule(PERSON, "当月领取待遇", BOOLEAN, internal=True)
def subsidy_recipient(
    index_month: Node,
    counted: Node,
    on_dibao: Node,
    on_individual_dibao: Node,
    on_tekun: Node,
    child_support_scheme: Node,
    near_threshold: Node,
) -> Node:
    """On dibao or tekun; later also in the children's scheme, for a time also near the threshold."""
    children = (index_month >= calendar_month(2021, 10)) & child_support_scheme
    widened = (index_month >= calendar_month(2022, 8)) & (index_month <= calendar_month(2023, 2))
    return (counted & on_dibao) | on_individual_dibao | on_tekun | children | (widened & counted & near_threshold)


@rule(
    PERSON,
    "价格临时补贴",
    FEN_MONTH,
    *PR16("一", "二"),
    *PR21("保障对象", "启动条件", "补贴标准"),
    *PR22("保障范围", "启动条件", "执行期限"),
    LAW26.article(32),
    SEED.article("二(二)"),
)
def price_subsidy(
    subsidy_recipient: Node,
    cpi: Node,
    food_cpi: Node,
    cpi_trigger: Node,
    food_cpi_trigger: Node,
    dibao_standard: Node,
    price_subsidy_floor: Node,
) -> Node:
    """Standard times the larger triggered index, rounded up to the yuan, at least the floor."""
    general, food = cpi >= cpi_trigger, food_cpi >= food_cpi_trigger
    index = when(general & food, most(cpi, food_cpi), when(general, cpi, food_cpi))
    amount = most(price_subsidy_floor, ceil_yuan(dibao_standard * index, permilles(1000)))
    return when(subsidy_recipient, when(general | food, amount, 0), 0)
