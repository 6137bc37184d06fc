"""Signs that a household may need help: something has happened, whether or not it receives anything yet."""

import polars as pl

from doudi.accounts.roles import Role
from doudi.policy.law import G39, LAW26, N22, SEED

from .declare import indicator

SIGNS = N22.article("三(三)")
MATCHED = G39.article("三(三)")


@indicator(
    "person", "help", "医疗自付费用高", SIGNS, MATCHED, LAW26.article(24),
    to=Role.COORDINATOR, days=10,
    says="一名成员近十二个月医疗自付 {medical_self_paid:yuan} 元，达到提示线 {medical_heavy_fen:yuan} 元。",
)  # fmt: skip
def medical_heavy(medical_self_paid: pl.Expr, medical_heavy_fen: pl.Expr) -> pl.Expr:
    """One member has paid at least so much for treatment in twelve months, whatever the family earns."""
    return medical_self_paid >= medical_heavy_fen


@indicator(
    "household", "help", "医疗自付占收入比例高", SIGNS, LAW26.article(22),
    to=Role.COORDINATOR, days=10,
    says="全家医疗自付 {medical_family:yuan} 元，是已知家庭年收入 {income_told:yuan} 元的 {medical_share:times} 倍。",
)  # fmt: skip
def medical_against_income(
    medical_family: pl.Expr,
    income_told: pl.Expr,
    medical_share: pl.Expr,
    medical_share_percent: pl.Expr,
    medical_least_fen: pl.Expr,
) -> pl.Expr:
    """Treatment eats up a large part of what the family is known to earn. Without a known income it is silent."""
    return (income_told > 0) & (medical_share >= medical_share_percent) & (medical_family >= medical_least_fen)


@indicator(
    "person", "help", "新增重度残疾", SIGNS, MATCHED, SEED.article("二(一)"),
    to=Role.COORDINATOR, days=10, shows=("disability_since",),
    says="一名成员 {disability_since:day}评定为残疾 {disability} 级。",
)  # fmt: skip
def new_severe_disability(disability: pl.Expr, days_since_disability: pl.Expr, fresh_days: pl.Expr) -> pl.Expr:
    """A first or second grade of disability certified lately."""
    return disability.is_in([1, 2]) & (days_since_disability < fresh_days)


@indicator(
    "person", "help", "新增重病", SIGNS, MATCHED, LAW26.article(24),
    to=Role.COORDINATOR, days=10, shows=("severe_illness_since", "medical_self_paid"),
    says="一名成员 {severe_illness_since:day}起患重病[，医疗自付 {medical_self_paid:yuan} 元]。",
)  # fmt: skip
def new_severe_illness(severe_illness: pl.Expr, days_since_illness: pl.Expr, fresh_days: pl.Expr) -> pl.Expr:
    """A severe illness found lately. What it has cost is told where it is known."""
    return severe_illness & (days_since_illness < fresh_days)


@indicator(
    "person", "help", "工资大幅下降", SIGNS, SEED.article("二(三)"),
    to=Role.COORDINATOR, days=10,
    says="一名成员一年工资 {wage_paid:yuan} 元，一年前是 {wage_paid_before:yuan} 元。",
)  # fmt: skip
def income_loss(
    wage_paid: pl.Expr, wage_paid_before: pl.Expr, income_fall_percent: pl.Expr, income_fall_fen: pl.Expr
) -> pl.Expr:
    """A wage that departments have on file has fallen by a large share and amount within a year."""
    lost = wage_paid_before - wage_paid
    return (lost >= income_fall_fen) & (lost * 100 >= income_fall_percent * wage_paid_before)


@indicator(
    "person", "help", "失业且没有失业保险金", SIGNS, MATCHED, LAW26.article(27),
    to=Role.COORDINATOR, days=10, absent=("unemployment_pay",),
    says="一名劳动年龄成员失业 {days_since_job_loss} 天，没有领取失业保险金的记录。",
)  # fmt: skip
def unemployed_uninsured(
    able: pl.Expr, unemployment: pl.Expr, days_since_job_loss: pl.Expr, unemployment_pay: pl.Expr, fresh_days: pl.Expr
) -> pl.Expr:
    """Somebody of working age lost work lately and is not on the list of those who are paid for it."""
    return able & unemployment & (days_since_job_loss < fresh_days) & ~unemployment_pay.fill_null(False)


