"""Signs that a payment may have to stop or change: always to be verified, never a decision (LAW26-48)."""

import polars as pl

from doudi.accounts.roles import Role
from doudi.policy.law import G39, LAW26, M43, M57, N22, SEED

from .declare import indicator

ENDING = G39.article("三(四)")
CHECKED = M57.article(32)
OFFICE = Role.TOWNSHIP_CLERK


@indicator(
    "person", "stop", "死亡后仍在领", ENDING, N22.article("一(三)"), M43.article(24),
    to=Role.COUNTY_CLERK, days=1, shows=("died_on",),
    says="{died_on:day}死亡，仍在发放。",
)  # fmt: skip
def dead_but_paid(days_since_death: pl.Expr, person_receives: pl.Expr) -> pl.Expr:
    """Somebody of whom any source says that they died is still covered by a payment."""
    return (days_since_death >= 0) & person_receives.is_not_null()


@indicator(
    "person", "stop", "服刑期间仍在领", ENDING, M43.article(24), CHECKED,
    to=OFFICE, days=5, shows=("prison_since",),
    says="{prison_since:day}起服刑，仍在发放。",
)  # fmt: skip
def imprisoned_but_paid(prison: pl.Expr, person_receives: pl.Expr) -> pl.Expr:
    """Somebody in prison is still covered by a payment."""
    return prison & person_receives.is_not_null()


@indicator(
    "person", "stop", "户口迁出后仍在领", ENDING, CHECKED,
    to=OFFICE, days=5, shows=("moved_out_since",),
    says="{moved_out_since:day}户口迁出本市，仍在发放。",
)  # fmt: skip
def moved_but_paid(moved_out: pl.Expr, person_receives: pl.Expr) -> pl.Expr:
    """Somebody who is registered elsewhere now is still covered by a payment here."""
    return moved_out & person_receives.is_not_null()


@indicator(
    "household", "stop", "名下车辆与申报不符", ENDING, M57.article(14), LAW26.article(41),
    to=OFFICE, days=10, shows=("vehicle_value_registered", "vehicles_declared"),
    says="登记有 {vehicles_registered} 辆机动车[，价值 {vehicle_value_registered:yuan} 元]"
    "[，申报 {vehicles_declared} 辆]。",
)  # fmt: skip
def vehicle_undeclared(receives: pl.Expr, vehicles_registered: pl.Expr, vehicles_allowed: pl.Expr) -> pl.Expr:
    """The vehicle register knows more vehicles of a household in receipt than the measure allows."""
    return receives & (vehicles_registered > vehicles_allowed)


@indicator(
    "household", "stop", "名下有其他住房", ENDING, M57.article(14), LAW26.article(41),
    to=OFFICE, days=10, shows=("dwellings_declared",),
    says="不动产登记有 {dwellings_registered} 套其他住房[，申报 {dwellings_declared} 套]。",
)  # fmt: skip
def second_home(receives: pl.Expr, dwellings_registered: pl.Expr, dwellings_allowed: pl.Expr) -> pl.Expr:
    """The land register knows more dwellings of a household in receipt than the measure allows."""
    return receives & (dwellings_registered > dwellings_allowed)


@indicator(
    "person", "stop", "名下有企业", ENDING, M57.article(14), LAW26.article(41),
    to=OFFICE, days=10,
    says="登记为企业法人或股东，所在家庭在领待遇。",
)  # fmt: skip
def company_owner(receives: pl.Expr, business_owner: pl.Expr) -> pl.Expr:
    """A member of a household in receipt heads or partly owns a company; a stall of one's own is no company."""
    return receives & business_owner.is_in(["legal_person", "shareholder"])


@indicator(
    "person", "stop", "职工养老金高于申报", ENDING, M57.article(13), LAW26.article(46),
    to=OFFICE, days=10, absent=("transfer_declared",),
    says="领取职工养老金 {pension_paid:yuan} 元[，申报转移收入 {transfer_declared:yuan} 元]。",
)  # fmt: skip
def pension_above(
    receives: pl.Expr, pension_paid: pl.Expr, transfer_declared: pl.Expr, pension_gap_fen: pl.Expr
) -> pl.Expr:
    """A pension of a former employee exceeds what the family declared; nothing declared counts as nothing."""
    return receives & (pension_paid - transfer_declared.fill_null(0) >= pension_gap_fen)


