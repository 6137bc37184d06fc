"""Numbering the log: events about households on both lists get the next number of the feed, in the order of commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.audit.models import AuditEvent
from doudi.audit.sealing import finished_until
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Circumstance, Household, LowIncomeStatus, Membership, Person
from doudi.registry.models.facts import Source

from ..kinds import TOLD, Kind, Told
from ..models import Acknowledgement, Outgoing, Position
from ..queries.feed import last_number

CHUNK = 500


def publish(*, county: str, at: datetime, using: str = "default", until: int | None = None) -> tuple[int, bool]:
    """Number what the log holds since the last time; (how many, whether more is left). One at a time, in nobody's name.

    Only transactions below the oldest still running: their set is final, so a number once given is never overtaken.
    """
    end = finished_until(using) if until is None else until
    with transaction.atomic(using=using):
        _alone(county, using)
        position, _new = Position.objects.using(using).get_or_create(county=county)
        events = list(_new_events(county, position.tx, end, using))
        number = Outgoing.objects.using(using).filter(county=county).aggregate(n=Max("number"))["n"] or 0
        rows = [row for event in events if (row := _row(event, county, at, using)) is not None]
        for ahead, row in enumerate(rows, start=1):
            row.number = number + ahead
        Outgoing.objects.using(using).bulk_create(rows)
        more = len(events) >= CHUNK
        position.tx = events[-1].tx + 1 if more else max(end, position.tx)
        position.save(using=using)
    return len(rows), more


def _alone(county: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"exchange.publish {county}"])


def _new_events(county: str, begin: int, end: int, using: str) -> Iterator[AuditEvent]:
    """The next events that may leave the house, whole transactions only."""
    rows = AuditEvent.objects.using(using).filter(tx__gte=begin, tx__lt=end, action__in=TOLD)
    rows = rows.filter(subject_place__startswith=county).order_by("tx", "id")
    last = None
    for count, event in enumerate(rows.iterator(chunk_size=CHUNK)):
        if count >= CHUNK and event.tx != last:
            return
        last = event.tx
        yield event


def _row(event: AuditEvent, county: str, at: datetime, using: str) -> Outgoing | None:
    """The event's row without its number; None if it is about a household that only one side knows."""
    told = TOLD[event.action]
    person = _person(event, using)
    day = _day(event, told, person, using)
    home = _household(event, person, day, using)
    if home is None or not watched_by_both(home, told.kind, day, event.at, using):
        return None
    return Outgoing(
        county=county, event_id=event.pk, event_at=event.at, kind=told.kind, code=_code(event, told),
        happened_on=day, household=home, person=person, numbered_at=at,
    )  # fmt: skip


def _code(event: AuditEvent, told: Told) -> str:
    return (told.fixed or str(event.detail.get(told.code, "")) if told.code or told.fixed else "")[:24]


def _person(event: AuditEvent, using: str) -> Person | None:
    pk = event.subject_id if event.subject_kind == "person" else event.detail.get("person")
    return Person.objects.using(using).filter(pk=pk).first() if pk else None


def _day(event: AuditEvent, told: Told, person: Person | None, using: str) -> date:
    """When it happened: the day of death, the first or last day of a status, else the day of the act."""
    if told.kind == Kind.PERSON_DIED and person is not None and person.death_date is not None:
        return person.death_date
    if told.kind in (Kind.STATUS_DETERMINED, Kind.STATUS_ENDED):
        row: Any = LowIncomeStatus.objects.using(using).filter(pk=event.detail.get("row") or 0).first()
        day = row and (row.starts_on if told.kind == Kind.STATUS_DETERMINED else row.ends_on)
        if day:
            return day  # type: ignore[no-any-return]
    return timezone.localdate(event.at)


def _household(event: AuditEvent, person: Person | None, day: date, using: str) -> Household | None:
    if event.subject_kind == "household":
        return Household.objects.using(using).filter(pk=event.subject_id).first()
    if person is None:
        return None
    rows = Membership.objects.using(using).filter(person=person, starts_on__lte=day).order_by("-starts_on", "-pk")
    found = rows.select_related("household").first()
    return found.household if found else None


def watched_by_both(home: Household, kind: Kind, day: date, known_at: datetime, using: str = "default") -> bool:
    """Whether the household is on their list and on ours, as known at that moment. Our warnings are our watching."""
    theirs = Circumstance.objects.using(using).filter(
        household=home, kind="relapse_watch", source=Source.REVITALISATION
    )
    listed = theirs.known(known_at).on(day).exclude(code="none").exists()
    if not listed or kind == Kind.WARNING_SETTLED:
        return listed
    ours = LowIncomeStatus.objects.using(using).filter(household=home).known(known_at)
    return ours.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).exists()


def acknowledge(*, county: str, up_to: int, by: Staff, at: datetime) -> int:
    """They have taken in everything up to a number. Refused if there is no such number; twice is once."""
    permit(by, Permission.EXCHANGE_WRITE, place=county)
    last = last_number(county)
    if not 0 <= up_to <= last:
        raise refuse("up_to", _("没有 %(n)s 号事件，最大编号是 %(last)s。") % {"n": up_to, "last": last})
    with transaction.atomic():
        if not Acknowledgement.objects.filter(county=county, up_to__gte=up_to).exists():
            Acknowledgement.objects.create(county=county, up_to=up_to, at=at)
            audit.record(by=by, action="exchange.acknowledge", subject=Subject("exchange", county, county),
                         detail={"up_to": up_to})  # fmt: skip
    return up_to
