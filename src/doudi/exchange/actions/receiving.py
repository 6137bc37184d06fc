"""Taking in their events: each number once, in any order; what they say together becomes dated circumstances."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.privacy.cipher import keyring
from doudi.registry.actions import state_listing
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Household

from ..kinds import SAYS, State
from ..models import Incoming
from ..port import Receipt, Receipts
from ..queries.incoming import household_of, known_of, missing, timeline, unmatched
from .checking import Invalid, read
from .handles import AT_THE_DOOR, fill

MOST_AT_ONCE = 1_000


def receive(*, county: str, events: Sequence[Any], by: Staff, on: date, at: datetime) -> Receipts:
    """Take in a delivery. Each event is judged by itself; a bad one does not hold up the others."""
    permit(by, Permission.EXCHANGE_WRITE, place=county)
    if len(events) > MOST_AT_ONCE:
        raise refuse("events", _("一次最多 %(n)s 条，请分批发送。") % {"n": MOST_AT_ONCE})
    with transaction.atomic():
        _alone(county)
        found = _found_now(county, by, on, at)
        receipts = [_taken(county, event, on, at) for event in events]
        numbers = [r.number for r in receipts if r.result in ("applied", "unmatched")]
        new = Incoming.objects.filter(county=county, number__in=numbers, state=State.APPLIED)
        _apply({*found, *(row.household_id for row in new)}, by, on, at)
        audit.record(by=by, action="exchange.receive", subject=Subject("exchange", county, county),
                     detail={"events": len(events), "new": len(numbers)})  # fmt: skip
    return Receipts(receipts, missing(county))


def _alone(county: str) -> None:
    """Two deliveries of one county wait for each other: the second sees what the first took in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"exchange.receive {county}"])


def _taken(county: str, event: Any, on: date, at: datetime) -> Receipt:
    try:
        said = read(event, on)
    except Invalid as problem:
        return Receipt(problem.number, "invalid", str(problem))
    digest = _digest(said)
    before = Incoming.objects.filter(county=county, number=said["number"]).first()
    if before is not None:
        same = before.digest == digest
        words = "" if same else _("这个编号已收到过内容不同的事件，请用新编号更正。")
        return Receipt(before.number, "duplicate" if same else "conflict", words)
    home = household_of(said["people"], county, (said["happened_on"], on))
    state = State.APPLIED if home else State.UNMATCHED
    Incoming.objects.create(county=county, digest=digest, household=home, state=state, received_at=at,
                            **said | {"name": said["name"] or None})  # fmt: skip
    return Receipt(said["number"], state.value)


def _digest(said: Mapping[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return keyring().digest(text.encode())


def _apply(homes: Iterable[int | None], by: Staff, on: date, at: datetime) -> None:
    """Let everything that was told of these households say what holds when."""
    for home in Household.objects.filter(pk__in=[pk for pk in homes if pk]).order_by("pk"):
        told = list(Incoming.objects.filter(household=home, state=State.APPLIED))
        for kind in sorted({about for about, _code in SAYS.values()}):
            if said := timeline(told, kind):
                state_listing(household=home, kind=kind, said=said, by=by, on=on, at=at)


def match(*, incoming: Incoming, household: Household, by: Staff, on: date, at: datetime) -> Incoming:
    """Somebody says which household an unmatched event is about; the others of the same people follow."""
    permit(by, Permission.EXCHANGE_WRITE, place=incoming.county)
    permit(by, Permission.PERSON_READ, place=household.division_code)
    with transaction.atomic():
        _alone(incoming.county)
        row = _open_one(incoming)
        same = [one for one in unmatched(row.county) if one.pk == row.pk or (row.people and one.people == row.people)]
        for one in same:
            one.household, one.state, one.settled_at, one.settled_by_id = household, State.APPLIED, at, by.pk
            one.save(update_fields=["household", "state", "settled_at", "settled_by_id"])
        _apply([household.pk], by, on, at)
        subject = Subject("household", str(household.pk), household.division_code)
        audit.record(by=by, action="exchange.match", subject=subject, detail={"events": [o.number for o in same]})
    incoming.refresh_from_db()
    return incoming


def match_again(*, county: str, by: Staff, on: date, at: datetime) -> int:
    """Look for the unmatched once more: people have been registered since. Returns how many were found."""
    permit(by, Permission.EXCHANGE_WRITE, place=county)
    with transaction.atomic():
        _alone(county)
        homes = _found_now(county, by, on, at)
        _apply(homes, by, on, at)
        audit.record(by=by, action="exchange.match", subject=Subject("exchange", county, county),
                     detail={"found": len(homes)})  # fmt: skip
    return len(homes)


def _found_now(county: str, by: Staff, on: date, at: datetime) -> list[int]:
    """Unmatched events whose people are known by now; their households, one an event."""
    fill(county=county, limit=AT_THE_DOOR)
    waiting = list(unmatched(county))
    known = known_of((one for row in waiting for one in row.people), county)
    homes = []
    for row in (row for row in waiting if known.intersection(row.people)):
        home = household_of(row.people, county, (row.happened_on, on))
        if home is not None:
            row.household, row.state, row.settled_at, row.settled_by_id = home, State.APPLIED, at, by.pk
            row.save(update_fields=["household", "state", "settled_at", "settled_by_id"])
            homes.append(home.pk)
    return homes


def set_aside(*, incoming: Incoming, note: str, by: Staff, at: datetime) -> Incoming:
    """Nobody here is meant: it stays on record with the reason, and waits no longer."""
    permit(by, Permission.EXCHANGE_WRITE, place=incoming.county)
    note = note.strip()
    if len(note) < 4 or len(note) > 200 or not note.isprintable():
        raise refuse("note", _("请写明原因，4 至 200 个字。"))
    with transaction.atomic():
        row = _open_one(incoming)
        row.state, row.note, row.settled_at, row.settled_by_id = State.SET_ASIDE, note, at, by.pk
        row.save(update_fields=["state", "note", "settled_at", "settled_by_id"])
        audit.record(by=by, action="exchange.set_aside", subject=Subject("exchange", row.county, row.county),
                     purpose=note, detail={"number": row.number})  # fmt: skip
    return row


def _open_one(incoming: Incoming) -> Incoming:
    row = Incoming.objects.select_for_update(of=("self",)).get(pk=incoming.pk)
    if row.state != State.UNMATCHED:
        raise refuse("", _("这条事件已经处理过，请刷新后查看。"))
    return row
