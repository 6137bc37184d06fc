"""What the simulator tells in a demo: mostly what the family declared, sometimes a little else, sometimes much else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from doudi.privacy.fields import blind
from doudi.registry.models import Certificate, Membership, Person, Statement
from doudi.registry.models.facts import HOUSEHOLD_KINDS, Source

from ..sources import COUNTED, terms_of
from ..texts import sm3
from .port import Question, Value

# Of a hundred figures: how many percent the source finds instead of what was declared.
CHANGES = (*[100] * 74, *[104] * 8, *[93] * 4, *[133] * 8, *[160] * 3, *[70] * 3)


def near_declared(question: Question, on: date) -> Sequence[Value]:
    """The declared figures of a person as the source might know them; what nobody declared is mostly nothing."""
    index = blind(question.resident_id, purpose="resident_id")
    person = Person.objects.filter(resident_id_index=index, merged_into__isnull=True).first()
    terms = terms_of(question.source)
    values = [_value(kind, person, question) for kind in terms.feeds] if person else []
    tells = [Value(kind, code="yes" if kind == "spouse" and _is_married(person) else "no") for kind in terms.tells]
    return [v for v in values if v is not None] + tells


def _is_married(person: Person | None) -> bool:
    """Whether the person or the head they live with is the other's spouse."""
    own = Membership.objects.known().filter(person=person, ends_on=None)
    spouses = Membership.objects.known().filter(ends_on=None, relation__in=("10", "11", "12"))
    return own.filter(relation__in=("10", "11", "12")).exists() or (
        own.filter(relation="02").exists() and spouses.filter(household__in=own.values("household")).exists()
    )


def _value(kind: str, person: Person, question: Question) -> Value | None:
    if kind in Certificate.Kind.values:
        known = Certificate.objects.known().filter(person=person, kind=kind).order_by("-starts_on").first()
        return Value(kind, code=known.code, grade=known.grade, since=known.starts_on) if known else None
    declared = _declared(kind, person)
    if declared is None:
        return Value(kind, amount=0) if kind in HOUSEHOLD_KINDS else None
    if kind in COUNTED:
        return Value(kind, amount=declared)
    return Value(kind, amount=declared * CHANGES[_draw(question, kind) % 100] // 100)


def _declared(kind: str, person: Person) -> int | None:
    """What was declared about the person; what belongs to the household is the head's."""
    rows = Statement.objects.known().filter(kind=kind, source=Source.DECLARED)
    if kind in HOUSEHOLD_KINDS:
        own = Membership.objects.known().filter(person=person, household__head=person, ends_on=None)
        rows = rows.filter(household__in=own.values("household"))
    else:
        rows = rows.filter(person=person)
    return rows.order_by("-starts_on", "-pk").values_list("amount", flat=True).first()


def _draw(question: Question, kind: str) -> int:
    return int(sm3(f"rehearsal\n{question.resident_id}\n{kind}")[:8], 16)
