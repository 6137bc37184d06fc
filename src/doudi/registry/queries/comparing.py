"""Two files side by side, and who might be the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.privacy.masking import mask_phone, mask_resident_id
from doudi.registry.codes import ETHNIC_GROUPS
from doudi.registry.models import Person

from .naming import spots
from .person_file import PersonFile, person_file
from .search import Hit, hits_of
from .visible import visible
from .wording import relation


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that both files say; `differs` where they do not agree."""

    label: str
    left: str
    right: str
    differs: bool


def chosen(pk: str, survivor: Person, *, staff: Staff) -> Person | None:
    """The other person, if the address names one who may be merged and is within reach."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    rows = Person.objects.filter(pk=pk, merged_into__isnull=True).exclude(pk=survivor.pk)
    return visible(rows, staff, Permission.PERSON_MERGE).first()


def lookalikes(person: Person, *, staff: Staff, on: date) -> list[Hit]:
    """People of the same name, or with the same number, who are not merged away."""
    same = Q(name=person.name)
    if person.resident_id_index:
        same |= Q(resident_id_index=person.resident_id_index)
    rows = visible(Person.objects.filter(same, merged_into__isnull=True), staff, Permission.PERSON_MERGE)
    return hits_of(list(rows.exclude(pk=person.pk).order_by("name", "division_code")[:20]), on)


def compared(left: Person, right: Person, *, staff: Staff, on: date) -> list[Pair]:
    """What the two files say, line by line; numbers masked."""
    a, b = (_said(person_file(p, staff=staff, on=on)) for p in (left, right))
    # Two numbers may look alike behind the mask and still be two numbers.
    masked = {_("身份证号"): left.resident_id != right.resident_id, _("电话"): left.phone != right.phone}
    return [Pair(label, a[label], b[label], masked.get(label, a[label] != b[label])) for label in a]


def _said(file: PersonFile) -> dict[str, str]:
    person = file.person
    group = ETHNIC_GROUPS.get(person.ethnicity)
    homes = [f"{m.household.number} {relation(m.relation)}" for m in file.memberships if m.ends_on is None]
    return {
        _("姓名"): person.name,
        _("身份证号"): mask_resident_id(str(person.resident_id or "")),
        _("性别"): str(person.get_sex_display()),
        _("出生日期"): f"{person.birth_date:%Y-%m-%d}",
        _("民族"): group.name if group else "—",
        _("电话"): mask_phone(str(person.phone or "")),
        _("村（社区）"): spots([person.division_code])[person.division_code].path,
        _("所在家庭"): "，".join(homes) or "—",
        _("证明与情况"): "，".join(f"{p.kind} {p.says}" for p in file.papers if p.open) or "—",
        _("收入支出登记"): str(len(file.statements)),
        _("认定"): "，".join(str(s.get_category_display()) for s in file.statuses) or "—",
    }
