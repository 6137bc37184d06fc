"""The door to field: what somebody takes along to a household, and in what words.

`version` changes with the task *and* with the facts shown: an answer to something that has changed is a conflict, not
an overwrite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zlib import crc32

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.money import format_yuan
from doudi.places.queries import name_path
from doudi.policy.engine.units import BOOLEAN, FEN
from doudi.policy.facts import FACTS as ALL_FACTS
from doudi.policy.facts import FactSpec, Plain
from doudi.policy.questions import DEPTHS
from doudi.registry.facts import HouseholdFacts, household_facts, schema
from doudi.registry.facts.population import facts_of_households
from doudi.registry.models import Person
from doudi.registry.queries.ages import age
from doudi.registry.queries.wording import relation

from ..models import EarlyWarning, TaskState, VisitTask, WarningState

Kind = Literal["bool", "int", "fen", "choice", "text"]
MOST_FACTS = 40
"""More than this nobody confirms at a door."""
NOTHING: Mapping[str, Plain] = {"study_stage": "none", "relapse_watch": "none"}
"""What a fact says when it says that there is nothing to confirm; beside zero and no."""
ENTERED = frozenset(
    fact.name
    for fact in (
        *schema.PERSON_CERTIFICATES, *schema.PERSON_STATEMENTS, *schema.HOUSEHOLD_STATEMENTS, *schema.CIRCUMSTANCES,
    )
) - {"clergy_years_away"}  # fmt: skip
"""The facts a visit can state; the others are the registry's own."""


@dataclass(frozen=True)
class FactLine:
    """One fact to confirm, or one question. `key` is that of the rulebook: `person:12.employed`, `household.…`."""

    key: str
    subject: str
    label: str
    value: Plain | None
    shown: str
    kind: Kind
    choices: tuple[tuple[str | int, str], ...] = ()


@dataclass(frozen=True)
class PackMember:
    """Somebody who lives there."""

    person_id: int
    name: str
    relation: str
    age: int


@dataclass(frozen=True)
class TaskPack:
    """Everything for one visit. Only what the person who goes may read."""

    number: str
    version: int
    household_id: int
    household_number: str
    head_name: str
    members: list[PackMember]
    address: str
    village: str
    due_on: date | None
    reasons: list[str]
    facts: list[FactLine]
    questions: list[FactLine]


def packs(by: Staff, on: date) -> list[TaskPack]:
    """What waits for this person, the most urgent first; for a clerk also what nobody was sent to."""
    rows = by.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_VISIT)
    mine = Q(state=TaskState.ASSIGNED, coordinator=by)
    if by.may(Permission.MONITORING_HANDLE):
        mine |= Q(state=TaskState.OPEN)
    found = rows.filter(mine).select_related("household__head").order_by("due_on", "division_code", "pk")
    told = list(_with_reasons(found))
    facts = _facts_of([task.household_id for task, _reasons in told], on)
    names = _names(facts.values())
    return [_pack(task, on, reasons, facts[task.household_id], names) for task, reasons in told]


def pack_of(task: VisitTask, on: date) -> TaskPack:
    """One task as it stands now."""
    facts = household_facts(task.household_id, on=on)
    return _pack(task, on, next(reasons for _task, reasons in _with_reasons([task])), facts, _names([facts]))


def _facts_of(households: Sequence[int], on: date) -> dict[int, HouseholdFacts]:
    """The facts of many households, table by table: a phone takes five hundred of them along."""
    read = facts_of_households(households, on)
    people: dict[str, list[dict[str, Any]]] = {}
    for row in read.persons.iter_rows(named=True):
        people.setdefault(row.pop("household_id"), []).append(row)
    found = {
        int(row["household_id"]): HouseholdFacts(on, None, row, tuple(people.get(row["household_id"], ())), (), {})
        for row in read.households.iter_rows(named=True)
    }
    return found | {pk: household_facts(pk, on=on) for pk in households if pk not in found}


