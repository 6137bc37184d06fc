"""Households with rigid expenditure: income under the average, but costs of illness, school and care that eat it up."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node, counted_total, percents
from doudi.policy.engine.units import BOOLEAN, FEN
from doudi.policy.law import LAW26, RIGID, SEED


@rule(HOUSEHOLD, "家庭刚性支出（年）", FEN, RIGID.article(5))
def rigid_spending(
    counted: Node,
    medical_self_paid_fen: Node,
    education_fee_fen: Node,
    rehabilitation_fee_fen: Node,
    other_rigid_fen: Node,
) -> Node:
    """Costs of twelve months; living costs enter through the others where the county counts them."""
    spending = medical_self_paid_fen + education_fee_fen + rehabilitation_fee_fen + other_rigid_fen
    return counted_total(counted, spending)


@rule(HOUSEHOLD, "家庭总收入（未扣减）", FEN, internal=True)
def gross_income(counted: Node, countable_income: Node) -> Node:
    """Countable income of the family before costs and deductions."""
    return counted_total(counted, countable_income)


@rule(HOUSEHOLD, "刚性支出困难家庭", BOOLEAN, RIGID.article(4), SEED.article("二(三)"), LAW26.article(22))
def rigid_expenditure(
    dibao_eligible: Node,
    near_threshold: Node,
    size: Node,
    gross_income: Node,
    disposable_income_last_year: Node,
    assets_within_rigid: Node,
    rigid_spending: Node,
    rigid_ratio_percent: Node,
) -> Node:
    """In no higher category, income under the local average, and spending above the ratio."""
    return (
        ~dibao_eligible
        & ~near_threshold
        & (size > 0)
        & (gross_income < disposable_income_last_year * size)
        & assets_within_rigid
        & (rigid_spending > 0)
        & (rigid_spending * percents(100) > rigid_ratio_percent * gross_income)
    )
