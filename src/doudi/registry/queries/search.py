"""One box for all that a clerk has in hand: name, pinyin, identity number, phone, household number, village.

Behind row-level security PostgreSQL uses an index only for leakproof operators: a prefix is a range, never LIKE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import F, Q, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.resident_id import ResidentId, ResidentIdError
from doudi.kernel.text import compact, half_width
from doudi.privacy.fields import blind
from doudi.privacy.masking import mask_resident_id
from doudi.registry.models import Household, Membership, Person
from doudi.registry.names import NameProblem, clean_name

from .ages import age
from .naming import Spot, called, spots
from .standing import Standing, standing
from .visible import visible
from .wording import relation

LIMIT = 20
_ID = re.compile(r"\d{15}|\d{17}[\dXx]")
_PHONE = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}")
_NUMBER = re.compile(r"(?:[A-Z]{2})?[A-Z]{2,4}\d{4,8}")
_NAME_AND_ENDING = re.compile(r"(\D+?)(\d{3}[\dXx])")
_LATIN = re.compile(r"[a-z' ]+")
_BEYOND = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Hit:
    """One person as a search result shows them; the number is masked before it leaves here."""

    person_id: int
    name: str
    sex: str
    age: int
    masked_id: str
    died_on: date | None
    merged_into: int | None
    place: Spot
    household: str = ""
    relation: str = ""
    former: bool = False
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood and what was found; `elsewhere` is the township of an exact hit that one may not see."""

    understood: str  # "", number, phone, household, name, pinyin
    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    villages: list[tuple[str, str]] = field(default_factory=list)
    household: str = ""
    elsewhere: str = ""
    problem: str = ""


def search(words: str, *, staff: Staff, on: date, limit: int = LIMIT) -> Answer:
    """Find people by whatever `words` are, within this person's reach."""
    text = "".join(c for c in half_width(words) if c.isprintable())[:60]
    code = compact(text).upper()
    if not code:
        return Answer("")
    if _ID.fullmatch(code):
        return _by_resident_id(code, staff, on)
    if _PHONE.fullmatch(code.replace("-", "")):
        rows = Person.objects.filter(phone_index=blind(code.replace("-", ""), purpose="phone"))
        return _answer("phone", rows.order_by("name"), staff, on, limit)
    if _NUMBER.fullmatch(code.replace("-", "")):
        return _by_household(code, staff, on)
    return _by_name(text, staff, on, limit)


def where_is(*, number: str = "", household: str = "") -> str:
    """The township that keeps a file which row-level security hides, or ""; nothing else about it is told."""
    with connection.cursor() as cursor:
        if number:
            cursor.execute("SELECT doudi_where_is(%s)", [blind(number, purpose="resident_id")])
        else:
            cursor.execute("SELECT doudi_where_is_household(%s)", [household])
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""


def household_number(text: str) -> str:
    """The number as it is written in the file: ms zf 4182 and MSZF004182 are both MS-ZF-004182."""
    letters, digits = re.match(r"([A-Z]*)(\d*)", compact(text).upper().replace("-", "")).groups()  # type: ignore[union-attr]
    parts = [letters[:-2], letters[-2:], digits.zfill(6)]
    return "-".join(part for part in parts if part)


def starting_with(column: str, prefix: str) -> Q:
    """Values that begin with `prefix`, as a range that an index serves behind row-level security."""
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + _BEYOND})


def people_by_number(text: str) -> QuerySet[Person]:
    """Whoever has this identity number and was not merged away, at any place; nobody if it is no number."""
    try:
        number = ResidentId.parse(text[:100]).to_18().number
    except ResidentIdError:
        return Person.objects.none()
    return Person.objects.filter(resident_id_index=blind(number, purpose="resident_id"), merged_into__isnull=True)


def _by_resident_id(code: str, staff: Staff, on: date) -> Answer:
    try:
        number = ResidentId.parse(code).to_18().number
    except ResidentIdError as error:
        return Answer("number", problem=str(error))
    rows = Person.objects.filter(resident_id_index=blind(number, purpose="resident_id"))
    answer = _answer("number", rows.order_by("id"), staff, on, LIMIT)
    return answer if answer.hits else Answer("number", elsewhere=where_is(number=number))


