"""The roles of a county, as the office calls them. One person may hold several, each with its own place and dates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Every role; the value is what the database and the record store."""

    COORDINATOR = "coordinator", _("村级协理员")
    TOWNSHIP_CLERK = "township_clerk", _("乡镇经办")
    TOWNSHIP_HEAD = "township_head", _("乡镇分管领导")
    COUNTY_CLERK = "county_clerk", _("市民政经办")
    COUNTY_REVIEWER = "county_reviewer", _("市民政审核确认")
    PAYMENT_MAKER = "payment_maker", _("发放制单")
    PAYMENT_CHECKER = "payment_checker", _("发放复核")
    FINANCE = "finance", _("财政")
    RURAL_REVITALISATION = "rural_revitalisation", _("乡村振兴")
    LIAISON_MEDICAL = "liaison_medical", _("医疗保障联络员")
    LIAISON_DISABLED = "liaison_disabled", _("残联联络员")
    LIAISON_EDUCATION = "liaison_education", _("教育联络员")
    LIAISON_EMPLOYMENT = "liaison_employment", _("人社联络员")
    LIAISON_HOUSING = "liaison_housing", _("住建联络员")
    LIAISON_EMERGENCY = "liaison_emergency", _("应急联络员")
    HOTLINE = "hotline", _("热线坐席")
    LEADER = "leader", _("领导")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")
    # Never given by hand: it comes with an approved request to look at one village, and ends after 24 hours.
    VISITOR = "visitor", _("临时查看")


ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
LIAISONS = frozenset(role for role in Role if role.value.startswith("liaison_"))
TOWNSHIP = frozenset({Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD})
COUNTY = frozenset({Role.COUNTY_CLERK, Role.COUNTY_REVIEWER})
CIVIL_AFFAIRS = TOWNSHIP | COUNTY | {Role.COORDINATOR}

BUSINESS = frozenset(Role) - ADMINS - {Role.VISITOR}

# A role's natural place: the number of digits of the division it is given for.
PLACE_DIGITS = {Role.COORDINATOR: 12, Role.TOWNSHIP_CLERK: 9, Role.TOWNSHIP_HEAD: 9, Role.VISITOR: 12}
COUNTY_DIGITS = 6

# Who makes a payment does not check it, and neither keeps the money.
MONEY = frozenset({Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER, Role.FINANCE})


def digits_of(role: Role) -> int:
    """The length of the division codes a role is given for."""
    return PLACE_DIGITS.get(role, COUNTY_DIGITS)


def exclude_each_other(one: Role, other: Role) -> bool:
    """Whether no single person may hold both roles: separate administrators, four eyes on money."""
    if one == other or Role.VISITOR in (one, other):
        return False
    return one in ADMINS or other in ADMINS or {one, other} <= MONEY
