"""What the family declares: kept as it was said, and entered into the registry as the family's own statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.policy.facts import Plain
from doudi.registry import actions as registry
from doudi.registry.facts import schema
from doudi.registry.models import Household, Person
from doudi.registry.models.facts import Source

from ..models import Application, Declaration
from ..queries.evaluation import canonical
from .moving import record

DECLARED = Source.DECLARED
CERTIFICATES = {f.name: f for f in schema.PERSON_CERTIFICATES}
STATEMENTS = {f.name: f for f in (*schema.PERSON_STATEMENTS, *schema.HOUSEHOLD_STATEMENTS)}
CIRCUMSTANCES = {f.name: f for f in schema.CIRCUMSTANCES}
TOGETHER = "co_resident"


def declare(*, application: Application, said: Mapping[str, Plain], by: Staff, on: date, at: datetime) -> Declaration:
    """Keep what was said. Whoever may write files enters it at once; else the clerk does when accepting."""
    permit(by, Permission.CASE_INTAKE, place=application.division_code)
    with transaction.atomic():
        declaration = Declaration.objects.create(
            application=application, division_code=application.division_code, said=canonical(dict(said)), on=on, at=at,
            by_id=by.pk,
        )  # fmt: skip
        record(application, "declare", by, facts=len(said))
        if said and by.may(Permission.PERSON_WRITE, application.division_code):
            enter(declaration=declaration, by=by, at=at)
    return declaration


def enter_all(*, application: Application, by: Staff, at: datetime) -> None:
    """Enter what a coordinator took down and nobody entered yet."""
    for declaration in Declaration.objects.filter(application=application, entered_at__isnull=True).order_by("pk"):
        enter(declaration=declaration, by=by, at=at)


def enter(*, declaration: Declaration, by: Staff, at: datetime) -> None:
    """Append the statements to the files of the household; nothing that others said is touched."""
    said: dict[str, Plain] = json.loads(str(declaration.said))
    household = declaration.application.household
    assert household is not None
    with transaction.atomic():
        enter_facts(said=said, household=household, source=DECLARED, by=by, on=declaration.on, at=at)
        declaration.entered_at, declaration.entered_by_id = at, by.pk
        declaration.save(update_fields=["entered_at", "entered_by_id"])


def enter_facts(
    *, said: Mapping[str, Plain], household: Household, source: Source, by: Staff, on: date, at: datetime
) -> None:
    """Append facts by their keys (`person:12.employed`) as statements of one source: a declaration, or a visit."""
    by_owner: dict[str, dict[str, Plain]] = {}
    for key, value in said.items():
        owner, _dot, fact = key.rpartition(".")
        by_owner.setdefault(owner, {})[fact] = value
    with transaction.atomic():
        for owner, facts in by_owner.items():
            _enter_for(owner, facts, household, source, by=by, on=on, at=at)


def _enter_for(
    owner: str, facts: dict[str, Plain], household: Household, source: Source, *, by: Staff, on: date, at: datetime
) -> None:  # fmt: skip
    common: dict[str, Any] = {"source": source, "by": by, "on": on, "at": at}
    if owner == "household":
        for fact, value in facts.items():
            _household_fact(fact, value, household, on, common)
        return
    person = Person.objects.get(pk=int(owner.partition(":")[2]))
    _disability(facts, person, on, common)
    for fact, value in facts.items():
        _person_fact(fact, value, person, household, on, common)


def _household_fact(fact: str, value: Plain, household: Household, on: date, common: dict[str, Any]) -> None:
    if fact in CIRCUMSTANCES:
        registry.record_circumstance(
            household=household, kind=CIRCUMSTANCES[fact].kind, code=_code(value), starts_on=on, **common
        )
    else:
        registry.state_amount(household=household, kind=STATEMENTS[fact].kind, amount=int(value), as_of=on, **common)  # type: ignore[arg-type]


def _person_fact(
    fact: str, value: Plain, person: Person, household: Household, on: date, common: dict[str, Any]
) -> None:
    if fact == TOGETHER:
        said = {k: v for k, v in common.items() if k != "source"}
        membership = household.memberships.known().on(on).get(person=person)  # type: ignore[attr-defined]
        registry.change_membership(membership=membership, relation=membership.relation, co_resident=bool(value), **said)
    elif fact in STATEMENTS:
        registry.state_amount(person=person, kind=STATEMENTS[fact].kind, amount=int(value), as_of=on, **common)  # type: ignore[arg-type]
    elif fact == "self_care_failed":
        registry.record_certificate(person=person, kind="self_care", grade=int(value), starts_on=on, **common)  # type: ignore[arg-type]
    elif fact == "clergy_years_away":
        code = "yes" if value else "no"
        since = on.replace(year=on.year - int(value), day=min(on.day, 28))  # type: ignore[arg-type]
        registry.record_certificate(person=person, kind="clergy", code=code, starts_on=since, **common)
    elif fact in CERTIFICATES and not fact.startswith("disability"):
        registry.record_certificate(
            person=person, kind=CERTIFICATES[fact].kind, code=_code(value), starts_on=_since(person, on), **common
        )


def _disability(facts: Mapping[str, Plain], person: Person, on: date, common: dict[str, Any]) -> None:
    """Kind and grade are one certificate; half of it says nothing."""
    kind, grade = facts.get("disability_kind"), facts.get("disability_grade")
    if kind is not None and grade is not None:
        since = _since(person, on)
        registry.record_certificate(
            person=person, kind="disability", code=str(kind), grade=int(str(grade)), starts_on=since, **common
        )


def _since(person: Person, on: date) -> date:
    """A declaration says how things are now; it does not reach back before a birth."""
    return max(on, person.birth_date)


def _code(value: Plain) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
