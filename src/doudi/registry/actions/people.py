"""People: registered, corrected, and their death."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..models import Household, LowIncomeStatus, Membership, Person, Revision
from ..models.dated import Dated
from . import appending
from .checks import (
    check_not_twice,
    check_open,
    check_person,
    check_reason,
    check_relation,
    check_unregistered,
)
from .drafts import PersonDraft
from .households import close, enter, store, touch
from .recording import record
from .refusal import Conflict, Problems, guarded, refuse


def register_person(
    *,
    household: Household,
    person: PersonDraft,
    relation: str,
    by: Staff,
    on: date,
    at: datetime,
    co_resident: bool | None = None,
) -> Person:
    """Register somebody new as a member from `on`; a newborn may have no number yet."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    check_open(household, problems, on)
    check_relation(relation, problems)
    checked = check_person(person, problems, on)
    check_unregistered(checked.resident_id if checked else None, household.division_code, by, problems)
    check_not_twice(checked, household.division_code, at, problems)
    problems.refuse_if_any()
    assert checked is not None
    with guarded():
        touch(household)
        stored = store(checked, household.division_code, at)
        enter(household, stored, relation, co_resident, on=on, by=by, at=at)
        record("person.register", stored, by, household=household.pk, relation=relation)
    return stored


def said_of(person: Person) -> dict[str, Any]:
    """What a file says of a person, as a Revision keeps it."""
    return {
        "name": person.name,
        "resident_id": person.resident_id,
        "sex": person.sex,
        "birth_date": person.birth_date.isoformat(),
        "ethnicity": person.ethnicity,
        "phone": person.phone,
        "death_date": person.death_date.isoformat() if person.death_date else None,
    }


def _held(person: Person, version: int | None = None) -> Person:
    """The person, locked, as they are now. Conflict if the file changed since `version`, or left our sight."""
    now = Person.objects.select_for_update().filter(pk=person.pk, merged_into__isnull=True).first()
    if now is None or (version is not None and now.version != version):
        raise Conflict
    return now


def _revise(person: Person, said: dict[str, Any], reason: str, by: Staff, at: datetime) -> None:
    last = Revision.objects.filter(person=person).order_by("-until", "-pk").first()
    Revision.objects.create(
        person=person, division_code=person.division_code, said=json.dumps(said, ensure_ascii=False), reason=reason,
        since=min(last.until if last else person.recorded_at, at), until=at, changed_by_id=by.pk,
    )  # fmt: skip
    person.version += 1


def correct_person(
    *,
    person: Person,
    version: int,
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    name: str | None = None,
    resident_id: str | None = None,
    birth_date: date | None = None,
    sex: int | None = None,
    phone: str | None = None,
    ethnicity: str | None = None,
) -> Person:
    """Correct what was registered wrongly (None leaves a field, '' clears number or phone) and keep what was said.

    Conflict if the file was changed since `version` was read.
    """
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    with guarded():
        now = _held(person, version)
        problems = Problems()
        reason = check_reason(reason, problems)
        draft = PersonDraft(
            name=now.name if name is None else name,
            resident_id=str(now.resident_id or "") if resident_id is None else resident_id,
            birth_date=birth_date or now.birth_date,
            sex=sex or now.sex,
            phone=str(now.phone or "") if phone is None else phone,
            ethnicity=now.ethnicity if ethnicity is None else ethnicity,
        )
        checked = check_person(draft, problems, on)
        if checked is not None:
            check_unregistered(checked.resident_id, now.division_code, by, problems, but=now.pk)
            if now.death_date is not None and now.death_date < checked.birth_date:
                problems.add("birth_date", _("出生日期晚于死亡日期，请核对。"))
        problems.refuse_if_any()
        assert checked is not None
        return _written(now, checked.columns(), reason, by, at)


