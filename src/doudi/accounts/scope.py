"""Where a staff member's permissions reach: the first wall, read by views and actions alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from .models import Assignment, RolePolicy, Staff
from .permissions import GRANTS, Permission
from .roles import Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Held:
    """A role and the code prefix it is held for."""

    role: Role
    place: str


@dataclass(frozen=True)
class Scope:
    """The roles and places of one person at one moment."""

    held: tuple[Held, ...]
    # Whether one of the roles demands a second factor.
    demands_code: bool = False

    @property
    def own_places(self) -> tuple[str, ...]:
        """Where the person works: the widest places of their roles, short visits elsewhere left out."""
        return _widest({h.place for h in self.held if h.role is not Role.VISITOR})

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(h.role for h in self.held)

    def places(self, permission: Permission) -> tuple[str, ...]:
        """The code prefixes within which a permission is held, the widest only."""
        return _widest({h.place for h in self.held if h.role in GRANTS[permission]})

    def covers(self, permission: Permission, place: str | None = None) -> bool:
        """Whether the permission is held at a division, or anywhere if no place is given."""
        places = self.places(permission)
        return bool(places) if place is None else any(place.startswith(p) for p in places)

    def narrow(self, rows: QuerySet[M], permission: Permission, field: str = "division_code") -> QuerySet[M]:
        """Only the rows within reach. Ranges instead of LIKE: they use the index behind row-level security."""
        places = self.places(permission)
        if not places:
            return rows.none()
        return rows.filter(reduce(or_, (within(p, field) for p in places)))


def _widest(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes that lie within no other of them."""
    kept = sorted(codes)
    return tuple(c for c in kept if not any(c != other and c.startswith(other) for other in kept))


def within(prefix: str, field: str = "division_code") -> Q:
    """A condition for all codes that start with a prefix, as a range."""
    if len(prefix) == 12:
        return Q(**{field: prefix})
    return Q(**{f"{field}__gte": prefix, f"{field}__lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)})


def scope_of(staff: Staff, at: datetime) -> Scope:
    """Read a person's assignments in force."""
    demanding = RolePolicy.objects.filter(role=OuterRef("role"), require_totp=True)
    rows = list(
        Assignment.objects.filter(staff=staff).in_force(at).values_list("role", "division_code", Exists(demanding))
    )
    held = tuple(Held(Role(role), place) for role, place, _code in rows)
    return Scope(held, any(code for _role, _place, code in rows))


class NotPermitted(Exception):
    """The role or place does not allow this; the message is for the person who tried."""

    def __init__(self, permission: Permission, place: str | None) -> None:
        self.permission = permission
        self.place = place
        super().__init__(str(permission.label))


def permit(by: Staff, permission: Permission, *, place: str | None = None) -> None:
    """Stop an action that its actor may not do there; the first line of every action."""
    if not by.may(permission, place):
        raise NotPermitted(permission, place)
