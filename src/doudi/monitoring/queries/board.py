"""The board: five figures, the list of households by deadline, the townships, and which signals are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.feeds.queries.freshness import SourceFreshness, sources
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for, place_name
from doudi.registry.models import LowIncomeStatus

from ..models import OPEN_TASK, Disposition, EarlyWarning, Outcome, TaskState, VisitTask, WarningState
from .ledger import title_of

VERIFIED_DAYS, HEAT_STEPS = 90, 5


class View:
    """The saved views, and those that a figure opens."""

    OPEN, LATE, MULTI, VERIFIED, NEW, TRUE, HELPED = "open", "late", "multi", "verified", "new", "true", "helped"
    TABS = (OPEN, LATE, MULTI, VERIFIED)
    ALL = (*TABS, NEW, TRUE, HELPED)


LABELS: Mapping[str, str | Promise] = {
    View.OPEN: gettext_lazy("待核实"), View.LATE: gettext_lazy("超时限"), View.MULTI: gettext_lazy("多信号叠加"),
    View.VERIFIED: gettext_lazy("已核实"), View.NEW: gettext_lazy("本月新预警"), View.TRUE: gettext_lazy("核实属实"),
    View.HELPED: gettext_lazy("已转入救助"),
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see."""

    view: str = View.OPEN
    place: str = ""
    indicator: str = ""
    standing: str = ""  # "none": not in the register of low income; "on": in it


@dataclass(frozen=True)
class Row:
    """One household of the list."""

    task: VisitTask
    head: str
    place: str
    found: str
    signal: str
    days_left: int | None
    who: str
    state: str


@dataclass(frozen=True)
class Figures:
    """The five figures with what stands under each; counts are households."""

    open: int
    late: int
    new: int
    new_before: int
    verified: int
    true: int
    helped: int
    already: int
    days: float | None
    days_before: float | None

    @property
    def percent(self) -> int | None:
        """The share of true ones in percent; None before any was verified."""
        return round(self.true * 100 / self.verified) if self.verified else None

    @property
    def more(self) -> int:
        """How many more than last month up to the same day."""
        return self.new - self.new_before

    @property
    def fewer(self) -> int:
        """How many fewer."""
        return -self.more


def tasks(staff: Staff) -> QuerySet[VisitTask]:
    """The tasks within reach."""
    return staff.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_READ)


def conditions(on: date) -> dict[str, Q]:
    """Each view as a condition."""
    lately = Q(closed_on__gt=on - timedelta(days=VERIFIED_DAYS), state=TaskState.CLOSED)
    open_ = Q(state__in=OPEN_TASK)
    known = Q(outcome__in=[Outcome.TRUE, Outcome.FALSE])
    return {
        View.OPEN: open_, View.LATE: open_ & Q(due_on__lt=on), View.MULTI: open_ & Q(signals__gt=1),
        View.VERIFIED: lately & known, View.NEW: Q(opened_on__gte=on.replace(day=1), opened_on__lte=on),
        View.TRUE: lately & Q(outcome=Outcome.TRUE), View.HELPED: lately & Q(outcome=Outcome.TRUE) & ~Q(led_to=""),
    }  # fmt: skip


def narrowed(staff: Staff, wish: Wish, on: date) -> QuerySet[VisitTask]:
    """The tasks that fit the filters, whatever the view."""
    rows = tasks(staff)
    if wish.place.isascii() and wish.place.isdigit() and len(wish.place) in (6, 9, 12):
        rows = rows.filter(within(wish.place))
    if wish.indicator:
        rows = rows.filter(Exists(EarlyWarning.objects.filter(task=OuterRef("pk"), indicator=wish.indicator)))
    if wish.standing in ("none", "on"):
        listed = Exists(LowIncomeStatus.objects.known().on(on).filter(household=OuterRef("household")))
        rows = rows.filter(listed if wish.standing == "on" else ~listed)
    return rows


def listed(staff: Staff, wish: Wish, on: date) -> QuerySet[VisitTask]:
    """The list of a view, the most urgent first; closed ones by the day they were closed."""
    view = wish.view if wish.view in View.ALL else View.OPEN
    rows = narrowed(staff, wish, on).filter(conditions(on)[view]).select_related("household__head", "coordinator")
    if view in (View.VERIFIED, View.TRUE, View.HELPED):
        return rows.order_by("-closed_on", "-pk")
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def counts(staff: Staff, wish: Wish, on: date) -> dict[str, int]:
    """How many there are in each tab, in one pass."""
    wanted = {name: Count("pk", filter=q) for name, q in conditions(on).items() if name in View.TABS}
    return {name: int(n) for name, n in narrowed(staff, wish, on).aggregate(**wanted).items()}


