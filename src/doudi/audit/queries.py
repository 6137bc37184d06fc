"""Reading the log: lists for the audit administrator, 'who looked' for the file's own page, the state of the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.db.models import CharField, Count, Max, Min, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.port import place_name
from doudi.accounts.queries import names_of

from .labels import LOOK_PATTERN, action_label, kind_label, roles_label
from .models import AuditAlert, AuditEvent, AuditSeal

PAGE = 50
UNUSUAL_TIMES = 3  # more files than so many times the median of the role …
UNUSUAL_FILES = 20  # … and at least so many, or a quiet day would accuse everybody
LATE = timedelta(hours=24)  # a finished event should not wait longer for its seal


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to; an empty value narrows nothing."""

    staff_id: int | None = None
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    place: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Line:
    """An event in words."""

    event: AuditEvent
    who: str
    role: str
    what: str
    kind: str
    place: str


@dataclass(frozen=True)
class Reader:
    """How much one person looked at in a day, beside the median of the others who hold the same roles."""

    staff_id: int
    who: str
    role: str
    files: int
    looks: int
    median: float

    @property
    def is_unusual(self) -> bool:
        return self.files >= UNUSUAL_FILES and self.files > UNUSUAL_TIMES * self.median


@dataclass(frozen=True)
class ChainState:
    """Where the sealing stands. `waits_since` is the time of the oldest event without a seal."""

    last: AuditSeal | None
    seals: int
    unsealed: int
    waits_since: datetime | None
    alerts: list[AuditAlert]
    at: datetime

    @property
    def is_late(self) -> bool:
        return self.waits_since is not None and self.at - self.waits_since > LATE


def events(chosen: Chosen) -> QuerySet[AuditEvent]:
    """The events of a filtered list, newest first."""
    wanted = {
        "actor_id": chosen.staff_id,
        "action__startswith": chosen.action,
        "subject_kind": chosen.subject_kind,
        "subject_id": chosen.subject_id,
        "subject_place__startswith": chosen.place,
    }
    rows = AuditEvent.objects.filter(**{key: value for key, value in wanted.items() if value})
    if chosen.day:
        begin, end = bounds(chosen.day)
        rows = rows.filter(at__gte=begin, at__lt=end)
    return rows.order_by("-id")


def page(chosen: Chosen, *, before: int | None = None, size: int = PAGE) -> tuple[list[Line], int | None]:
    """One page by keyset, and the id from which the next one continues (None at the end)."""
    rows = events(chosen)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return lines(found[:size]), found[size - 1].pk if len(found) > size else None


def lines(rows: Iterable[AuditEvent]) -> list[Line]:
    """Events with names in place of numbers."""
    rows = list(rows)
    names = names_of(event.actor_id for event in rows if event.actor_id)
    return [
        Line(
            event,
            _name(names, event.actor_id),
            roles_label(event.actor_role),
            action_label(event.action),
            kind_label(event.subject_kind),
            place_name(event.subject_place) if event.subject_place else "",
        )
        for event in rows
    ]


def looked_at(subject_kind: str, subject_id: str | int, *, limit: int = 20) -> list[Line]:
    """Who looked at a file, newest first; behind row-level security, so only where the asker may see the file."""
    rows = AuditEvent.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id), action__regex=LOOK_PATTERN)
    return lines(rows.order_by("-id")[:limit])


def readers(day: date) -> list[Reader]:
    """Everybody who looked at files on a day, the most first."""
    begin, end = bounds(day)
    file = Concat("subject_kind", Value(":"), "subject_id", output_field=CharField())
    rows = (
        AuditEvent.objects.filter(at__gte=begin, at__lt=end, action__regex=LOOK_PATTERN, actor_id__isnull=False)
        .values("actor_id", "actor_role")
        .annotate(files=Count(file, distinct=True), looks=Count("id"))
        .order_by("-files", "actor_id")
    )
    found: list[Any] = list(rows)
    names = names_of(row["actor_id"] for row in found)
    return [
        Reader(
            staff_id=row["actor_id"],
            who=_name(names, row["actor_id"]),
            role=roles_label(row["actor_role"]),
            files=row["files"],
            looks=row["looks"],
            median=median(_of_others(found, row) or [row["files"]]),
        )
        for row in found
    ]


def _of_others(rows: list[Any], row: Any) -> list[int]:
    """What the others of the same role read: somebody's own excess must not hide them in a small office."""
    return [r["files"] for r in rows if r["actor_role"] == row["actor_role"] and r is not row]


def chain_state(at: datetime) -> ChainState:
    """The newest seal, what waits for one, and open alerts."""
    last = AuditSeal.objects.order_by("number").last()
    waiting = AuditEvent.objects.filter(tx__gte=last.tx_until if last else 0)
    figures = waiting.aggregate(n=Count("id"), since=Min("at"))
    alerts = list(AuditAlert.objects.filter(settled_at__isnull=True).order_by("-id"))
    number = AuditSeal.objects.aggregate(n=Max("number"))["n"] or 0
    return ChainState(last, number, figures["n"], figures["since"], alerts, at)


def seals(limit: int = PAGE) -> list[AuditSeal]:
    """The newest seals."""
    return list(AuditSeal.objects.order_by("-number")[:limit])


def bounds(day: date) -> tuple[datetime, datetime]:
    """A day of this county as moments, half-open."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    return begin, begin + timedelta(days=1)


def _name(names: dict[int, str], staff_id: int | None) -> str:
    if staff_id is None:
        return _("系统")
    return names.get(staff_id) or _("已删除账号 %(id)s") % {"id": staff_id}
