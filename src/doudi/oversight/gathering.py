"""Looks and work as the rule takes them, gathered from the log and from what lies open on the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from doudi.audit.labels import LOOK_PATTERN
from doudi.audit.models import AuditEvent
from doudi.audit.queries import bounds
from doudi.casework.models import Application, PeriodicReview
from doudi.monitoring.models import VisitTask
from doudi.payments.models import Hold
from doudi.registry.models import Membership
from doudi.services.models import Referral

from .rule import Look, Work

ABOUT = ("household", "person", "application", "referral")
# A phone takes the files of its owner's tasks along by itself: nobody has looked yet.
NOT_A_LOOK = ("field.carry.read",)
BEFORE, AFTER = timedelta(days=14), timedelta(days=14)
OFFICE = "household:"


@dataclass
class Gathered:
    """What the rule needs, and the events behind each look."""

    looks: set[Look] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)
    events: dict[tuple[int, date, str], list[int]] = field(default_factory=dict)


def gather(since: date, until: date, *, using: str = "default") -> Gathered:
    """The days from `since` to `until`, both included."""
    gathered = Gathered()
    begin, end = bounds(since - AFTER)[0], bounds(until)[1]
    rows = AuditEvent.objects.using(using).filter(
        at__gte=begin, at__lt=end, actor_id__isnull=False, subject_kind__in=ABOUT
    )
    seen = rows.filter(action__regex=LOOK_PATTERN, at__gte=bounds(since)[0]).exclude(action__in=NOT_A_LOOK)
    deeds = rows.exclude(action__regex=LOOK_PATTERN).exclude(action="access.refused")
    files = Files(using)
    for pk, at, actor, role, kind, subject, place in _columns(seen):
        look = Look(actor, role, timezone.localdate(at), files.of(kind, subject), place)
        gathered.looks.add(look)
        gathered.events.setdefault((actor, look.day, look.file), []).append(pk)
    for _pk, at, actor, _role, kind, subject, _place in _columns(deeds):
        day = timezone.localdate(at)
        gathered.works.append(Work(files.of(kind, subject), day - BEFORE, day + AFTER, actor))
    gathered.works += open_business(since, until, using=using)
    return gathered


Row = tuple[int, datetime, int, str, str, str, str]


def _columns(rows: Iterable[AuditEvent]) -> Iterator[Row]:
    names = ("pk", "at", "actor_id", "actor_role", "subject_kind", "subject_id", "subject_place")
    return rows.values_list(*names).iterator(chunk_size=5000)  # type: ignore[attr-defined, no-any-return]


class Files:
    """Which household's file an event is about; a person without a household is a file of their own."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, subject: str) -> str:
        """`household:7`."""
        key = (kind, subject)
        if key not in self.known:
            household = self._household(kind, subject)
            self.known[key] = f"{OFFICE}{household}" if household else f"{kind}:{subject}"
        return self.known[key]

    def _household(self, kind: str, subject: str) -> int | str | None:
        if kind == "household" or not subject.isdecimal():
            return subject if kind == "household" else None
        pk = int(subject)
        if kind == "person":
            rows = Membership.objects.using(self.using).filter(person_id=pk, superseded_at__isnull=True)
            return rows.order_by("-starts_on", "-pk").values_list("household_id", flat=True).first()
        model = Application if kind == "application" else Referral
        return model._base_manager.using(self.using).filter(pk=pk).values_list("household_id", flat=True).first()


def open_business(since: date, until: date, *, using: str) -> Iterator[Work]:
    """Cases, visit tasks, reviews, referrals and payments held, from their first day until two weeks after."""
    spans = (
        (Application, "opened_on", "ended_on"),
        (VisitTask, "opened_on", "closed_on"),
        (PeriodicReview, "opened_on", "ended_on"),
        (Referral, "sent_on", "closed_on"),
    )
    for model, first, last in spans:
        rows = model._base_manager.using(using).filter(**{f"{first}__lte": until}, household__isnull=False)
        rows = rows.filter(Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": since - AFTER}))
        for household, begin, end in rows.values_list("household_id", first, last):
            yield Work(f"{OFFICE}{household}", begin, (end or until) + AFTER)
    held = Hold.objects.using(using).filter(at__gte=bounds(since - AFTER)[0], line__household__isnull=False)
    for household, at in held.values_list("line__household_id", "at"):
        yield Work(f"{OFFICE}{household}", timezone.localdate(at), timezone.localdate(at) + 2 * AFTER)