def _by_household(code: str, staff: Staff, on: date) -> Answer:
    number = household_number(code)
    found = visible(Household.objects.filter(number=number), staff).first()
    if found:
        return Answer("household", household=found.number)
    return Answer("household", elsewhere=where_is(household=number))


def _by_name(text: str, staff: Staff, on: date, limit: int) -> Answer:
    ending = ""
    if match := _NAME_AND_ENDING.fullmatch(compact(text)):
        text, ending = match[1], match[2].upper()
    plain = text.strip().lower()
    if _LATIN.fullmatch(plain):
        letters = plain.replace(" ", "").replace("'", "")
        return _by_pinyin(letters, ending, staff, on, limit)
    name = _cleaned(text)
    rows = Person.objects.filter(starting_with("name", name)).order_by("name", "division_code")
    villages = called(name, staff.scope.places(Permission.PERSON_READ)) if not ending else []
    return _answer("name", rows, staff, on, limit, ending=ending, villages=villages)


def _cleaned(text: str) -> str:
    """The beginning of a name as names are stored; what is no name is looked for as it stands."""
    try:
        return clean_name(text)
    except NameProblem:
        return "".join(text.split())


def _by_pinyin(letters: str, ending: str, staff: Staff, on: date, limit: int) -> Answer:
    """Initials first (what people type), then whole syllables; each query walks its own index."""
    people: dict[int, Person] = {}
    for column in ("initials", "pinyin"):
        rows = Person.objects.filter(starting_with(column, letters)).order_by(column, "division_code")
        people |= {p.pk: p for p in _first(rows, staff, limit, ending)}
    found = list(people.values())
    return Answer("pinyin", hits_of(found[:limit], on), more=len(found) > limit)


def _answer(
    understood: str,
    rows: QuerySet[Person],
    staff: Staff,
    on: date,
    limit: int,
    *,
    ending: str = "",
    villages: list[tuple[str, str]] | None = None,
) -> Answer:
    found = _first(rows, staff, limit, ending)
    return Answer(understood, hits_of(found[:limit], on), more=len(found) > limit, villages=villages or [])


def _first(rows: QuerySet[Person], staff: Staff, limit: int, ending: str) -> list[Person]:
    """The first people and one more; with the last characters of a number, the first of two hundred namesakes."""
    rows = visible(rows, staff).defer("phone")
    if not ending:
        return list(rows[: limit + 1])
    return [p for p in rows[:200] if str(p.resident_id or "").endswith(ending)]


def hits_of(people: list[Person], on: date) -> list[Hit]:
    """People with their household, relation, place and category, in four queries however many they are."""
    ids = [p.pk for p in people]
    if not ids:
        return []
    rows = Membership.objects.known().filter(person_id__in=ids, starts_on__lte=on)
    last = {m.person_id: m for m in rows.annotate(number=F("household__number")).order_by("starts_on")}
    homes = {m.household_id for m in last.values()}
    marks = standing(homes, on)
    places = spots(p.division_code for p in people)
    return [_hit(p, last.get(p.pk), marks, places, on) for p in people]


def _hit(
    person: Person, member: Membership | None, marks: dict[int, Standing], places: dict[str, Spot], on: date
) -> Hit:
    return Hit(
        person_id=person.pk,
        name=person.name,
        sex=str(person.get_sex_display()),
        age=age(person.birth_date, person.death_date or on),
        masked_id=mask_resident_id(str(person.resident_id)) if person.resident_id else "",
        died_on=person.death_date,
        merged_into=person.merged_into_id,
        place=places[person.division_code],
        household=member.number if member else "",  # type: ignore[attr-defined]
        relation=relation(member.relation) if member else "",
        former=bool(member and member.ends_on and member.ends_on <= on),
        standing=marks.get(member.household_id) if member else None,
    )
