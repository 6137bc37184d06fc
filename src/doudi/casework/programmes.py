"""The programmes one application can end in. All share one workflow (seed 二（九）); this table is their difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from doudi.policy.law import LAW26, M43, M57, RIGID, Article


class Programme(models.TextChoices):
    """What is applied for, and what a determination is about."""

    HOUSEHOLD_DIBAO = "household_dibao", _("最低生活保障")
    INDIVIDUAL_DIBAO = "individual_dibao", _("单人户低保")
    TEKUN = "tekun", _("特困人员救助供养")
    NEAR_THRESHOLD = "near_threshold", _("低保边缘家庭")
    RIGID_EXPENDITURE = "rigid_expenditure", _("刚性支出困难家庭")
    RELAPSE_WATCH = "relapse_watch", _("防止返贫监测对象")
    TEMPORARY_EXPENDITURE = "temporary_expenditure", _("临时救助（支出型）")
    TEMPORARY_EMERGENCY = "temporary_emergency", _("临时救助（急难型）")


P = Programme


@dataclass(frozen=True)
class Setting:
    """How a programme differs from the others.

    `variable` and `amount` are names of the rulebook (rules.md §4, §5); empty where a person judges alone.
    `next` is where a case goes on when this programme does not fit: a no is a referral.
    """

    programme: Programme
    letters: str
    category: str
    variable: str
    amount: str
    about_person: bool
    verified: bool
    noticed: bool
    next: tuple[Programme, ...]
    basis: tuple[Article, ...]
    # A status without money is good for so long and then applied for again (RIGID-10; rules.md §4.3).
    valid_months: int | None = None


SETTINGS: dict[Programme, Setting] = {
    s.programme: s
    for s in (
        Setting(
            P.HOUSEHOLD_DIBAO, "DB", "dibao", "dibao_eligible", "dibao_amount", False, True, True,
            (P.TEKUN, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD, P.RIGID_EXPENDITURE, P.TEMPORARY_EXPENDITURE),
            M57(8, 20),
        ),
        Setting(
            P.INDIVIDUAL_DIBAO, "DR", "individual_dibao", "individual_dibao_eligible", "individual_dibao_amount",
            True, True, True, (P.NEAR_THRESHOLD, P.RIGID_EXPENDITURE, P.TEMPORARY_EXPENDITURE), M57(8),
        ),
        Setting(
            P.TEKUN, "TK", "tekun", "tekun_eligible", "tekun_amount", True, True, True,
            (P.HOUSEHOLD_DIBAO, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD, P.RIGID_EXPENDITURE, P.TEMPORARY_EXPENDITURE),
            M43(4, 16),
        ),
        Setting(
            P.NEAR_THRESHOLD, "BY", "near_threshold", "near_threshold", "", False, True, True,
            (P.RIGID_EXPENDITURE, P.TEMPORARY_EXPENDITURE), (*M57(8), *LAW26(21)), 12,
        ),
        Setting(
            P.RIGID_EXPENDITURE, "GX", "rigid_expenditure", "rigid_expenditure", "", False, True, True,
            (P.TEMPORARY_EXPENDITURE,), (*RIGID(4, 8), *LAW26(22)), 12,
        ),
        Setting(P.RELAPSE_WATCH, "JC", "relapse_watch", "", "", False, True, True, (P.TEMPORARY_EXPENDITURE,), ()),
        Setting(P.TEMPORARY_EXPENDITURE, "LZ", "", "", "", False, True, True, (), ()),
        Setting(P.TEMPORARY_EMERGENCY, "JN", "", "", "", False, False, False, (), LAW26(50)),
    )
}  # fmt: skip

# Decided one after the other from one application; the first that fits is proposed (seed 二（九）, G39-四).
TRIED = (
    P.TEKUN, P.HOUSEHOLD_DIBAO, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD, P.RIGID_EXPENDITURE, P.TEMPORARY_EXPENDITURE,
)  # fmt: skip
TEMPORARY = frozenset({P.TEMPORARY_EXPENDITURE, P.TEMPORARY_EMERGENCY})
ONGOING = frozenset(P) - TEMPORARY

RIGID_MOVED_ON = date(2025, 1, 1)  # RIGID-3: civil affairs determines it from this day
RAPID_SINCE = date(2026, 1, 29)  # TR26: rapid assistance


class Decider(models.TextChoices):
    """Who confirms or refuses."""

    COUNTY = "county", _("市民政局")
    TOWNSHIP = "township", _("乡镇（受委托）")
    DEPARTMENT = "department", _("乡村振兴（农业农村）部门")


def decider(programme: Programme, accepted_on: date, *, delegated: bool = False) -> Decider:
    """Who decides: the department for its own categories by date (seed 二（三）, RIGID-3), else county or township."""
    own = programme == P.RELAPSE_WATCH or (programme == P.RIGID_EXPENDITURE and accepted_on < RIGID_MOVED_ON)
    if own:
        return Decider.DEPARTMENT
    return Decider.TOWNSHIP if delegated else Decider.COUNTY


def setting(programme: str) -> Setting:
    """The settings of a programme by its stored name."""
    return SETTINGS[Programme(programme)]
