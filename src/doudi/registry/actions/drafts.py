"""What a form or an imported row says about a person, before anything has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..models import Person


@dataclass(frozen=True, kw_only=True)
class PersonDraft:
    """Sex and birth date may be left out where a number is given; a newborn has no number yet."""

    name: str
    resident_id: str = ""
    sex: int | None = None
    birth_date: date | None = None
    ethnicity: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class MemberDraft:
    """A person and how they belong to the household: relation to the head by GB/T 4761."""

    person: PersonDraft | Person
    relation: str
    co_resident: bool | None = None
