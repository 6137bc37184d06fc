"""What a phone takes along: open tasks, who lives there, the texts that may be signed. No more than a visit needs."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.monitoring.models import Disposition
from doudi.monitoring.queries.field import FactLine, TaskPack
from doudi.monitoring.queries.field import packs as tasks_of
from doudi.places.queries import name_path, villages_of
from doudi.privacy.masking import mask_resident_id
from doudi.registry.codes import RELATIONS
from doudi.registry.models import Household, Membership
from doudi.registry.queries.ages import age
from doudi.verification.actions.consents import OFFICE
from doudi.verification.limits import ADULT, CONSENT_USUAL_DAYS
from doudi.verification.models import Purpose
from doudi.verification.queries.people import incapable_among
from doudi.verification.sources import ALL, label_of
from doudi.verification.texts import CONSENT, PLEDGE, materials, text_on

from ..limits import PACKS
from ..models import RecordKind, SyncRecord

Json = dict[str, Any]


@dataclass(frozen=True)
class Delta:
    """What has changed since the phone last asked: packs to put in its place, numbers to take away."""

    packs: Sequence[Json]
    gone: Sequence[str]
    households: Sequence[tuple[int, str]]


def delta(*, by: Staff, on: date, have: Mapping[str, str]) -> Delta:
    """Compare what the phone has (number → tag) with what there is now. The tags are the cursor: no clock is asked."""
    packs = list(tasks_of(by, on))[:PACKS]
    homes = _homes([p.household_id for p in packs], on)
    tried = _tried([p.number for p in packs])
    rows = [_tagged(pack_json(p) | homes.get(p.household_id, {}) | {"tried": tried.get(p.number, [])}) for p in packs]
    changed = [row for row in rows if have.get(row["number"]) != row["tag"]]
    numbers = {row["number"] for row in rows}
    new = {row["number"] for row in changed}
    places = dict(Household.objects.filter(pk__in=[p.household_id for p in packs]).values_list("pk", "division_code"))
    told = [(p.household_id, places.get(p.household_id, "")) for p in packs if p.number in new]
    return Delta(changed, sorted(set(have) - numbers), told)


def pack_json(pack: TaskPack) -> Json:
    """A pack as the phone keeps it."""
    return {
        "number": pack.number, "version": pack.version, "household": pack.household_number, "head": pack.head_name,
        "address": pack.address, "village": pack.village, "due_on": pack.due_on.isoformat() if pack.due_on else None,
        "reasons": list(pack.reasons), "facts": _lines(pack.facts), "questions": _lines(pack.questions),
    }  # fmt: skip


def _lines(lines: Iterable[FactLine]) -> list[Json]:
    return [
        {"key": one.key, "subject": one.subject, "label": one.label, "value": one.value, "shown": one.shown,
         "kind": one.kind, "choices": [list(c) for c in one.choices]}
        for one in lines
    ]  # fmt: skip


def _tagged(row: Json) -> Json:
    said = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
    return row | {"tag": hashlib.sha256(said.encode()).hexdigest()[:16]}


def _homes(households: Sequence[int], on: date) -> dict[int, Json]:
    """Members of many households in three queries, each with who signs for them."""
    rows = Membership.objects.known().on(on).filter(household_id__in=households).exclude(co_resident=False)
    found = [m for m in rows.select_related("person").order_by("pk") if m.person.death_date is None]
    incapable = incapable_among([m.person_id for m in found], on)
    homes: defaultdict[int, list[Json]] = defaultdict(list)
    for m in found:
        years = age(m.person.birth_date, on)
        homes[m.household_id].append(
            {"id": m.person_id, "name": m.person.name, "age": years, "relation": RELATIONS.get(m.relation, ""),
             "guarded": years < ADULT or m.person_id in incapable,
             "masked": mask_resident_id(str(m.person.resident_id or "")) or "—"}
        )  # fmt: skip
    phones = dict(Household.objects.filter(pk__in=households, head__isnull=False).values_list("pk", "head__phone"))
    return {pk: {"members": homes.get(pk, []), "phone": phones.get(pk)} for pk in households}


def _tried(numbers: Sequence[str]) -> dict[str, list[str]]:
    """When somebody stood before a closed door, by task: after the third time it is worth asking the neighbours."""
    rows = SyncRecord.objects.filter(task__in=numbers, kind=RecordKind.ABSENT).order_by("happened_at")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for task, at in rows.values_list("task", "happened_at"):
        found[task].append(at.isoformat())
    return dict(found)


def dispositions() -> list[list[str]]:
    """What may be proposed about a household: code and words."""
    return [[value, str(label)] for value, label in Disposition.choices]


def signing_texts(on: date) -> Json:
    """The texts in force today with their blanks, and the words that go into them."""
    consent, pledge = text_on(CONSENT, on), text_on(PLEDGE, on)
    return {
        "consent": {"version": consent.version, "title": consent.title, "paragraphs": list(consent.paragraphs)},
        "pledge": {"version": pledge.version, "title": pledge.title, "paragraphs": list(pledge.paragraphs)},
        "office": OFFICE,
        "purposes": [[p.value, str(p.label)] for p in Purpose],
        "sources": [[s, label_of(s)] for s in ALL],
        "materials": [[key, words] for key, words in materials().items()],
        "consent_days": CONSENT_USUAL_DAYS,
    }


def villages(by: Staff) -> list[list[str]]:
    """Where somebody may report from: code and name, at most a township's worth."""
    found = []
    for place in by.scope.places(Permission.MONITORING_VISIT):
        if len(place) == 12:
            found.append([place, name_path(place)])
        else:
            found += [[d.code, d.name] for d in villages_of(place)[:200]]
    return found
