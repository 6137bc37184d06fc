"""How long each step may take, by programme and by the day on which the application was accepted.

Every figure carries its clause; where the law names none, the county's own figure is marked `assumed` (待当地确认).

The time before: until 2021-06-30 dibao was decided under the trial measure of 2012 (民发〔2012〕220号), which has other
steps (survey 10 working days, appraisal 5, county 5, a second notice of 7 days, then 3) and names no total. Before
RIGID (2025-01-01) no instrument read names a limit for rigid expenditure, and none ever did for relapse watch. For
these days the county's own figures stand below, each `assumed`. Nothing is counted for an application accepted before
2021: no limit is known then, and the case says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy.law import D649, M43, M57, N22, RIGID, SEED, TR26, Article

from .programmes import RAPID_SINCE, RIGID_MOVED_ON, Programme

P = Programme
DIBAO_LIKE = frozenset({P.HOUSEHOLD_DIBAO, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD})
RIGID_LIKE = frozenset({P.RIGID_EXPENDITURE, P.RELAPSE_WATCH})
BEGUN = date(2021, 1, 1)  # no limit is known for an application accepted before
M57_DAY = date(2021, 7, 1)  # M57 and M43 in force
N22_DAY = date(2022, 10, 20)


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
    """A limit: it starts with one of `starts` and ends with the first later one of `stops` (names of moves)."""

    key: str
    label: str | Promise
    programmes: frozenset[Programme]
    length: int
    unit: Unit
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    basis: tuple[Article, ...]
    course: Course = Course.ANY
    since: date = BEGUN
    until: date | None = None
    assumed: bool = False
    # The whole procedure, as opposed to one of its steps.
    total: bool = False
    # Days that must pass before the next step, not days within which to act: a public notice.
    least: bool = False

    @property
    def amber_left(self) -> int:
        """From how many days (or hours) left it is time to hurry: five working days, one day, six hours."""
        near = {Unit.WORKDAYS: 5, Unit.DAYS: 1, Unit.HOURS: 6}[self.unit]
        return min(near, self.length - 1)


# An end that is no answer: the clock is neither kept nor, if it ended in time, missed.
DROPPED_BY = frozenset(
    {"confirm", "refuse", "refuse_relief", "file_papers", "withdraw", "terminate", "transfer_out", "reopen"}
)
DECISION = ("confirm", "refuse")
OPINION = ("propose_grant", "propose_refusal")
# The township has sent it: the county's days begin; a return or a referral is the county's answer to that sending.
SENT = ("end_notice", "propose_refusal")
ANSWERED = (*DECISION, "return", "refer")
AGAIN = ("return", "refer", "reopen")
SURVEYED = ("start_survey", "record_visit", "finish_survey")
VERIFIED = ("start_verification", "finish_survey")
W, D, H = Unit.WORKDAYS, Unit.DAYS, Unit.HOURS
EXPENDITURE = frozenset({P.TEMPORARY_EXPENDITURE})
URGENT = frozenset({P.TEMPORARY_EMERGENCY})
TEKUN = frozenset({P.TEKUN})
RIGID_ONLY = frozenset({P.RIGID_EXPENDITURE})
WATCH = frozenset({P.RELAPSE_WATCH})
M57_TOTAL, N22_TOTAL = M57(22), N22("四(一)")
PAPERS_RULE = D649(48)


def _total(programmes: frozenset[Programme], length: int, basis: tuple[Article, ...], course: Course,
           since: date, until: date | None = None, *, assumed: bool = False) -> Limit:  # fmt: skip
    return Limit("total", _("全程"), programmes, length, W, ("accept",), DECISION, basis, course, since, until,
                 assumed, total=True)  # fmt: skip


LIMITS: tuple[Limit, ...] = (
    # dibao and what follows its procedure
    Limit("survey_start", _("启动调查"), DIBAO_LIKE, 3, W, ("accept",), SURVEYED, M57(15), since=M57_DAY),
    Limit("verification_start", _("启动核对"), DIBAO_LIKE, 3, W, ("accept",), VERIFIED, M57(17), since=M57_DAY),
    Limit("decision", _("审核确认"), DIBAO_LIKE, 10, W, SENT, ANSWERED, M57(20), since=M57_DAY),
    _total(DIBAO_LIKE, 30, D649(11), Course.ANY, BEGUN, M57_DAY, assumed=True),
    _total(DIBAO_LIKE, 30, M57_TOTAL, Course.COUNTY, M57_DAY),
    _total(DIBAO_LIKE, 30, M57_TOTAL, Course.DELEGATED, M57_DAY, N22_DAY),
    _total(DIBAO_LIKE, 20, N22_TOTAL, Course.DELEGATED, N22_DAY),
    # M57 allowed 45 "in special cases"; which these are, N22 names.
    _total(DIBAO_LIKE, 45, M57_TOTAL, Course.EXTENDED, M57_DAY, N22_DAY),
    _total(DIBAO_LIKE, 45, (*M57_TOTAL, *N22_TOTAL), Course.EXTENDED, N22_DAY),
    # tekun: 15 working days, the notice, 15 working days; after an objection 15 more and a new notice
    Limit("opinion", _("调查和初审"), TEKUN, 15, W, ("accept",), (*OPINION, "refer"), D649(16), until=M57_DAY,
          assumed=True),
    Limit("opinion", _("调查和初审"), TEKUN, 15, W, ("accept",), (*OPINION, "refer"), M43(13), since=M57_DAY),
    Limit("opinion_after_objection", _("异议后重新提出初审意见"), TEKUN, 15, W, ("object",), (*OPINION, "refer"),
          M43(15), since=M57_DAY),
    Limit("opinion_again", _("退回后重新初审"), TEKUN, 15, W, AGAIN, (*OPINION, "refer"), M43(13), since=M57_DAY,
          assumed=True),
    Limit("decision", _("审核确认"), TEKUN, 15, W, SENT, ANSWERED, D649(16), until=M57_DAY, assumed=True),
    Limit("decision", _("审核确认"), TEKUN, 15, W, SENT, ANSWERED, M43(16), since=M57_DAY),
    # rigid expenditure, and what the rural departments determine
    _total(RIGID_ONLY, 30, SEED("二(三)"), Course.ANY, BEGUN, RIGID_MOVED_ON, assumed=True),
    _total(RIGID_ONLY, 30, RIGID(8), Course.COUNTY, RIGID_MOVED_ON),
    _total(RIGID_ONLY, 30, RIGID(8), Course.DELEGATED, RIGID_MOVED_ON),
    _total(RIGID_ONLY, 45, RIGID(8), Course.EXTENDED, RIGID_MOVED_ON),
    _total(WATCH, 30, SEED("二(三)"), Course.ANY, BEGUN, assumed=True),
    # temporary assistance for expenditure: the law names no number
    _total(EXPENDITURE, 20, PAPERS_RULE, Course.ANY, BEGUN, assumed=True),
    # A refused or ended case taken up again: no instrument names a limit, but no running case goes without one.
    Limit("reopened", _("重新办理"), DIBAO_LIKE | RIGID_LIKE | EXPENDITURE, 30, W, ("reopen",), DECISION, D649(11),
          assumed=True, total=True),
    # the public notice: not a limit to keep but the days that must pass
    Limit("notice", _("公示"), DIBAO_LIKE | TEKUN, 7, D, ("propose_grant",), ("end_notice", "object"), D649(11),
          until=M57_DAY, assumed=True, least=True),
    Limit("notice", _("公示"), DIBAO_LIKE, 7, D, ("propose_grant",), ("end_notice", "object"), M57(19), since=M57_DAY,
          least=True),
    Limit("notice", _("公示"), TEKUN, 7, D, ("propose_grant",), ("end_notice", "object"), M43(15), since=M57_DAY,
          least=True),
    Limit("notice", _("公示"), RIGID_LIKE | EXPENDITURE, 7, D, ("propose_grant",), ("end_notice", "object"), D649(11),
          assumed=True, least=True),
    Limit("refusal_letter", _("送达通知"), DIBAO_LIKE | TEKUN, 3, W, ("refuse",), ("deliver_refusal",), D649(11),
          until=M57_DAY, assumed=True),
    Limit("refusal_letter", _("送达通知"), DIBAO_LIKE, 3, W, ("refuse",), ("deliver_refusal",), M57(21), since=M57_DAY),
    Limit("refusal_letter", _("送达通知"), TEKUN, 3, W, ("refuse",), ("deliver_refusal",), M43(18), since=M57_DAY),
    # Emergencies: help first. TR26 says days, not working days; a last day on a holiday is not moved (Civil Code 203
    # would allow it), since help that waits for the end of a holiday is no help.
    Limit("relief", _("先行救助"), URGENT, 24, H, ("accept_relief",), ("relieve", "refuse_relief"), PAPERS_RULE,
          until=RAPID_SINCE, assumed=True, total=True),
    Limit("relief", _("小额快救"), URGENT, 3, D, ("accept_relief",), ("relieve", "refuse_relief"), TR26("小额快救"),
          since=RAPID_SINCE, total=True),
    Limit("papers", _("补充说明和材料"), URGENT, 10, W, ("relieve",), ("file_papers",), PAPERS_RULE, assumed=True),
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


def may_be_extended(programme: Programme, accepted_on: date) -> bool:
    """Whether the rules of the day give this programme a longer limit on named grounds."""
    return any(limit.course is Course.EXTENDED for limit in limits_of(programme, accepted_on, Course.EXTENDED))


def label_of(key: str) -> str | Promise:
    """What a limit is called, by its stored key."""
    return next((limit.label for limit in LIMITS if limit.key == key), key)


def course_of(*, delegated: bool, extended: bool) -> Course:
    """A named ground goes before delegation: it may take 45 working days either way (N22-四(一))."""
    if extended:
        return Course.EXTENDED
    return Course.DELEGATED if delegated else Course.COUNTY
