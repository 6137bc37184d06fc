"""What somebody about to help in an emergency has to know: how much, who decides, what was given before and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.casework.queries.relief import YEAR, proposal
from doudi.kernel.money import format_yuan
from doudi.kernel.resident_id import ResidentId, ResidentIdError
from doudi.places.queries import place_name
from doudi.policy import PolicyError
from doudi.privacy.fields import blind
from doudi.registry.models import Household, Membership, Person
from doudi.registry.queries.visible import visible
from doudi.rulebook.queries.book import county_book

STEPS = ((160_000, 10_000), (40_000, 5_000))  # from how much on the buttons are whole hundreds, whole fifties
FINEST = 1_000


@dataclass(frozen=True)
class Amounts:
    """The rulebook's answer: the most, what the township decides alone, and four amounts to choose from."""

    most_fen: int = 0
    limit_fen: int | None = None
    choices: Sequence[int] = ()
    rapid: bool = False
    problem: str = ""

    def needs_county(self, fen: int) -> bool:
        """Whether an amount is above what the township decides (SEED-二(六): 分级审批)."""
        return self.limit_fen is None or fen > self.limit_fen

    @property
    def words(self) -> str:
        """The limit, said plainly."""
        if self.problem:
            return self.problem
        if self.limit_fen is None:
            return _("乡镇审批额度还没有确定，都报市民政局审批")
        return _("%(limit)s 元以内，乡镇直接决定；超过的报市民政局审批") % {"limit": format_yuan(self.limit_fen)}


def amounts(*, place: str, on: date, severity: str, people: int) -> Amounts:
    """What may be given for an emergency at a place on a day."""
    try:
        told = proposal(place=place, on=on, severity=severity, people=people)
    except PolicyError as error:
        return Amounts(problem=str(error))
    limit = county_book().parameters.find("township_limit", place, "urban", on).value
    return Amounts(told.most_fen, None if limit is None else int(limit), choices(told.most_fen), told.rapid)


def choices(most_fen: int) -> tuple[int, ...]:
    """A quarter, a half, three quarters and all of it, the first three as whole notes."""
    step = next((step for least, step in STEPS if most_fen >= least), FINEST)
    parts = {most_fen * n // 4 // step * step for n in (1, 2, 3)} - {0}
    return (*sorted(parts), most_fen)


@dataclass(frozen=True)
class Aid:
    """Temporary assistance that was given: by which office, when, how much."""

    office: str
    on: date
    fen: int
    here: bool


def known_aid(*, people: Sequence[int], number: str, place: str, on: date, without: int | None = None) -> list[Aid]:
    """Help of the last twelve months anywhere in the county, by file or by number: office, day and amount alone."""
    index = index_of(number)
    if not people and index is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT office, given_on, fen FROM doudi_relief_known(%s::bigint[], %s, %s, %s, %s)",
            [list(people), index, place[:6], on - YEAR, without],
        )
        rows = cursor.fetchall()
    return [Aid(place_name(office) or office, day, fen, office == place[:9]) for office, day, fen in rows]


def index_of(number: str) -> bytes | None:
    """The blind index of an identity number; None for anything else."""
    try:
        return blind(ResidentId.parse(number.strip()[:30]).to_18().number, purpose="resident_id")
    except ResidentIdError:
        return None


def hidden_file(number: str) -> int | None:
    """The id of a file that another township keeps, so that this help is found there; nothing of what is in it."""
    index = index_of(number)
    if index is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_relief_person(%s)", [index])
        row = cursor.fetchone()
    return row[0] if row else None


def person_for(staff: Staff, pk: int | None) -> Person | None:
    """A person on file within reach who is alive."""
    if not pk:
        return None
    return visible(Person.objects.filter(pk=pk, merged_into=None, death_date=None), staff).first()


def home_of(person: Person, staff: Staff, on: date) -> Household | None:
    """The household a person belongs to on a day."""
    rows = Membership.objects.known().on(on).filter(person=person).select_related("household__head")
    member = rows.first()
    if member is None or member.household.closed_on is not None:
        return None
    return member.household if staff.may(Permission.PERSON_READ, member.household.division_code) else None


def family_of(household: Household | None, person: Person | None, on: date) -> list[int]:
    """Everybody whose earlier help counts: the household's members, or the person alone."""
    if household is None:
        return [person.pk] if person else []
    rows = Membership.objects.known().on(on).filter(household=household)
    return list(rows.values_list("person_id", flat=True))
