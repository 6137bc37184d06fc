"""The applications of the queue, by deadline: what waits for this person, why, and the one next step.

Together with the reviews they are one queue: `matters`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for, place_name

from ..models import Application, Waiting
from ..models.applications import ApplicationQuerySet
from ..moves import MOVES
from ..programmes import Programme
from ..stages import Stage
from .cases import visible_cases, who_it_is_about

# Whose turn it is, by the right that the next step needs.
TURNS: Mapping[Permission, tuple[Waiting, ...]] = {
    Permission.CASE_HANDLE: (Waiting.TOWNSHIP,),
    Permission.CASE_APPROVE: (Waiting.HEAD,),
    Permission.CASE_CHECK: (Waiting.COUNTY,),
    Permission.CASE_CONFIRM: (Waiting.COUNTY,),
    Permission.CASE_DEPARTMENT: (Waiting.DEPARTMENT,),
}
# The step a row offers, and why it is this person's turn.
NEXT: Mapping[Stage, tuple[str, str | Promise]] = {
    Stage.DRAFT: ("submit", _("申请已登记，等签名后提交")),
    Stage.SUBMITTED: ("accept", _("材料已提交，等受理")),
    Stage.GAPS: ("supply", _("已一次性告知，等家庭补齐")),
    Stage.SURVEY: ("finish_survey", _("入户和核对进行中")),
    Stage.REVIEW: ("write_opinion", _("调查、核对都已完成")),
    Stage.NOTICE: ("end_notice", _("公示七天")),
    Stage.OBJECTION: ("answer_objection", _("公示有异议，等调查答复")),
    Stage.COUNTY: ("confirm", _("乡镇已报，等审核确认")),
    Stage.CHECK: ("finish_check", _("列入入户抽查")),
    Stage.RELIEF: ("relieve", _("急难，先救助")),
    Stage.PAPERS: ("file_papers", _("先行救助后补充说明")),
}


SOON_DAYS = 5  # working days: amber begins here (DESIGN §4)


class View:
    """The saved views of the queue."""

    MINE, LATE, TODAY, WEEK, OTHERS = "mine", "late", "today", "week", "others"
    ALL = (MINE, LATE, TODAY, WEEK, OTHERS)


LABELS: Mapping[str, str | Promise] = {
    View.MINE: _("待我处理"), View.LATE: _("逾期"), View.TODAY: _("今天到期"), View.WEEK: _("五个工作日内"),
    View.OTHERS: _("等待他人"),
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see: a view, and filters that narrow it."""

    view: str = View.MINE
    kind: str = ""
    programme: str = ""
    stage: str = ""
    place: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the queue."""

    application: Application
    title: str
    place: str
    why: str | Promise
    move: str
    verb: str | Promise
    days_left: int | None
    mine: bool


def turns_of(staff: Staff) -> set[Waiting]:
    """What kind of waiting this person can end."""
    found = {w for permission, waits in TURNS.items() if staff.may(permission) for w in waits}
    if not found and staff.may(Permission.CASE_INTAKE):
        found = {Waiting.FAMILY}
    return found


def _soon(today: date, calendar: WorkCalendar) -> date:
    try:
        return calendar.add_workdays(today, SOON_DAYS)
    except MissingYear:
        return today


def conditions(staff: Staff, today: date, calendar: WorkCalendar) -> dict[str, Q]:
    """Each view as a condition on applications."""
    return views_of(Q(waiting_for__in=[w.value for w in turns_of(staff)]), today, calendar)


def views_of(mine: Q, today: date, calendar: WorkCalendar) -> dict[str, Q]:
    """The views of any matter with a last day, given whose turn it is."""
    return {
        View.MINE: mine,
        View.LATE: mine & Q(due_on__lt=today),
        View.TODAY: mine & Q(due_on=today),
        View.WEEK: mine & Q(due_on__gte=today, due_on__lte=_soon(today, calendar)),
        View.OTHERS: ~mine,
    }


def narrowed(staff: Staff, wish: Wish) -> ApplicationQuerySet:
    """The open cases within reach that fit the filters, whatever the view."""
    rows = visible_cases(staff).open()
    if wish.programme in Programme.values:
        rows = rows.filter(programme=wish.programme)
    if wish.stage in Stage.values:
        rows = rows.filter(stage=wish.stage)
    if wish.place.isascii() and wish.place.isdigit() and len(wish.place) in (6, 9, 12):
        rows = rows.filter(within(wish.place))
    return rows


def counts(staff: Staff, wish: Wish, today: date) -> dict[str, int]:
    """How many there are in each view, in one pass."""
    views = conditions(staff, today, calendar_for())
    told = narrowed(staff, wish).select_related(None).aggregate(
        **{name: Count("pk", filter=condition) for name, condition in views.items()}
    )  # fmt: skip
    return {name: int(told[name]) for name in View.ALL}


def queue(staff: Staff, wish: Wish, today: date) -> ApplicationQuerySet:
    """The cases of a view, the most urgent first."""
    condition = conditions(staff, today, calendar_for())[wish.view if wish.view in View.ALL else View.MINE]
    return narrowed(staff, wish).filter(condition).by_deadline()


def lines(applications: Sequence[Application], staff: Staff, today: date) -> list[Line]:
    """Applications as rows."""
    calendar, turns = calendar_for(), turns_of(staff)
    return [_line(a, turns, today, calendar) for a in applications]


def _line(application: Application, turns: set[Waiting], today: date, calendar: WorkCalendar) -> Line:
    move, why = NEXT.get(Stage(application.stage), ("", ""))
    mine = application.waiting_for in turns
    return Line(
        application=application,
        title=who_it_is_about(application),
        place=place_name(application.division_code),
        why=why,
        move=move if mine else "",
        verb=MOVES[move].label if move else "",
        days_left=days_left(application.due_on, today, calendar),
        mine=mine,
    )


def days_left(due_on: date | None, today: date, calendar: WorkCalendar) -> int | None:
    """Working days to the deadline, negative when it has passed; None without one or without a calendar."""
    if due_on is None:
        return None
    try:
        return calendar.workdays_between(today, due_on)
    except MissingYear:
        return None
