"""What the page of one task shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.casework.models import Application, PeriodicReview
from doudi.console.components import Entry
from doudi.places.queries import calendar_for
from doudi.policy import PolicyError, RuleError
from doudi.policy.law import instrument

from ..models import Disposition, EarlyWarning, Lead, Level, VisitTask
from .board import days_left
from .field import TaskPack, pack_of
from .ledger import title_of


@dataclass(frozen=True)
class Said:
    """One warning in words."""

    warning: EarlyWarning
    title: str | Promise
    clauses: Sequence[str]


@dataclass(frozen=True)
class TaskPage:
    """A task with its warnings, visits, leads and notices."""

    pack: TaskPack
    warnings: list[Said]
    leads: list[Lead]
    entries: list[Entry]
    days_left: int | None
    led_url: str
    hidden: int
    """How many warnings tell of something that the reader may not see."""


def page_of(task: VisitTask, staff: Staff, on: date) -> TaskPage:
    """Everything within the reader's sight."""
    warnings = [_said(w) for w in EarlyWarning.objects.filter(task=task).order_by("pk")]
    open_now = sum(one.warning.state == "raised" for one in warnings)
    leads = list(Lead.objects.filter(task=task).order_by("pk"))
    return TaskPage(
        pack_of(task, on), warnings, leads, _entries(task), days_left(task, on, calendar_for()), _led_url(task),
        max(task.signals - open_now, 0),
    )  # fmt: skip


def _said(warning: EarlyWarning) -> Said:
    return Said(warning, title_of(warning.indicator), [_clause(key) for key in warning.clauses])


def _clause(key: str) -> str:
    code, _dash, article = key.partition("-")
    try:
        return str(instrument(code).article(article))
    except (PolicyError, RuleError, KeyError):
        return key


def _entries(task: VisitTask) -> list[Entry]:
    told = [Entry(task.opened_at, _("提出任务"))]
    for report in task.reports.order_by("pk"):  # type: ignore[attr-defined]
        who = Staff.objects.filter(pk=report.by_id).values_list("name", flat=True).first() or ""
        notes: list[str] = [who, str(Disposition(report.disposition).label), str(report.note or "")]
        if report.entered_at is None:
            notes.append(_("入户核实的事实待经办人员记入档案"))
        told.append(Entry(report.visited_at, _("入户"), [n for n in notes if n]))
    for one in task.escalations.order_by("pk"):  # type: ignore[attr-defined]
        told.append(Entry(one.at, _("逾期提醒：%(who)s") % {"who": Level(one.level).label}))
    if task.closed_on:
        label = Disposition(task.disposition).label if task.disposition else _("情况已消除，不再需要")
        told.append(Entry(task.closed_on, label, [str(task.note)] if task.note else ()))
    return told


def _led_url(task: VisitTask) -> str:
    if Application.objects.filter(number=task.led_to).exists():
        return reverse("casework:case", args=[task.led_to])
    review = next((r for r in PeriodicReview.objects.filter(household=task.household) if r.number == task.led_to), None)
    return reverse("casework:review", args=[review.pk]) if review else ""
