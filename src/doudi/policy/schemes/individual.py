"""One person alone: the route into dibao for severely disabled and severely ill members of other families."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import PERSON, Node, ceil_yuan, least, months, percents, when
from doudi.policy.engine.units import BOOLEAN, FEN_MONTH
from doudi.policy.law import LAW26, M57, N22, SEED


@rule(PERSON, "重度残疾（可单独申请）", BOOLEAN, M57.article(8), SEED.article("二(一)"))
def severe_disability(disability_grade: Node, disability_kind: Node, individual_mental_grade_max: Node) -> Node:
    """First or second grade of any kind; intellectual or mental up to the grade that the place allows."""
    graded = (disability_grade >= 1) & (disability_grade <= individual_mental_grade_max)
    return disability_grade.among(1, 2) | (disability_kind.among(5, 6) & graded)


@rule(PERSON, "因家庭困难可单独申请", BOOLEAN, M57.article(8), SEED.article("二(一)"), LAW26.article(21))
def individual_by_family(near_threshold: Node, severe_disability: Node, severe_illness: Node) -> Node:
    """A severely disabled or severely ill member of a near-threshold family."""
    return near_threshold & (severe_disability | severe_illness)


@rule(PERSON, "成年无业重度残疾可单独申请", BOOLEAN, N22.article("一(一)"))
def individual_by_own_means(
    adult_disabled_alone: Node,
    dibao_eligible: Node,
    age: Node,
    employed: Node,
    disability_grade: Node,
    countable_income: Node,
    dibao_standard: Node,
    assets_within_near_threshold: Node,
) -> Node:
    """An adult, unemployed, severely disabled person with little income of his or her own, whatever the family's."""
    return (
        adult_disabled_alone
        & ~dibao_eligible
        & (age >= 18)
        & ~employed
        & disability_grade.among(1, 2)
        & (countable_income < dibao_standard * months(12))
        & assets_within_near_threshold
    )


@rule(PERSON, "符合单人户低保条件", BOOLEAN, M57.article(8), N22.article("一(一)"), SEED.article("二(一)"))
def individual_dibao_eligible(
    counted: Node, on_dibao: Node, individual_by_family: Node, individual_by_own_means: Node
) -> Node:
    """A counted member, by one of the two routes, of a household that is not wholly on dibao."""
    return counted & ~on_dibao & (individual_by_family | individual_by_own_means)


@rule(PERSON, "单人户低保金（每月）", FEN_MONTH, SEED.article("二(一)"))
def individual_dibao_amount(
    individual_dibao_eligible: Node,
    dibao_standard: Node,
    individual_factor_percent: Node,
    dibao_average_month: Node,
) -> Node:
    """A little above the average allowance of ordinary dibao families, never above the standard; no top-up."""
    amount = ceil_yuan(individual_factor_percent * dibao_average_month, percents(100))
    return when(individual_dibao_eligible, least(dibao_standard, amount), 0)
