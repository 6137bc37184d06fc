"""How long each step may take, by programme and by the day on which the application was accepted.

Every figure carries its clause; where the law names none, the county's own figure is marked `assumed` (待当地确认).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy.law import D649, M43, M57, N22, RIGID, TR26, Article

from .programmes import Programme

P = Programme
DIBAO_LIKE = frozenset({P.HOUSEHOLD_DIBAO, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD})
RIGID_LIKE = frozenset({P.RIGID_EXPENDITURE, P.RELAPSE_WATCH})
N22_DAY = date(2022, 10, 20)
TR26_DAY = date(2026, 1, 29)


class Unit(Enum):
    """What a limit counts."""

    WORKDAYS = "workdays"
    DAYS = "days"
    HOURS = "hours"


class Course(Enum):
    """Which course of the procedure a limit belongs to."""

    ANY = "any"
    COUNTY = "county"  # the county confirms
    DELEGATED = "delegated"  # confirmation is delegated to the township
    EXTENDED = "extended"  # one of the named grounds applies


class ExtensionGround(models.TextChoices):
    """The named grounds for 45 instead of 30 working days (N22-四(一))."""

    OBJECTION = "objection", _("公示有异议")
    SEPARATED = "separated", _("人户分离")
    ELSEWHERE = "elsewhere", _("异地申办")
    DIFFICULT = "difficult", _("家庭经济状况调查难度较大")


class PauseGround(models.TextChoices):
    """The grounds on which a clock stands still; each needs evidence."""

    FAMILY_AWAY = "family_away", _("家庭成员外出，约定日期前无法入户")
    FORCE_MAJEURE = "force_majeure", _("自然灾害、疫情等不可抗力")
    RECHECK = "recheck", _("家庭对核对结果有异议，正在复核")
    FAMILY_PAPERS = "family_papers", _("等待家庭补交其本人才有的材料")


@dataclass(frozen=True)
class Limit:
    """A limit: it starts with the first of `starts`, ends with the first later of `stops` (names of moves)."""

    key: str
    label: str | Promise
    programmes: frozenset[Programme]
    length: int
    unit: Unit
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    basis: tuple[Article, ...]
    course: Course = Course.ANY
    since: date = date(2021, 1, 1)
    until: date | None = None
    assumed: bool = False
    # The whole procedure, as opposed to one of its steps.
    total: bool = False


DECISION = ("confirm", "refuse")
OPINION = ("propose_grant", "propose_refusal")
END = (*DECISION, "withdraw", "terminate", "transfer_out")
W, D, H = Unit.WORKDAYS, Unit.DAYS, Unit.HOURS
TEMPORARY = frozenset({P.TEMPORARY_EXPENDITURE})
URGENT = frozenset({P.TEMPORARY_EMERGENCY})
TEKUN = frozenset({P.TEKUN})
ORDINARY = DIBAO_LIKE | RIGID_LIKE | TEMPORARY

LIMITS: tuple[Limit, ...] = (
    # dibao and what follows its procedure
    Limit("survey_start", _("启动调查"), DIBAO_LIKE, 3, W, ("accept",), ("start_survey", "record_visit"), M57(15)),
    Limit("verification_start", _("启动核对"), DIBAO_LIKE, 3, W, ("accept",), ("start_verification",), M57(17)),
    Limit("decision", _("审核确认"), DIBAO_LIKE, 10, W, ("end_notice", "propose_refusal"), DECISION, M57(20)),
    Limit("total", _("全程"), DIBAO_LIKE, 30, W, ("accept",), END, M57(22), Course.COUNTY, total=True),
    Limit("total", _("全程"), DIBAO_LIKE, 30, W, ("accept",), END, M57(22), Course.DELEGATED, until=N22_DAY,
          total=True),
    Limit("total", _("全程"), DIBAO_LIKE, 20, W, ("accept",), END, N22("四(一)"), Course.DELEGATED, N22_DAY,
          total=True),
    Limit("total", _("全程"), DIBAO_LIKE, 45, W, ("accept",), END, (*M57(22), *N22("四(一)")), Course.EXTENDED,
          total=True),
    # tekun: 15 working days, the notice, 15 working days
    Limit("opinion", _("调查和初审"), TEKUN, 15, W, ("accept", "answer_objection"), OPINION, M43(13, 15)),
    Limit("decision", _("审核确认"), TEKUN, 15, W, ("end_notice", "propose_refusal"), DECISION, M43(16), total=True),
    # rigid expenditure, and what the rural departments determine
    Limit("total", _("全程"), RIGID_LIKE, 30, W, ("accept",), END, RIGID(8), Course.COUNTY, total=True),
    Limit("total", _("全程"), RIGID_LIKE, 30, W, ("accept",), END, RIGID(8), Course.DELEGATED, total=True),
    Limit("total", _("全程"), RIGID_LIKE, 45, W, ("accept",), END, RIGID(8), Course.EXTENDED, total=True),
    # temporary assistance for expenditure: the law names no number
    Limit("total", _("全程"), TEMPORARY, 20, W, ("accept",), END, D649(48), assumed=True, total=True),
    # the public notice: not a limit to keep but the days that must pass
    Limit("notice", _("公示"), ORDINARY | TEKUN, 7, D, ("propose_grant",), ("end_notice", "object"), M57(19)),
    Limit("refusal_letter", _("送达不予确认通知"), DIBAO_LIKE | TEKUN, 3, W, ("refuse",), ("deliver_refusal",),
          (*M57(21), *M43(18))),
    # emergencies: help first
    Limit("relief", _("先行救助"), URGENT, 24, H, ("accept_relief",), ("relieve", "refuse_relief"), D649(48),
          until=TR26_DAY, assumed=True, total=True),
    Limit("relief", _("小额快救"), URGENT, 3, D, ("accept_relief",), ("relieve", "refuse_relief"), TR26("小额快救"),
          since=TR26_DAY, total=True),
    Limit("papers", _("补充说明和材料"), URGENT, 10, W, ("relieve",), ("file_papers",), D649(48), assumed=True),
)  # fmt: skip


def limits_of(programme: Programme, accepted_on: date, course: Course) -> Iterable[Limit]:
    """The limits in force for an application accepted on a day."""
    return (
        limit
        for limit in LIMITS
        if programme in limit.programmes
        and limit.course in (Course.ANY, course)
        and limit.since <= accepted_on
        and (limit.until is None or accepted_on < limit.until)
    )


def course_of(*, delegated: bool, extended: bool) -> Course:
    """A named ground goes before delegation: it may take 45 working days either way (N22-四(一))."""
    if extended:
        return Course.EXTENDED
    return Course.DELEGATED if delegated else Course.COUNTY
