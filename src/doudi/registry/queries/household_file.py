"""Everything one page needs to know about a household, in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.privacy.masking import mask_resident_id
from doudi.registry.models import (
    Certificate,
    Circumstance,
    Household,
    KinTie,
    LowIncomeStatus,
    Membership,
    Person,
    Statement,
)

from .ages import age
from .naming import Spot, spots
from .visible import visible
from .wording import LABOUR, WATCH, certificate_words, relation

SITUATIONS = (
    "disability",
    "severe_illness",
    "study",
    "self_care",
    "support_setting",
    "prison",
    "detox",
    "missing",
    "clergy",
    "child_support",
    "no_civil_capacity",
)


@dataclass(frozen=True, slots=True)
class Sees:
    """Which parts of a file this person may see at its place; what is hidden is named on the page."""

    economy: bool
    health: bool
    study: bool
    work: bool
    documents: bool
    reveal: bool
    write: bool
    merge: bool
    status: bool

    @property
    def hidden(self) -> list[str]:
        """The parts that are hidden, in words."""
        parts = [
            (self.economy, _("收入、支出与财产")),
            (self.health, _("残疾、疾病与自理能力")),
            (self.study, _("就学")),
            (self.work, _("就业与劳动能力")),
            (self.documents, _("材料")),
        ]
        return [words for seen, words in parts if not seen]


@dataclass(frozen=True, slots=True)
class Member:
    """One person in the household, now or formerly."""

    person_id: int
    membership_id: int
    name: str
    sex: str
    age: int
    relation_code: str
    relation: str
    masked_id: str
    is_head: bool
    co_resident: bool | None
    starts_on: date
    ends_on: date | None
    died_on: date | None
    labour: str
    situation: tuple[str, ...]
    merged: bool
    version: int


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """The file of a household on a day, as far as one member of staff may see it."""

    household: Household
    place: Spot
    sees: Sees
    members: list[Member]
    former: list[Member]
    statuses: list[LowIncomeStatus]
    current: list[LowIncomeStatus]
    circumstances: list[tuple[str, str, str, date]]
    statements: list[Statement]
    kin: list[KinTie]

    @property
    def title(self) -> str:
        """The name of the household: that of its head."""
        return _("%(name)s家庭") % {"name": self.household.head.name}

    @property
    def where(self) -> str:
        """Township, village and address; an address that begins with the village names it only once."""
        address = str(self.household.address)
        own = address.removeprefix(self.place.township).strip()
        village = "" if own.startswith(self.place.village) else self.place.village
        return f"{self.place.township}{village}{own}"

    @property
    def living_together(self) -> int:
        """How many live together, as far as known."""
        return sum(m.co_resident is not False for m in self.members)


def sees(staff: Staff, place: str) -> Sees:
    """What this person may see and do with files at a place."""
    may = staff.may
    return Sees(
        economy=may(Permission.ECONOMY_READ, place),
        health=may(Permission.HEALTH_READ, place),
        study=may(Permission.STUDY_READ, place),
        work=may(Permission.WORK_READ, place),
        documents=may(Permission.DOCUMENT_READ, place),
        reveal=may(Permission.PERSON_REVEAL, place),
        write=may(Permission.PERSON_WRITE, place),
        merge=may(Permission.PERSON_MERGE, place),
        status=may(Permission.STATUS_WRITE, place) or may(Permission.RELAPSE_WRITE, place),
    )


def household_file(household: Household, *, staff: Staff, on: date) -> HouseholdFile:
    """Read a household's file. The household itself has already been found visible."""
    seen = sees(staff, household.division_code)
    rows = Membership.objects.known().filter(household=household, starts_on__lte=on)
    memberships = list(visible(rows, staff).select_related("person").order_by("starts_on", "id"))
    people = {m.person_id for m in memberships}
    known = certificates(people, staff, on)
    members, former = _split(memberships, household, known, on)
    statuses = list(
        visible(LowIncomeStatus.objects.known(), staff)
        .filter(household=household)
        .select_related("person")
        .order_by("-starts_on", "-id")
    )
    return HouseholdFile(
        household=household,
        place=spots([household.division_code])[household.division_code],
        sees=seen,
        members=members,
        former=former,
        statuses=statuses,
        current=[s for s in statuses if s.starts_on <= on and (s.ends_on is None or on < s.ends_on)],
        circumstances=_circumstances(household, staff, on),
        statements=_statements(household, [m.person_id for m in members], staff) if seen.economy else [],
        kin=_kin([m.person_id for m in members], staff, on),
    )


