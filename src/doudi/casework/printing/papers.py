"""What every paper of casework shares: days in words, who a case is about, and the guard that reads it last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import county_bureau, county_office, township_government
from doudi.privacy.masking import mask_phone, mask_resident_id
from doudi.registry.models import Household, Membership, Person
from doudi.registry.queries.naming import spots
from doudi.registry.queries.wording import relation

from ..models import Application, Determination
from ..programmes import RIGID_MOVED_ON, Decider
from ..queries.outgoing import NUMBER_KINDS, check_outgoing

HOTLINE = "12345"
OURS = frozenset({"stamp", "code", "qr"})  # written by us: a code of digits is no leak


def print_guarded(
    form: str,
    data: Mapping[str, Any],
    stamp: PrintStamp,
    number: str,
    *,
    public: bool = False,
    minors: Iterable[str] = (),
) -> bytes:
    """Read every word once more, then print. `public` papers may say nothing but name, people and amount."""
    check_outgoing(*words_of(data), minors=minors, kinds=None if public else NUMBER_KINDS)
    return render_form(form, {**data, "stamp": stamp.as_data(form, number)})


def words_of(data: Any) -> Iterator[str]:
    """Every text in the data of a form, whatever it lies in."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key not in OURS:
                yield from words_of(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from words_of(value)


def day(value: date | None) -> str:
    """2026年10月27日; nothing for no day."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def yuan(fen: int | None) -> str:
    """1,119.00; nothing where no amount is known."""
    return format_yuan(fen) if fen is not None else ""


def subject_of(application: Application) -> Person | None:
    """The person on the paper: the one the case is about, else who applies."""
    return application.person or application.applicant


def name_of(application: Application) -> str:
    """The name on the paper."""
    person = subject_of(application)
    return person.name if person else str(application.stranger or "")


def place_of(application: Application) -> str:
    """Township and village by their official names."""
    return spots([application.division_code])[application.division_code].official


def township_of(code: str) -> str:
    """The township that handles a case, as its seal says it."""
    return township_government(code)


def organ_of(made: Determination) -> str:
    """The organ that decided: its seal stands under the letter, whoever prints it."""
    return organ_for(made.decider, made.division_code, made.on)


def organ_for(decider: str, code: str, on: date) -> str:
    """Whoever decides on a day, as its seal says it."""
    if decider == Decider.COUNTY:
        return county_bureau(code)
    return township_of(code) if decider == Decider.TOWNSHIP else department_of(code, on)


def department_of(code: str, on: date) -> str:
    """The department of its own categories: rural revitalisation, from 2025 agriculture (seed 二（三）)."""
    return county_office(code, "乡村振兴局" if on < RIGID_MOVED_ON else "农业农村局")


def person_row(person: Person, relation_code: str = "") -> dict[str, str]:
    """A person as forms show them: numbers masked."""
    number = str(person.resident_id) if person.resident_id else None
    return {
        "name": person.name,
        "relation": relation(relation_code) if relation_code else "",
        "sex": str(person.get_sex_display()),
        "birth": person.birth_date.isoformat(),
        "resident_id": mask_resident_id(number),
        "phone": mask_phone(str(person.phone)) if person.phone else "",
    }


def member_rows(household: Household | None, on: date) -> list[dict[str, str]]:
    """The living members on a day."""
    if household is None:
        return []
    rows = Membership.objects.known().on(on).filter(household=household).select_related("person").order_by("pk")
    return [
        person_row(m.person, m.relation) | {"together": {True: "是", False: "否", None: ""}[m.co_resident]}
        for m in rows
        if m.person.death_date is None or m.person.death_date >= on
    ]


def head_of(application: Application) -> dict[str, str]:
    """The lines at the top of every form of a case."""
    return {
        "number": application.number,
        "name": name_of(application),
        "programme": str(application.get_programme_display()),
        "place": place_of(application),
        "township": township_of(application.division_code),
        "people": f"{application.people_count} 人" if application.people_count else "",
        "opened": day(application.opened_on),
        "accepted": day(application.accepted_on),
        "origin": str(application.get_origin_display()),
        "basis": str(application.get_place_basis_display()),
        "hotline": HOTLINE,
    }
