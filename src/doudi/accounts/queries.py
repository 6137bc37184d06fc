"""Reading staff, their roles and their sign-ins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from .lockout import WRONG
from .models import AccessRequest, Assignment, RolePolicy, SignIn, Staff
from .permissions import GRANTS, Permission
from .roles import Role
from .scope import within


def staff_seen_by(by: Staff, at: datetime) -> QuerySet[Staff]:
    """The staff within one's reach: with a role there, or with no role at all yet. `current` are their roles now."""
    places = by.scope.places(Permission.STAFF_READ)
    if not places:
        return Staff.objects.none()
    theirs = Assignment.objects.filter(reduce(or_, (within(place) for place in places)))
    current = Assignment.objects.in_force(at).order_by("division_code")
    last = SignIn.objects.filter(staff=OuterRef("pk"), outcome=SignIn.Outcome.OK).order_by("-at")
    reach = Q(pk__in=theirs.values("staff")) | Q(assignments__isnull=True)
    return (
        Staff.objects.filter(reach)
        .prefetch_related(Prefetch("assignments", queryset=current, to_attr="current"))
        .annotate(last_seen=Subquery(last.values("at")[:1]))
        .order_by("username")
    )


def find_staff(by: Staff, at: datetime, *, words: str = "", role: str = "", state: str = "") -> QuerySet[Staff]:
    """The staff list: by name, user name or office; by role held now; in use or closed."""
    rows = staff_seen_by(by, at)
    if words:
        fields = ("name", "username", "office")
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": words}) for field in fields)))
    if role:
        rows = rows.filter(pk__in=Assignment.objects.in_force(at).filter(role=role).values("staff"))
    if state:
        rows = rows.filter(is_active=state != "closed")
    return rows


def roles_of(staff: Staff) -> QuerySet[Assignment]:
    """All roles a person has or had, the newest first."""
    return staff.assignments.select_related("granted_by").order_by("-starts_at", "-pk")


def sign_ins_of(staff: Staff, limit: int = 20) -> Sequence[SignIn]:
    """The latest attempts to sign in as this person."""
    return list(SignIn.objects.filter(username=staff.username).order_by("-at", "-pk")[:limit])


@dataclass(frozen=True)
class LastSignIn:
    """The sign-in before this one, and the wrong attempts since then."""

    previous: SignIn
    wrong_since: int


def last_sign_in(staff: Staff) -> LastSignIn | None:
    """What a person should look at when they come in: was that really me?"""
    mine = SignIn.objects.filter(username=staff.username)
    good = list(mine.filter(outcome=SignIn.Outcome.OK).order_by("-at")[:2])
    if len(good) < 2:
        return None
    return LastSignIn(good[1], mine.filter(outcome__in=WRONG, at__gt=good[1].at).count())


def open_requests_for(by: Staff) -> QuerySet[AccessRequest]:
    """The requests for a look that wait for this person's answer."""
    rows = AccessRequest.objects.filter(state=AccessRequest.State.OPEN).exclude(staff=by).select_related("staff")
    return by.scope.narrow(rows, Permission.ACCESS_GRANT).order_by("asked_at")


def answered_requests_for(by: Staff, limit: int = 20) -> Sequence[AccessRequest]:
    """The latest answers within this person's reach."""
    rows = AccessRequest.objects.exclude(state=AccessRequest.State.OPEN).select_related("staff", "answered_by")
    return list(by.scope.narrow(rows, Permission.ACCESS_GRANT).order_by("-answered_at")[:limit])


def requests_of(staff: Staff, limit: int = 10) -> Sequence[AccessRequest]:
    """What a person has asked for lately."""
    return list(staff.access_requests.select_related("answered_by", "assignment").order_by("-asked_at")[:limit])


@dataclass(frozen=True)
class PermissionRow:
    """One line of the permission table: a permission, and for every role whether it holds it."""

    permission: Permission
    held: tuple[bool, ...]


def permission_table() -> list[PermissionRow]:
    """The whole table; columns are the roles in their order."""
    return [PermissionRow(p, tuple(role in GRANTS[p] for role in Role)) for p in Permission]


@dataclass(frozen=True)
class RoleDemand:
    """A role, whether it demands a second factor, and how many of its holders have one."""

    role: Role
    required: bool
    holders: int
    enrolled: int


def role_demands(at: datetime) -> list[RoleDemand]:
    """What the security administrator demands of every role that is given by hand."""
    required = set(RolePolicy.objects.filter(require_totp=True).values_list("role", flat=True))
    held = set(
        Assignment.objects.in_force(at)
        .filter(staff__is_active=True)
        .values_list("role", "staff", "staff__totp_confirmed_at")
    )
    return [
        RoleDemand(
            role,
            role.value in required,
            sum(one[0] == role for one in held),
            sum(one[0] == role and one[2] is not None for one in held),
        )
        for role in Role
        if role is not Role.VISITOR
    ]


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Staff id → name, for the lists of other contexts."""
    return dict(Staff.objects.filter(pk__in=set(ids)).values_list("pk", "name"))