def certificates(people: Iterable[int], staff: Staff, on: date) -> dict[int, list[Certificate]]:
    """Person id → what is known of them on a day and may be seen by this person."""
    found: dict[int, list[Certificate]] = defaultdict(list)
    rows = visible(Certificate.objects.known().on(on), staff).filter(person_id__in=list(people))
    for row in rows.order_by("id"):
        if may_see_kind(staff, row.kind, row.division_code):
            found[row.person_id].append(row)
    return found


READERS: dict[str, Permission] = {
    "disability": Permission.HEALTH_READ,
    "severe_illness": Permission.HEALTH_READ,
    "self_care": Permission.HEALTH_READ,
    "no_civil_capacity": Permission.HEALTH_READ,
    "study": Permission.STUDY_READ,
    "employment": Permission.WORK_READ,
    "labour_capacity": Permission.WORK_READ,
}


def may_see_kind(staff: Staff, kind: str, place: str) -> bool:
    """Whether this person reads certificates of a kind at a place; the same table as in the second wall."""
    return staff.may(READERS.get(kind, Permission.ECONOMY_READ), place)


def situation(known: Iterable[Certificate]) -> tuple[str, ...]:
    """What there is to know of a person, shortest form: 肢体残疾二级, 高中在读, 重病（尿毒症）; each word once."""
    words = []
    for row in known:
        if row.kind not in SITUATIONS or row.code in ("no", "none", "0") or (row.kind, row.grade) == ("self_care", 0):
            continue
        plain = row.code == "yes"
        text = str(row.get_kind_display() if plain else certificate_words(row.kind, row.code, row.grade))
        words.append(f"{text}（{row.detail!s}）" if row.detail else text)
    return tuple(dict.fromkeys(words))


def labour(known: Iterable[Certificate]) -> str:
    """Labour capacity in words, or "" if not known or not for these eyes."""
    return next((str(LABOUR.get(c.code, c.code)) for c in known if c.kind == "labour_capacity"), "")


def _split(
    rows: list[Membership], household: Household, known: dict[int, list[Certificate]], on: date
) -> tuple[list[Member], list[Member]]:
    """Present members, the head first, and the last trace of everybody who was one."""
    members, former = [], {}
    for row in rows:
        one = _member(row, row.person, household, known.get(row.person_id, []), on)
        ended = row.ends_on is not None and row.ends_on <= on
        if ended:
            former[row.person_id] = one
        else:
            members.append(one)
    present = {m.person_id for m in members}
    members.sort(key=lambda m: (not m.is_head, m.relation_code))
    return members, [m for pk, m in former.items() if pk not in present]


def _member(row: Membership, person: Person, home: Household, known: list[Certificate], on: date) -> Member:
    return Member(
        person_id=person.pk,
        membership_id=row.pk,
        name=person.name,
        sex=str(person.get_sex_display()),
        age=age(person.birth_date, person.death_date or on),
        relation_code=row.relation,
        relation=relation(row.relation),
        masked_id=mask_resident_id(str(person.resident_id)) if person.resident_id else "",
        is_head=person.pk == home.head_id,
        co_resident=row.co_resident,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        died_on=person.death_date,
        labour=labour(known),
        situation=situation(known),
        merged=person.merged_into_id is not None,
        version=person.version,
    )


def _circumstances(household: Household, staff: Staff, on: date) -> list[tuple[str, str, str, date]]:
    rows = visible(Circumstance.objects.known().on(on), staff).filter(household=household).order_by("id")
    return [
        (str(c.get_kind_display()), str(WATCH.get(c.code, c.code)), str(c.get_source_display()), c.starts_on)
        for c in rows
    ]


def _statements(household: Household, people: list[int], staff: Staff) -> list[Statement]:
    about = Q(household=household) | Q(person_id__in=people)
    rows = visible(Statement.objects.known(), staff, Permission.ECONOMY_READ).filter(about)
    return list(rows.order_by("id"))


def _kin(people: list[int], staff: Staff, on: date) -> list[KinTie]:
    rows = visible(KinTie.objects.known().on(on), staff).filter(person_id__in=people)
    return list(rows.select_related("person", "relative").order_by("id"))
