"""Silent non-take-up: entitled, or possibly entitled by what departments say, and receiving nothing.

Two tiers of evidence. The rulebook says yes on known facts alone: always a hit. Or facts are missing, departments' data
show enough signs of hardship, and with a presumed income (`presumption`) the household may qualify: a hit to be asked
about, with what is not known counted in the evidence. Nobody is judged by presumption: it decides who is visited.
"""

import polars as pl

from doudi.accounts.roles import Role
from doudi.policy.law import G39, LAW26, M43, M57, N22, RIGID, SEED, TR14, TR26

from .declare import indicator

APPLY = G39.article("三(四)")


@indicator(
    "household", "help", "可能符合低保而未享受", APPLY, M57.article(8), LAW26.article(39),
    to=Role.COORDINATOR, days=10, shows=("signs_told", "unknown_facts"),
    says="未享受低保。[{dibao_eligible:known}。][推定收入约为低保线的 {income_presumed_percent}%。]"
    "[困难迹象：{signs_told}。][{unknown_facts} 项事实待核。]",
)  # fmt: skip
def takeup_dibao(
    receives: pl.Expr,
    case_open: pl.Expr,
    dibao_eligible: pl.Expr,
    assets_could_be_within: pl.Expr,
    income_presumed_percent: pl.Expr,
    hardship_signs: pl.Expr,
    takeup_income_percent: pl.Expr,
    takeup_signs: pl.Expr,
) -> pl.Expr:
    """Entitled to dibao on known facts; or poor by presumption, with enough signs, and not known to be outside."""
    poor = assets_could_be_within & (income_presumed_percent < takeup_income_percent)
    possible = dibao_eligible.is_null() & poor & (hardship_signs >= takeup_signs)
    return ~receives & ~case_open & (dibao_eligible | possible)


@indicator(
    "person", "help", "可能符合单人户低保而未享受", APPLY, M57.article(8), N22.article("一(一)"),
    SEED.article("二(一)"), to=Role.COORDINATOR, days=10,
    shows=("disability", "severe_illness", "signs_told", "unknown_facts"),
    says="一名重残或重病成员未享受低保，可能符合单人户条件。[{individual_dibao_eligible:known}。]"
    "[困难迹象：{signs_told}。][全家 {unknown_facts} 项事实待核。]",
)  # fmt: skip
def takeup_individual_dibao(
    person_receives: pl.Expr,
    case_open: pl.Expr,
    individual_dibao_eligible: pl.Expr,
    could_be_individual: pl.Expr,
    category: pl.Expr,
    disability: pl.Expr,
    severe_illness: pl.Expr,
    hardship_signs: pl.Expr,
    takeup_signs: pl.Expr,
) -> pl.Expr:
    """A severely disabled or ill member who could have dibao alone, on known facts or by presumption with signs.

    Where the county itself has recognised the family as near the threshold, a severely disabled or ill member is sign
    enough.
    """
    recognised = (category == "near_threshold") & (disability.is_in([1, 2]) | severe_illness)
    could = (could_be_individual & (hardship_signs >= takeup_signs)).fill_null(False) | recognised
    presumed = individual_dibao_eligible.is_null() & could
    return person_receives.is_null() & ~case_open & (individual_dibao_eligible | presumed)


@indicator(
    "person", "help", "可能符合特困而未享受", APPLY, M43.article(4), M43.article(11), LAW26.article(16),
    to=Role.COORDINATOR, days=5, shows=("age", "signs_told", "unknown_facts"),
    says="一名 {age} 岁成员未享受特困供养，可能无劳动能力、无生活来源、无人赡养扶养。[{tekun_eligible:known}。]"
    "[困难迹象：{signs_told}。][全家 {unknown_facts} 项事实待核。]",
)  # fmt: skip
def takeup_tekun(
    person_receives: pl.Expr,
    case_open: pl.Expr,
    tekun_eligible: pl.Expr,
    could_be_tekun: pl.Expr,
    supporters: pl.Expr,
    hardship_signs: pl.Expr,
    takeup_signs: pl.Expr,
) -> pl.Expr:
    """Somebody who could be supported in extreme hardship, on known facts or by presumption with signs."""
    alone = could_be_tekun & (supporters == 0)
    presumed = tekun_eligible.is_null() & alone & (hardship_signs >= takeup_signs)
    return person_receives.is_null() & ~case_open & (tekun_eligible | presumed)


@indicator(
    "household", "help", "可能符合低保边缘而未认定", APPLY, M57.article(8), LAW26.article(21), N22.article("一(四)"),
    to=Role.COORDINATOR, days=10, shows=("income_presumed_percent", "signs_told", "unknown_facts"),
    says="未认定为低保边缘家庭。[{near_threshold:known}。][推定收入约为低保线的 {income_presumed_percent}%。]"
    "[困难迹象：{signs_told}。][{unknown_facts} 项事实待核。]",
)  # fmt: skip
def takeup_near_threshold(
    on_register: pl.Expr,
    case_open: pl.Expr,
    near_threshold: pl.Expr,
    could_be_near: pl.Expr,
    hardship_signs: pl.Expr,
    takeup_signs: pl.Expr,
) -> pl.Expr:
    """Near the threshold on known facts, or by presumption with enough signs; and in no category."""
    presumed = near_threshold.is_null() & could_be_near & (hardship_signs >= takeup_signs)
    return ~on_register & ~case_open & (near_threshold | presumed)


@indicator(
    "household", "help", "可能符合刚性支出困难而未认定", APPLY, RIGID.article(4), LAW26.article(22),
    to=Role.COORDINATOR, days=10, shows=("medical_family", "signs_told", "unknown_facts"),
    says="未认定为刚性支出困难家庭，支出可能超过规定比例。[{rigid_expenditure:known}。]"
    "[全家医疗自付 {medical_family:yuan} 元。][困难迹象：{signs_told}。][{unknown_facts} 项事实待核。]",
)  # fmt: skip
def takeup_rigid_expenditure(
    on_register: pl.Expr,
    case_open: pl.Expr,
    rigid_expenditure: pl.Expr,
    could_be_rigid: pl.Expr,
    hardship_signs: pl.Expr,
    takeup_signs: pl.Expr,
) -> pl.Expr:
    """Costs that eat up the income, on known facts or by presumption with enough signs; and in no category."""
    presumed = rigid_expenditure.is_null() & could_be_rigid & (hardship_signs >= takeup_signs)
    return ~on_register & ~case_open & (rigid_expenditure | presumed)


@indicator(
    "household", "help", "遭遇急难而未得到临时救助", APPLY, TR14.article("三(一)"), TR26.article("小额快救"),
    LAW26.article(29), to=Role.TOWNSHIP_CLERK, days=1,
    says="{days_since_emergency} 天前遭遇急难，没有临时救助的记录。",
)  # fmt: skip
def takeup_temporary(
    emergency_event: pl.Expr,
    days_since_emergency: pl.Expr,
    case_open: pl.Expr,
    helped_lately: pl.Expr,
    emergency_days: pl.Expr,
) -> pl.Expr:
    """An emergency of these days without temporary assistance, and no case about it."""
    return emergency_event & (days_since_emergency < emergency_days) & ~case_open & ~helped_lately