@indicator(
    "person", "stop", "工资高于申报", ENDING, M57.article(13), LAW26.article(46),
    to=OFFICE, days=10, absent=("wage_declared",),
    says="部门记载一年工资 {wage_paid:yuan} 元[，申报 {wage_declared:yuan} 元]。",
)  # fmt: skip
def wage_above(receives: pl.Expr, wage_paid: pl.Expr, wage_declared: pl.Expr, wage_gap_fen: pl.Expr) -> pl.Expr:
    """A wage on a department's file exceeds what the family declared; nothing declared counts as nothing."""
    return receives & (wage_paid - wage_declared.fill_null(0) >= wage_gap_fen)


@indicator(
    "household", "stop", "存款高于申报", ENDING, M57.article(14), LAW26.article(41),
    to=OFFICE, days=10, absent=("savings_declared",),
    says="查得金融资产 {savings_found:yuan} 元[，申报 {savings_declared:yuan} 元]。",
)  # fmt: skip
def savings_above(
    receives: pl.Expr, savings_found: pl.Expr, savings_declared: pl.Expr, savings_gap_fen: pl.Expr
) -> pl.Expr:
    """The bank summary exceeds what the family declared; nothing declared counts as nothing."""
    return receives & (savings_found - savings_declared.fill_null(0) >= savings_gap_fen)


@indicator(
    "person", "stop", "配偶未申报", ENDING, M57.article(7), N22.article("三(二)"),
    to=OFFICE, days=10,
    says="有婚姻登记，户中没有配偶。",
)  # fmt: skip
def spouse_undeclared(receives: pl.Expr, married: pl.Expr, head_or_alone: pl.Expr, spouse_listed: pl.Expr) -> pl.Expr:
    """The head of a household in receipt, or who lives alone in it, is registered as married; no spouse is listed."""
    return receives & married & head_or_alone & ~spouse_listed


@indicator(
    "person", "stop", "两地同时享受待遇", ENDING, CHECKED, N22.article("三(二)"),
    to=Role.COUNTY_CLERK, days=5,
    says="在外地同时享受待遇。",
)  # fmt: skip
def benefit_in_two_places(person_receives: pl.Expr, benefit_elsewhere: pl.Expr) -> pl.Expr:
    """Somebody who is covered here is on another county's list as well."""
    return person_receives.is_not_null() & (benefit_elsewhere != "no")


@indicator(
    "person", "stop", "家庭成员财政供养", ENDING, CHECKED, M57.article(13),
    to=Role.COUNTY_CLERK, days=10,
    says="一名成员在财政供养名册中，所在家庭在领待遇。",
)  # fmt: skip
def fiscal_payroll_member(receives: pl.Expr, fiscal_payroll: pl.Expr) -> pl.Expr:
    """A member of a household in receipt is paid from public funds."""
    return receives & fiscal_payroll


@indicator(
    "household", "stop", "近亲属未备案", M57.article(11), SEED.article("三(一)"),
    to=Role.COUNTY_CLERK, days=10,
    says="有近亲属是经办人员或财政供养人员，没有近亲属备案。",
)  # fmt: skip
def relative_undisclosed(receives: pl.Expr, near_relative: pl.Expr, disclosed: pl.Expr) -> pl.Expr:
    """Near kin of somebody in receipt is an official on file, and nobody has disclosed it."""
    return receives & near_relative & ~disclosed


@indicator(
    "household", "stop", "定期核查过期", M57.article(31), LAW26.article(46),
    to=OFFICE, days=5, shows=("review_by",),
    says="应于 {review_by:day}前核查，已过期 {days_review_late} 天。",
)  # fmt: skip
def review_overdue(days_review_late: pl.Expr, review_late_days: pl.Expr) -> pl.Expr:
    """The day on which the household had to be looked at again has passed."""
    return days_review_late > review_late_days


@indicator(
    "household", "stop", "按已知事实不再符合", ENDING, LAW26.article(47), CHECKED,
    to=OFFICE, days=10,
    says="整户低保，按已知事实测算不再符合条件。",
)  # fmt: skip
def no_longer_eligible(category: pl.Expr, dibao_eligible: pl.Expr, phasing_out: pl.Expr) -> pl.Expr:
    """A dibao household that the rulebook refuses on known facts alone, and that is not phased out already."""
    return (category == "dibao") & ~dibao_eligible & ~phasing_out
