"""Who belongs to the family, and what its income is: clauses of the family's means."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, PERSON, Node, age_of, counted_total, least, months, most, when
from doudi.policy.engine.units import BOOLEAN, COUNT, FEN, YEARS
from doudi.policy.law import D649, LAW26, M57, SEED


@rule(PERSON, "周岁", YEARS, internal=True)
def age(birth_date: Node) -> Node:
    """Completed years of age on the day."""
    return age_of(birth_date)


@rule(PERSON, "计入共同生活的家庭成员", BOOLEAN, M57.article(7))
def counted(
    co_resident: Node,
    in_prison: Node,
    in_compulsory_detox: Node,
    declared_missing: Node,
    clergy_years_away: Node,
    on_tekun: Node,
) -> Node:
    """Lives in the family in the sense of the law, is not one of those left out, and is not supported as tekun."""
    left_out = in_prison | in_compulsory_detox | declared_missing | (clergy_years_away >= 3)
    return co_resident & ~left_out & ~on_tekun


@rule(HOUSEHOLD, "家庭人口", COUNT, M57.article(7))
def size(counted: Node) -> Node:
    """How many members count; not known as soon as one is not known."""
    return counted_total(counted, 1)


@rule(PERSON, "计入的年收入", FEN, M57.article(13), SEED.article("二(八)"))
def countable_income(
    wage_income_fen: Node,
    business_net_income_fen: Node,
    property_net_income_fen: Node,
    transfer_net_income_fen: Node,
    old_age_allowance_fen: Node,
    basic_pension_fen: Node,
    old_age_allowance_counted: Node,
    basic_pension_counted: Node,
) -> Node:
    """Income of twelve months by the four classes; basic pension and old-age allowance only where they count."""
    classes = wage_income_fen + business_net_income_fen + property_net_income_fen + transfer_net_income_fen
    allowance = when(old_age_allowance_counted, old_age_allowance_fen, 0)
    pension = when(basic_pension_counted, basic_pension_fen, 0)
    return classes + allowance + pension


@rule(PERSON, "就业成本扣减", FEN, M57.article(13), SEED.article("二(一)"))
def employment_cost(
    employed: Node,
    wage_income_fen: Node,
    business_net_income_fen: Node,
    employment_cost_rate: Node,
    dibao_standard: Node,
) -> Node:
    """A share of the yearly standard for each employed person, never more than was earned."""
    ceiling = (dibao_standard * months(12)).percent(employment_cost_rate)
    return when(employed, most(0, least(wage_income_fen + business_net_income_fen, ceiling)), 0)


@rule(PERSON, "刚性支出扣减", FEN, M57.article(13), SEED.article("二(一)"))
def rigid_deduction(
    severe_illness: Node,
    disability_grade: Node,
    study_stage: Node,
    medical_self_paid_fen: Node,
    rehabilitation_fee_fen: Node,
    education_fee_fen: Node,
    medical_deduction_rate: Node,
    medical_deduction_cap: Node,
    education_deduction_cap: Node,
) -> Node:
    """Costs of illness, disability and schooling: three independent terms."""
    medical = least(medical_self_paid_fen.percent(medical_deduction_rate), medical_deduction_cap)
    ill = severe_illness | disability_grade.among(1, 2)
    schooling = least(education_fee_fen, education_deduction_cap)
    return (
        when(ill, medical, 0)
        + when(disability_grade >= 1, rehabilitation_fee_fen, 0)
        + when(study_stage != "none", schooling, 0)
    )


@rule(HOUSEHOLD, "家庭年收入", FEN, M57.article(12), M57.article(13))
def income_year(counted: Node, countable_income: Node, employment_cost: Node, rigid_deduction: Node) -> Node:
    """Income of the counted members after costs and deductions; never below nothing."""
    return most(0, counted_total(counted, countable_income - employment_cost - rigid_deduction))


@rule(HOUSEHOLD, "收入低于低保标准", BOOLEAN, M57.article(8), D649.article(9), LAW26.article(18))
def income_below_dibao(size: Node, income_year: Node, dibao_standard: Node) -> Node:
    """Yearly income of the family is under the standard; compared on totals, never divided."""
    return (size > 0) & (income_year < dibao_standard * months(12) * size)
