"""What can be asked of which department: one table, read by actions, pages and sheets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.roles import Role


class Entitlement(models.TextChoices):
    """The need, by the rule that finds it (policy/schemes/special.py) where there is one."""

    MEDICAL = "refer_medical", _("医疗救助")
    EDUCATION = "refer_education", _("教育救助")
    EMPLOYMENT = "refer_employment", _("就业救助")
    HOUSING = "refer_housing", _("住房救助")
    DISASTER = "refer_disaster", _("受灾人员救助")
    DISABILITY = "disability", _("残疾人服务")
    REVITALISATION = "revitalisation", _("防返贫帮扶")
    OTHER = "other", _("其他帮扶")


# 临时救助 is decided by civil affairs itself: a need for it becomes an application, never a referral.
OWN_BUSINESS = "refer_temporary"

DEPARTMENT: dict[str, Role] = {
    Entitlement.MEDICAL: Role.LIAISON_MEDICAL,
    Entitlement.EDUCATION: Role.LIAISON_EDUCATION,
    Entitlement.EMPLOYMENT: Role.LIAISON_EMPLOYMENT,
    Entitlement.HOUSING: Role.LIAISON_HOUSING,
    Entitlement.DISASTER: Role.LIAISON_EMERGENCY,
    Entitlement.DISABILITY: Role.LIAISON_DISABLED,
    Entitlement.REVITALISATION: Role.RURAL_REVITALISATION,
}
"""Who answers for what. 其他帮扶 names its department itself."""


class Department(models.TextChoices):
    """The offices that answer, by the role of the person who answers there."""

    MEDICAL = Role.LIAISON_MEDICAL.value, _("医疗保障局")
    EDUCATION = Role.LIAISON_EDUCATION.value, _("教育体育局")
    EMPLOYMENT = Role.LIAISON_EMPLOYMENT.value, _("人力资源和社会保障局")
    HOUSING = Role.LIAISON_HOUSING.value, _("住房和城乡建设局")
    EMERGENCY = Role.LIAISON_EMERGENCY.value, _("应急管理局")
    DISABLED = Role.LIAISON_DISABLED.value, _("残疾人联合会")
    REVITALISATION = Role.RURAL_REVITALISATION.value, _("乡村振兴部门")


@dataclass(frozen=True)
class Found:
    """A rule that finds a need: whose rule, and the sentence that a department is told."""

    entitlement: Entitlement
    why: str | Promise
    of_household: bool = False


# What the department reads: that it may owe something, not what else is known. No illness, no sum, no income.
FOUND: tuple[Found, ...] = (
    Found(Entitlement.MEDICAL, _("属于低收入人口，有医疗负担，请核实是否应享受医疗救助。")),
    Found(Entitlement.EDUCATION, _("属于低收入人口，正在就学，请核实是否应享受教育救助和资助。")),
    Found(Entitlement.EMPLOYMENT, _("属于低收入人口，有劳动能力尚未就业，请提供就业帮扶。")),
    Found(Entitlement.HOUSING, _("属于低收入人口，住房可能不安全，请核实是否应享受住房救助。")),
    Found(Entitlement.DISASTER, _("家庭受灾，请核实是否应享受受灾人员救助。"), of_household=True),
)


def department_for(entitlement: str, asked: str = "") -> str:
    """The department that answers for an entitlement, or the one asked for where the need names none; '' if nobody."""
    if (own := DEPARTMENT.get(entitlement)) is not None:
        return own.value
    known = entitlement == Entitlement.OTHER and asked in Department.values
    return asked if known else ""
