"""Everything one page needs to know about a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.privacy.masking import mask_phone, mask_resident_id
from doudi.registry.codes import ETHNIC_GROUPS
from doudi.registry.models import (
    Certificate,
    KinTie,
    LowIncomeStatus,
    Membership,
    Merge,
    Person,
    Residence,
    Revision,
    Statement,
)

from .ages import age
from .household_file import Sees, may_see_kind, sees
from .naming import Spot, spots
from .visible import visible
from .wording import certificate_words

FIELDS = {
    "name": _("姓名"),
    "resident_id": _("身份证号"),
    "sex": _("性别"),
    "birth_date": _("出生日期"),
    "ethnicity": _("民族"),
    "phone": _("电话"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as the page shows it."""

    pk: int
    kind: str
    says: str
    detail: str
    source: str
    starts_on: date
    ends_on: date | None
    open: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One correction: what was said until then, without the number itself."""

    until: datetime
    reason: str
    said: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PersonFile:
    """The file of a person on a day, as far as one member of staff may see it."""

    person: Person
    place: Spot
    sees: Sees
    age: int
    masked_id: str
    masked_phone: str
    ethnicity: str
    memberships: list[Membership]
    papers: list[Paper]
    statements: list[Statement]
    statuses: list[LowIncomeStatus]
    residences: list[Residence]
    kin: list[KinTie]
    changes: list[Change]
    merges: list[Merge]

    @property
    def home(self) -> Membership | None:
        """The household of the present, else the last one."""
        return self.memberships[0] if self.memberships else None


def person_file(person: Person, *, staff: Staff, on: date) -> PersonFile:
    """Read a person's file. The person has already been found visible."""
    seen = sees(staff, person.division_code)
    group = ETHNIC_GROUPS.get(person.ethnicity)
    of = {"person": person}
    memberships = visible(Membership.objects.known(), staff).filter(**of).select_related("household")
    kin = visible(KinTie.objects.known().on(on), staff).filter(**of).select_related("relative")
    return PersonFile(
        person=person,
        place=spots([person.division_code])[person.division_code],
        sees=seen,
        age=age(person.birth_date, person.death_date or on),
        masked_id=mask_resident_id(str(person.resident_id)) if person.resident_id else "",
        masked_phone=mask_phone(str(person.phone)) if person.phone else "",
        ethnicity=group.name if group else "",
        memberships=list(memberships.order_by("-starts_on", "-id")),
        papers=_papers(person, staff, on),
        statements=_statements(person, staff) if seen.economy else [],
        statuses=list(visible(LowIncomeStatus.objects.known(), staff).filter(**of).order_by("-starts_on")),
        residences=list(visible(Residence.objects.known(), staff).filter(**of).order_by("-starts_on")),
        kin=list(kin.order_by("id")),
        changes=_changes(person, staff),
        merges=list(visible(Merge.objects.filter(survivor=person, undone_at=None), staff).order_by("-id")),
    )


def _papers(person: Person, staff: Staff, on: date) -> list[Paper]:
    rows = visible(Certificate.objects.known(), staff).filter(person=person).order_by("-starts_on", "-id")
    return [_paper(c, on) for c in rows if may_see_kind(staff, c.kind, c.division_code)]


def _paper(row: Certificate, on: date) -> Paper:
    return Paper(
        pk=row.pk,
        kind=str(row.get_kind_display()),
        says=str(certificate_words(row.kind, row.code, row.grade)),
        detail=str(row.detail or ""),
        source=str(row.get_source_display()),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        open=row.ends_on is None or row.ends_on > on,
    )


def _statements(person: Person, staff: Staff) -> list[Statement]:
    rows = visible(Statement.objects.known(), staff, Permission.ECONOMY_READ)
    return list(rows.filter(person=person).order_by("-starts_on", "kind", "id")[:60])


def _changes(person: Person, staff: Staff) -> list[Change]:
    rows = visible(Revision.objects.all(), staff).filter(person=person).order_by("-until", "-id")[:20]
    return [Change(r.until, r.reason, _said(str(r.said))) for r in rows]


def _said(said: str) -> list[tuple[str, str]]:
    """The fields of a correction in words; numbers stay masked."""
    masks = {"resident_id": mask_resident_id, "phone": mask_phone}
    found = []
    for key, value in json.loads(said).items():
        if key in FIELDS and value not in (None, ""):
            mask = masks.get(key)
            found.append((str(FIELDS[key]), mask(str(value)) if mask else str(value)))
    return found