def _with_reasons(tasks: Iterable[VisitTask]) -> Iterable[tuple[VisitTask, list[str]]]:
    tasks = list(tasks)
    told: dict[int, list[str]] = {task.pk: [] for task in tasks}
    for warning in EarlyWarning.objects.filter(task__in=told, state=WarningState.RAISED).order_by("pk"):
        told[warning.task_id or 0].append(str(warning.sentence))
    return [(task, told[task.pk]) for task in tasks]


def _pack(task: VisitTask, on: date, reasons: list[str], facts: HouseholdFacts, names: Mapping[int, str]) -> TaskPack:
    home = task.household
    lines = fact_lines(facts, names)
    return TaskPack(
        number=task.number, version=version_of(task, lines), household_id=home.pk, household_number=home.number,
        head_name=home.head.name, members=_members(facts, names, on), address=home.address,
        village=name_path(task.division_code), due_on=task.due_on, reasons=reasons, facts=lines,
        questions=question_lines(task.questions or (), facts, names),
    )  # fmt: skip


def version_of(task: VisitTask, facts: Sequence[FactLine]) -> int:
    """One number for the task and for what was shown; fits what a phone counts exactly."""
    shown = json.dumps([(line.key, line.value) for line in facts], default=str, sort_keys=True)
    return (task.version % 2**20) << 32 | crc32(shown.encode())


def _names(facts: Iterable[HouseholdFacts]) -> dict[int, str]:
    ids = [int(row["person_id"]) for one in facts for row in one.persons]
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


def _members(facts: HouseholdFacts, names: Mapping[int, str], on: date) -> list[PackMember]:
    return [
        PackMember(pk, names.get(pk, ""), relation(row["relation"]), age(row["birth_date"], on))
        for row in facts.persons
        for pk in [int(row["person_id"])]
    ]


def fact_lines(facts: HouseholdFacts, names: Mapping[int, str]) -> list[FactLine]:
    """What is known and says something, from the registry's chosen facts: that, and nothing else, can be confirmed."""
    rows = [("household", str(_("家庭")), facts.household)]
    rows += [(f"person:{row['person_id']}", names.get(int(row["person_id"]), ""), row) for row in facts.persons]
    lines = [
        line_of(f"{owner}.{name}", subject, value)
        for owner, subject, row in rows
        for name, value in row.items()
        if name in ENTERED and value is not None and value not in (False, 0) and value != NOTHING.get(name)
    ]
    return lines[:MOST_FACTS]


def question_lines(keys: Iterable[str], facts: HouseholdFacts, names: Mapping[int, str]) -> list[FactLine]:
    """What the rulebook wants to know and nobody has said yet."""
    told = {"household": facts.household} | {f"person:{row['person_id']}": row for row in facts.persons}
    lines = []
    for key in keys:
        owner, _dot, name = key.rpartition(".")
        if owner in told and told[owner].get(name) is None:
            subject = str(_("家庭")) if owner == "household" else names.get(int(owner.partition(":")[2]), "")
            lines.append(line_of(key, subject, None))
    return lines


def spec_of(key: str) -> FactSpec | None:
    """What a fact may be; None for one that a visit cannot state."""
    owner, _dot, name = key.rpartition(".")
    depth = DEPTHS.get(owner.partition(":")[0])
    return ALL_FACTS[depth].get(name) if depth is not None and name in ENTERED else None


def line_of(key: str, subject: str, value: Plain | None) -> FactLine:
    """A fact as a line of the phone."""
    spec = spec_of(key)
    assert spec is not None
    kind: Kind = "choice" if spec.choices else "bool" if spec.unit == BOOLEAN else "fen" if spec.unit == FEN else "int"
    return FactLine(key, subject, spec.label, value, _shown(spec, value), kind, tuple(spec.choices.items()))


def _shown(spec: FactSpec, value: Plain | None) -> str:
    if value is None:
        return ""
    if spec.choices:
        return spec.choices.get(value, str(value))  # type: ignore[arg-type]
    if spec.unit == BOOLEAN:
        return str(_("是") if value else _("否"))
    return str(_("%(yuan)s 元") % {"yuan": format_yuan(int(value))}) if spec.unit == FEN else str(value)  # type: ignore[arg-type]