def _written(now: Person, columns: dict[str, object], reason: str, by: Staff, at: datetime) -> Person:
    before = said_of(now)
    for column, value in columns.items():
        setattr(now, column, value)
    after = said_of(now)
    changed = sorted(key for key in before if before[key] != after[key])
    if not changed:
        raise refuse("", _("没有任何改动。"))
    _revise(now, before, reason, by, at)
    now.save()
    record("person.correct", now, by, purpose=reason, before=before, after=after, fields=changed)
    return now


def mark_death(*, person: Person, death_date: date, by: Staff, on: date, at: datetime) -> Person:
    """Record a death: the day of death is the last day of membership and of personal statuses."""
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    with guarded():
        now = _held(person)
        problems = Problems()
        if now.death_date is not None:
            problems.add("", _("已登记死亡（%(day)s），如有误请先撤销。") % {"day": now.death_date})
        if death_date < now.birth_date:
            problems.add("death_date", _("死亡日期早于出生日期 %(day)s，请核对。") % {"day": now.birth_date})
        if death_date > on:
            problems.add("death_date", _("死亡日期晚于今天，请核对。"))
        problems.refuse_if_any()
        said, after = said_of(now), death_date + timedelta(days=1)
        ended = [appending.cut(row, on=after, by=by, at=at) for row in _running(now, after)]
        closed = _close_emptied(now, after, ended, by, at)
        now.death_date = death_date
        _revise(now, said | {"ended": ended, "closed": closed}, _("登记死亡"), by, at)
        now.save()
        record("person.mark_death", now, by, before=said, after=said_of(now), ended=ended, closed=closed)
    return now


def _running(person: Person, day: date) -> list[Dated]:
    """The person's memberships and personal statuses that do not end by the day."""
    rows: list[Dated] = []
    for model in (Membership, LowIncomeStatus):
        found = model.objects.known().filter(person=person)
        rows += [r for r in found if r.ends_on is None or r.ends_on > day]
    return rows


def _close_emptied(person: Person, day: date, ended: list[appending.Cut], by: Staff, at: datetime) -> list[int]:
    """Close the household in which nobody is left; its category joins what has ended."""
    last = Membership.objects.known().filter(person=person, ends_on=day).select_related("household")
    closed = []
    for household in {m.household for m in last}:
        running = Membership.objects.known().filter(household=household)
        if household.closed_on is None and not any(m.ends_on is None or m.ends_on > day for m in running):
            ended += close(household, str(_("成员死亡")), on=day, by=by, at=at)
            closed.append(household.pk)
    return closed


def revoke_death(*, person: Person, reason: str, by: Staff, at: datetime) -> Person:
    """The death was recorded by mistake: what it ended holds again."""
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    with guarded():
        now = _held(person)
        problems = Problems()
        reason = check_reason(reason, problems)
        if now.death_date is None:
            problems.add("", _("该人员没有死亡登记。"))
        problems.refuse_if_any()
        said = said_of(now)
        for revision in Revision.objects.filter(person=now).order_by("-until", "-pk"):
            if "ended" in (kept := json.loads(str(revision.said))):
                _reopen(kept, by, at)
                break
        now.death_date = None
        _revise(now, said, reason, by, at)
        now.save()
        record("person.revoke_death", now, by, purpose=reason, before=said, after=said_of(now))
    return now


def _reopen(kept: dict[str, Any], by: Staff, at: datetime) -> None:
    for household in Household.objects.filter(pk__in=kept["closed"]):
        household.closed_on, household.closed_because = None, ""
        household.save(update_fields=["closed_on", "closed_because"])
    for label, was, left in kept["ended"]:
        rows = apps.get_model(label)._default_manager
        if left is not None and not rows.filter(pk=left, superseded_at__isnull=True).exists():
            raise refuse("", _("登记死亡之后成员关系或认定又有变动，请先核对后人工办理。"))
        if left is not None:
            appending.supersede(rows.get(pk=left), at)
        appending.append(rows.get(pk=was), by=by, at=at)
