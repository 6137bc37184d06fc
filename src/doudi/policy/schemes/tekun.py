"""People in extreme hardship: no capacity to work, no source of income, nobody able to support them."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import (
    OBLIGOR,
    PERSON,
    Node,
    Param,
    Parts,
    age_of,
    assured,
    ceil_yuan,
    every,
    months,
    when,
)
from doudi.policy.engine.units import BOOLEAN, COUNT, FEN_MONTH, YEARS
from doudi.policy.law import LAW26, M43, SEED, YN20, YN25

SCHOOLS = ("compulsory", "senior_secondary", "vocational_secondary")
"""Schools at which somebody grown up is still supported."""


@rule(PERSON, "无劳动能力", BOOLEAN, M43.article(5))
def no_labour_capacity(age: Node, tekun_minor_age: Node, disability_kind: Node, disability_grade: Node) -> Node:
    """By age, or by kind and grade of disability together; hearing and speech are not named by the clause."""
    return (
        (age >= 60)
        | (age < tekun_minor_age)
        | (disability_kind.among(5, 6) & disability_grade.among(1, 2, 3))
        | ((disability_kind == 4) & disability_grade.among(1, 2))
        | ((disability_kind == 1) & (disability_grade == 1))
    )


@rule(PERSON, "无生活来源", BOOLEAN, *M43(6, 7))
def no_income_source(
    wage_income_fen: Node,
    business_net_income_fen: Node,
    property_net_income_fen: Node,
    transfer_net_income_fen: Node,
    dibao_standard: Node,
    assets_within_tekun: Node,
) -> Node:
    """The four classes of income under the yearly standard (pension and old-age allowance left out), assets within."""
    income = wage_income_fen + business_net_income_fen + property_net_income_fen + transfer_net_income_fen
    return (income < dibao_standard * months(12)) & assets_within_tekun


@rule(OBLIGOR, "义务人周岁", YEARS, internal=True)
def age_of_obligor(birth_date: Node) -> Node:
    """Completed years of age on the day."""
    return age_of(birth_date)


@rule(OBLIGOR, "义务人无履行义务能力", BOOLEAN, M43.article(8))
def obligor_incapable(
    on_tekun: Node,
    on_dibao: Node,
    age_of_obligor: Node,
    income_fen_year: Node,
    assets_within_rule: Node,
    disability_kind: Node,
    disability_grade: Node,
    lacks_civil_capacity: Node,
    declared_missing: Node,
    in_prison: Node,
    disposable_income_last_year: Node,
) -> Node:
    """One of the five situations of the clause, each with the tests of income and assets that it names."""
    poor = (income_fen_year < disposable_income_last_year) & assets_within_rule
    disabled = disability_grade.among(1, 2) | (disability_kind.among(5, 6) & (disability_grade == 3))
    absent = lacks_civil_capacity | declared_missing | in_prison
    return (
        on_tekun
        | ((age_of_obligor >= 60) & on_dibao)
        | ((age_of_obligor >= 70) & poor)
        | (disabled & poor)
        | (absent & assets_within_rule)
    )


@rule(PERSON, "无法定义务人或义务人均无能力", BOOLEAN, M43.article(4))
def no_capable_obligor(obligor_incapable: Node, obligors_known: Node) -> Node:
    """True of every listed obligor, and the list is known to be complete; an incomplete list never says yes or no."""
    return every(obligor_incapable) & assured(obligors_known)


@rule(PERSON, "符合特困人员条件", BOOLEAN, *M43(4, 9, 24), LAW26.article(16), SEED.article("二(一)"))
def tekun_eligible(
    no_labour_capacity: Node,
    on_tekun: Node,
    age: Node,
    study_stage: Node,
    no_income_source: Node,
    no_capable_obligor: Node,
    child_support_scheme: Node,
    in_prison: Node,
    declared_missing: Node,
) -> Node:
    """All three conditions at once; whoever is supported already keeps it up to 18, and beyond while at school."""
    continued = on_tekun & ((age < 18) | study_stage.among(*SCHOOLS))
    return (
        (no_labour_capacity | continued)
        & no_income_source
        & no_capable_obligor
        & ~child_support_scheme
        & ~in_prison
        & ~declared_missing
    )


@rule(PERSON, "照料护理档次", COUNT, M43.article(22))
def care_tier(self_care_failed: Node) -> Node:
    """Third tier: can do everything. Second: fails up to three of the six. First: fails four or more."""
    return when(self_care_failed == 0, 3, when(self_care_failed <= 3, 2, 1))


@rule(
    PERSON,
    "特困人员救助供养金（每月）",
    FEN_MONTH,
    M43.article(20),
    LAW26.article(17),
    YN20.article("标准"),
    YN25.article("标准"),
)
def tekun_amount(
    tekun_eligible: Node, tekun_basic: Param, dibao_standard: Param, care: Parts, support_setting: Node, care_tier: Node
) -> Node:
    """Basic standard (1.3 times urban dibao where none is published) and care by setting and tier."""
    basic = when(tekun_basic.applies(), tekun_basic, ceil_yuan(13 * dibao_standard.of_class("urban"), 10))

    def in_setting(setting: str) -> Node:
        one, two, three = (care.part(setting, tier) for tier in "123")
        return when(care_tier == 1, one, when(care_tier == 2, two, three))

    nursing = when(support_setting == "institution", in_setting("institution"), in_setting("home"))
    return when(tekun_eligible, basic + nursing, 0)