@indicator(
    "person", "help", "适龄儿童未入学", SIGNS, MATCHED, LAW26.article(25),
    to=Role.LIAISON_EDUCATION, days=10,
    says="一名 {school_age} 岁儿童不在学。",
)  # fmt: skip
def child_not_enrolled(
    school_age: pl.Expr,
    study: pl.Expr,
    here: pl.Expr,
    school_list: pl.Expr,
    school_age_first: pl.Expr,
    school_age_end: pl.Expr,
) -> pl.Expr:
    """A child of school age whom no school has. Not to be on the list counts only once the county's list has come."""
    missing = (study == "none") | (study.is_null() & school_list)
    return here & (school_age >= school_age_first) & (school_age < school_age_end) & missing


@indicator(
    "household", "help", "儿童无人照料", MATCHED, SEED.article("二(四)"), LAW26.article(39),
    to=Role.TOWNSHIP_CLERK, days=3,
    says="户中有 {minors} 名未成年人，没有能照料的成年人。",
)  # fmt: skip
def unattended_child(minors: pl.Expr, adults_able: pl.Expr) -> pl.Expr:
    """Minors with no adult under seventy who is alive, free, registered here and not severely disabled."""
    return (minors > 0) & (adults_able == 0)


@indicator(
    "household", "help", "主要劳力死亡", MATCHED, SEED.article("二(三)"),
    to=Role.COORDINATOR, days=5, shows=("earner_died_on",),
    says="主要劳力 {earner_died_on:day}死亡，现有 {members} 人。",
)  # fmt: skip
def earner_died(days_since_earner_died: pl.Expr, members: pl.Expr, fresh_days: pl.Expr) -> pl.Expr:
    """A member of working age died lately and left others behind."""
    return (days_since_earner_died < fresh_days) & (members > 0)


@indicator(
    "household", "help", "遭受灾害", MATCHED, LAW26.article(28),
    to=Role.COORDINATOR, days=3, shows=("dwelling_unsafe",),
    says="{days_since_disaster} 天前受灾[，住房不安全：{dwelling_unsafe:yes}]。",
)  # fmt: skip
def struck_by_disaster(disaster_event: pl.Expr, days_since_disaster: pl.Expr, fresh_days: pl.Expr) -> pl.Expr:
    """A disaster hit the household lately."""
    return disaster_event & (days_since_disaster < fresh_days)


@indicator(
    "household", "help", "独居老人用电骤降", MATCHED, SEED.article("二(七)"),
    to=Role.COORDINATOR, days=3,
    says="全户 {members} 人，最年轻 {youngest} 岁；近三十天用电 {power_use} 度[，此前一般 {power_use_before} 度]。",
)  # fmt: skip
def elder_alone_fading(
    members: pl.Expr,
    youngest: pl.Expr,
    power_use: pl.Expr,
    power_use_before: pl.Expr,
    elder_alone_age: pl.Expr,
    power_fall_percent: pl.Expr,
    power_least_kwh: pl.Expr,
) -> pl.Expr:
    """One or two elders by themselves whose use of power has fallen off, or hardly exists."""
    fallen = (power_use_before - power_use) * 100 >= power_fall_percent * power_use_before
    fading = (fallen & (power_use_before > 0)) | (power_use < power_least_kwh * members)
    return members.is_between(1, 2) & (youngest >= elder_alone_age) & fading


@indicator(
    "household", "help", "渐退期将满", N22.article("一(三)"), LAW26.article(47),
    to=Role.TOWNSHIP_CLERK, days=10, shows=("phase_out_ends",),
    says="渐退期 {phase_out_ends:day}结束，还有 {days_to_phase_out_end} 天。",
)  # fmt: skip
def phase_out_ending(days_to_phase_out_end: pl.Expr, phase_out_warn_days: pl.Expr) -> pl.Expr:
    """The time in which help fades out is nearly over: see whether the family can stand without it."""
    return days_to_phase_out_end.is_between(0, phase_out_warn_days)


@indicator(
    "household", "help", "脱贫户收入低于监测线", SIGNS, SEED.article("二(三)"), SEED.article("三(二)"),
    to=Role.RURAL_REVITALISATION, days=10, absent=("relapse_watch",),
    says="脱贫户，已知人均年收入 {income_per_head_told:yuan} 元，低于监测线 {relapse_line_fen:yuan} 元，未列入监测。",
)  # fmt: skip
def lifted_below_line(
    lifted_from_poverty: pl.Expr,
    relapse_watch: pl.Expr,
    receives: pl.Expr,
    income_per_head_told: pl.Expr,
    relapse_line_fen: pl.Expr,
) -> pl.Expr:
    """A household lifted out of poverty, known to earn less than the line, neither helped nor watched."""
    watched = (relapse_watch != "none").fill_null(False)
    return lifted_from_poverty & ~receives & (income_per_head_told < relapse_line_fen) & ~watched
