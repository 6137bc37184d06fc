"""Special assistance that departments owe to people on the register, and of which nothing is seen."""

import polars as pl

from doudi.accounts.roles import Role
from doudi.policy.law import G39, LAW26, SEED

from .declare import indicator

NEEDS = G39.article("四")
LAYERS = SEED.article("二(五)")


@indicator(
    "person", "help", "未落实医疗救助", NEEDS, LAYERS, LAW26.article(24),
    to=Role.LIAISON_MEDICAL, days=10,
    says="低收入人口，近十二个月医疗自付仍有 {medical_self_paid:yuan} 元。",
)  # fmt: skip
def unmet_medical(on_register: pl.Expr, medical_self_paid: pl.Expr, unmet_medical_fen: pl.Expr) -> pl.Expr:
    """Somebody of a household on the register still paid much for treatment after insurance and assistance."""
    return on_register & (medical_self_paid >= unmet_medical_fen)


@indicator(
    "person", "help", "未落实教育资助", NEEDS, LAYERS, LAW26.article(25),
    to=Role.LIAISON_EDUCATION, days=10, absent=("study_aid",),
    says="低收入家庭学生，没有资助记录。",
)  # fmt: skip
def unmet_education(on_register: pl.Expr, study: pl.Expr, study_aid: pl.Expr) -> pl.Expr:
    """A pupil or student of a household on the register who is not on the list of those who get aid."""
    at_school = study.is_in(["senior_secondary", "vocational_secondary", "undergraduate"])
    return on_register & at_school & ~(study_aid > 0).fill_null(False)


@indicator(
    "household", "help", "未落实住房救助", NEEDS, LAYERS, LAW26.article(26),
    to=Role.LIAISON_HOUSING, days=10,
    says="低收入家庭，唯一住房鉴定为不安全。",
)  # fmt: skip
def unmet_housing(on_register: pl.Expr, dwelling_unsafe: pl.Expr) -> pl.Expr:
    """A household on the register in a dwelling that is still unsafe."""
    return on_register & dwelling_unsafe


@indicator(
    "person", "help", "未落实就业帮扶", NEEDS, LAYERS, LAW26.article(27),
    to=Role.LIAISON_EMPLOYMENT, days=10,
    says="低收入家庭有劳动能力的成员登记失业 {days_since_job_loss} 天。",
)  # fmt: skip
def unmet_employment(on_register: pl.Expr, able: pl.Expr, unemployment: pl.Expr, days_since_job_loss: pl.Expr,
                     unmet_job_days: pl.Expr) -> pl.Expr:  # fmt: skip
    """Somebody of a household on the register who can work has been registered as unemployed for long."""
    return on_register & able & unemployment & (days_since_job_loss >= unmet_job_days)
