"""The disclosure register: one's own relatives, and everybody's for those who check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within

from ..models import RelativeDisclosure

# 近亲属 (Civil Code 1045), and the official in person.
RELATIONS: Mapping[str, str | Promise] = {
    "self": _("本人"),
    "spouse": _("配偶"),
    "parent": _("父母"),
    "child": _("子女"),
    "sibling": _("兄弟姐妹"),
    "grandparent": _("祖父母、外祖父母"),
    "grandchild": _("孙子女、外孙子女"),
    "in_law": _("配偶的父母、子女的配偶"),
}


@dataclass(frozen=True)
class Disclosed:
    """One line of the register."""

    row: RelativeDisclosure
    staff: Staff | None

    @property
    def relation(self) -> str | Promise:
        return RELATIONS.get(self.row.relation, self.row.relation)


def own(staff: Staff) -> QuerySet[RelativeDisclosure]:
    """What one has disclosed oneself, the open ones first."""
    return RelativeDisclosure.objects.filter(staff_id=staff.pk).order_by("ends_on", "-pk")


def register_for(reader: Staff) -> Sequence[Disclosed]:
    """What the staff within one's reach have disclosed and not ended."""
    places = reader.scope.places(Permission.DISCLOSURE_READ)
    if not places:
        return []
    where = Q()
    for place in places:
        where |= within(place)
    people = Assignment.objects.in_force(timezone.now()).filter(where).values("staff_id")
    rows = RelativeDisclosure.objects.filter(staff_id__in=people, ends_on__isnull=True).order_by("staff_id", "pk")
    return lines(list(rows))


def lines(rows: Sequence[RelativeDisclosure]) -> list[Disclosed]:
    """Rows with the official's name."""
    people = Staff.objects.in_bulk({row.staff_id for row in rows})
    return [Disclosed(row, people.get(row.staff_id)) for row in rows]