def rows_of(page: Iterable[VisitTask], on: date) -> list[Row]:
    """Tasks as rows."""
    page, calendar = list(page), calendar_for()
    told: dict[int, list[EarlyWarning]] = defaultdict(list)
    shown = [WarningState.RAISED, WarningState.VERIFIED]
    for warning in EarlyWarning.objects.filter(task__in=page, state__in=shown).order_by("pk"):
        told[warning.task_id or 0].append(warning)
    return [_row(task, told[task.pk], on, calendar) for task in page]


def _row(task: VisitTask, warnings: Sequence[EarlyWarning], on: date, calendar: WorkCalendar) -> Row:
    titles = list(dict.fromkeys(str(title_of(w.indicator)) for w in warnings))
    signal = titles[0] if len(titles) == 1 else _("%(n)s 个信号叠加") % {"n": len(titles)} if titles else ""
    return Row(
        task=task, head=task.household.head.name, place=place_name(task.division_code[:9]),
        found="；".join(str(w.sentence).rstrip("。") for w in warnings) or _("内容不在您的查看范围"), signal=signal,
        days_left=days_left(task, on, calendar), who=task.coordinator.name if task.coordinator else "",
        state=str(Disposition(task.disposition).label if task.disposition else TaskState(task.state).label),
    )  # fmt: skip


def days_left(task: VisitTask, on: date, calendar: WorkCalendar) -> int | None:
    """Working days to the deadline; None without one, and when the task is over."""
    if task.due_on is None or task.state not in OPEN_TASK:
        return None
    try:
        return calendar.workdays_between(on, task.due_on)
    except MissingYear:
        return (task.due_on - on).days


def figures(staff: Staff, on: date) -> Figures:
    """The five figures of everything within reach."""
    q = conditions(on)
    start, before = on.replace(day=1), (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    same_day = min(before + timedelta(days=on.day - 1), start - timedelta(days=1))
    already = q[View.TRUE] & Q(disposition=Disposition.ALREADY_HELPED)
    told = tasks(staff).aggregate(
        open=Count("pk", filter=q[View.OPEN]), late=Count("pk", filter=q[View.LATE]),
        new=Count("pk", filter=q[View.NEW]),
        new_before=Count("pk", filter=Q(opened_on__gte=before, opened_on__lte=same_day)),
        verified=Count("pk", filter=q[View.VERIFIED]), true=Count("pk", filter=q[View.TRUE]),
        helped=Count("pk", filter=q[View.HELPED]), already=Count("pk", filter=already),
    )  # fmt: skip
    days, days_before = (_days(staff, a, b) for a, b in ((start, on + timedelta(days=1)), (before, start)))
    return Figures(**told, days=days, days_before=days_before)


def _days(staff: Staff, since: date, until: date) -> float | None:
    """The median of days from warning to help of those helped in a period."""
    helped = tasks(staff).filter(helped_on__gte=since, helped_on__lt=until)
    days = [(day - opened).days for opened, day in helped.values_list("opened_on", "helped_on") if day]
    return float(median(days)) if days else None


@dataclass(frozen=True)
class Tile:
    """A township: open tasks for every hundred households in the register, and the late ones."""

    code: str
    name: str
    open: int
    late: int
    rate: str
    step: int
    """Where it stands on the heat scale: 1 to 5, the fullest township of the board has 5."""


def tiles(staff: Staff, on: date) -> list[Tile]:
    """The townships within reach that have anything open, by name of the map."""
    q = conditions(on)
    told = tasks(staff).order_by().values(town=Left("division_code", 9))
    rows = told.annotate(n=Count("pk", filter=q[View.OPEN]), late=Count("pk", filter=q[View.LATE]))
    statuses = LowIncomeStatus.objects.known().on(on).order_by().values(town=Left("division_code", 9))
    homes = {r["town"]: r["n"] for r in statuses.annotate(n=Count("household", distinct=True))}
    open_ = [row for row in rows.order_by("town") if row["n"]]
    share = {row["town"]: row["n"] / homes[row["town"]] if homes.get(row["town"]) else 0 for row in open_}
    most = max(share.values(), default=0) or 1
    return [
        Tile(r["town"], place_name(r["town"]), r["n"], r["late"], _rate(r["n"], homes.get(r["town"], 0)),
             max(1, ceil(share[r["town"]] / most * HEAT_STEPS)))
        for r in open_
    ]  # fmt: skip


def _rate(n: int, homes: int) -> str:
    return f"{n * 100 / homes:.1f}" if homes else "—"


def freshness(on: date) -> list[SourceFreshness]:
    """How fresh each department's data are."""
    return list(sources(on))
