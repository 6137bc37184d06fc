"""Every URL × method × role × place, enumerated from the URL configuration.

Every role is asked at each of its doors, from within the place of the file and from another place, always as the web
role behind row-level security, and from elsewhere a second time with every filter of ours off: PostgreSQL alone must
hold. At the doors that are not theirs, roles are turned away together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.roles import COUNTY_DIGITS, PLACE_DIGITS, Role
from doudi.accounts.scope import Scope, scope_of
from tests.access.doors import DOORS
from tests.access.world import SECRET_ADDRESS, SECRET_NAMES, SECRET_NUMBER, World, build, fingerprint, written
from tests.conftest import FAR_VILLAGE, VILLAGE, staff_member, web_role

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OTHER_COUNTY = "533102"


def doors(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Name and view of every URL pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join((*namespaces, str(pattern.name))), pattern.callback
        else:
            yield from doors(pattern, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)


VIEWS = dict(doors())


def test_every_url_is_listed_and_every_listed_url_exists() -> None:
    assert set(VIEWS) == set(DOORS)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_names_its_permission_or_says_that_it_is_public(name: str) -> None:
    view = VIEWS[name]
    assert getattr(view, "public", False) or Permission(view.requires)


def test_an_unlisted_url_is_noticed() -> None:
    assert set(VIEWS) - (set(DOORS) - {"registry:household"}) == {"registry:household"}


@pytest.fixture
def world(divisions: dict) -> World:
    """The file that some may see."""
    return build()


def switch_filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every filter lets everything through, every check of place says yes; roles are still asked."""

    def everything(self: Scope, rows: QuerySet, permission: Permission, field: str = "division_code") -> QuerySet:
        return rows

    def anywhere(self: Scope, permission: Permission, place: str | None = None) -> bool:
        return bool(self.places(permission))

    monkeypatch.setattr(Scope, "narrow", everything)
    monkeypatch.setattr(Scope, "covers", anywhere)


@pytest.fixture(params=["filters on", "filters off"])
def filters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """As the product is; and with row-level security alone."""
    if request.param == "filters off":
        switch_filters_off(monkeypatch)
    return str(request.param)


def natural_place(role: Role) -> str:
    return VILLAGE[: PLACE_DIGITS.get(role, COUNTY_DIGITS)]


def other_place(role: Role) -> str:
    digits = PLACE_DIGITS.get(role, COUNTY_DIGITS)
    return FAR_VILLAGE[:digits] if digits > COUNTY_DIGITS else OTHER_COUNTY


def everyman(
    name: str = "everyman", *, place: Callable[[Role], str] = natural_place, but: Collection[Role] = ()
) -> Staff:
    """Somebody with every role but some, whom no rule of the house would let exist.

    Roles only add: what this person does not reach, nobody reaches who holds some of the roles.
    """
    roles = [role for role in Role if role not in but and role is not Role.VISITOR]
    staff = staff_member(roles[0], place(roles[0]), username=name)
    since = staff.assignments.get().starts_at
    Assignment.objects.bulk_create(
        Assignment(staff=staff, role=role, division_code=place(role), starts_at=since) for role in roles[1:]
    )
    staff.scope = scope_of(staff, timezone.now())
    return staff


def answers(
    staff: Staff, world: World, methods: tuple[str, ...], *, only_open: bool = False, names: Iterable[str] = DOORS
) -> Iterator[tuple[str, str, Any]]:
    """Knock at every door with every method; whatever an answer changed is rolled back."""
    client = Client(raise_request_exception=True)
    client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
    ticket = client.cookies.output()
    for name in names:
        door = DOORS[name]
        url = reverse(name, kwargs=door.arguments(world) if door.arguments else {})
        for method in methods:
            if only_open and method not in door.methods:
                continue
            client.cookies.load(ticket.replace("Set-Cookie: ", ""))  # signing out is rolled back, its cookie too
            sid = transaction.savepoint()
            with web_role(staff):
                response = client.generic(method, url, content_type="application/x-www-form-urlencoded")
                body = b"".join(response.streaming_content) if response.streaming else response.content
                response.text_seen = body.decode("utf-8", "replace")
            yield name, method, response
            transaction.savepoint_rollback(sid)


def held(name: str, role: Role) -> bool:
    """Whether a role passes a door, as the permission table says."""
    view = VIEWS[name]
    return getattr(view, "public", False) or role in GRANTS[Permission(view.requires)]


def doors_of(role: Role) -> list[str]:
    """The doors that a role passes."""
    return [name for name in DOORS if held(name, role)]


def reveals(response: Any) -> bool:
    """Whether the answer tells anything of the secret file."""
    return any(word in response.text_seen for word in (*SECRET_NAMES, SECRET_NUMBER, SECRET_ADDRESS))


@pytest.mark.parametrize("role", list(Role))
def test_from_within_each_role_passes_its_doors(role: Role, world: World) -> None:
    staff = staff_member(role, natural_place(role))
    wrong = []
    for name, method, response in answers(staff, world, ("GET", "POST"), names=doors_of(role)):
        allowed = method in DOORS[name].methods
        if response.status_code not in ({200, 204, 302, 303, 400, 403, 404, 409, 422} if allowed else {405}):
            wrong.append((name, method, response.status_code))
    assert not wrong


def test_from_within_each_role_passes_no_other_door(world: World) -> None:
    """Roles only add: where somebody with every role that lacks the permission is turned away, each of them is."""
    behind: dict[frozenset[Role], list[str]] = {}
    for name in DOORS:
        behind.setdefault(frozenset(role for role in Role if held(name, role)), []).append(name)
    lacking = [(roles, names) for roles, names in behind.items() if set(Role) - roles - {Role.VISITOR}]
    others = [(everyman(f"lacks-{n}", but=roles), names) for n, (roles, names) in enumerate(lacking)]
    shut = [name for name in DOORS if not held(name, Role.VISITOR)]
    wrong = []
    for staff, names in [*others, (staff_member(Role.VISITOR), shut)]:
        (_, _, own), *rest = answers(staff, world, ("GET", "POST"), names=["accounts:profile", *names])
        assert own.status_code == 200, "turned away everywhere proves nothing"
        for name, method, response in rest[1:]:
            if response.status_code != 403 or reveals(response):
                wrong.append((staff.username, name, method, response.status_code))
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_from_elsewhere_nobody_sees_or_changes_the_file(role: Role, world: World, filters: str) -> None:
    staff = staff_member(role, other_place(role))
    before, so_far = fingerprint(), written()
    wrong = []
    # Whoever lacks the permission is turned away before anything is asked of the place: that is tested above.
    for name, method, response in answers(staff, world, ("GET", "POST"), only_open=True, names=doors_of(role)):
        if reveals(response):
            wrong.append((name, method, "reveals the file"))
        if DOORS[name].personal and response.status_code not in {403, 404, 405}:
            wrong.append((name, method, response.status_code))
        now = written()
        if now != so_far and fingerprint() != before:
            wrong.append((name, method, "changed the file"))
        so_far = now
    assert not wrong


def test_other_methods_are_refused(world: World) -> None:
    staff = staff_member(Role.COUNTY_CLERK)
    passed = [
        (name, method, r.status_code)
        for name, method, r in answers(staff, world, ("PUT", "PATCH", "DELETE"))
        if r.status_code not in (403, 405)
    ]
    assert not passed


def test_nobody_signed_in_is_sent_to_the_sign_in_page(world: World) -> None:
    client = Client()
    for name, door in DOORS.items():
        if getattr(VIEWS[name], "public", False):
            continue
        url = reverse(name, kwargs=door.arguments(world) if door.arguments else {})
        with web_role(None):
            response = client.get(url)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/sign-in/"), name


@pytest.mark.planted
def test_planted_without_row_security_and_without_filters_the_file_leaks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The access test can fail: with both walls down, a clerk of another township reads the file."""
    switch_filters_off(monkeypatch)
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    client = Client()
    client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
    response = client.get(reverse("registry:household", kwargs={"number": world.household.number}))
    assert SECRET_NAMES[0] in response.content.decode()


@pytest.mark.planted
def test_planted_a_removed_policy_is_caught_by_the_run_without_filters(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    switch_filters_off(monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("registry_household", "registry_person", "registry_membership"):
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    staff = staff_member(Role.TOWNSHIP_CLERK, other_place(Role.TOWNSHIP_CLERK))
    names = [name for name in DOORS if name.startswith("registry:")]
    leaks = [name for name, _, response in answers(staff, world, ("GET",), names=names) if reveals(response)]
    assert "registry:household" in leaks


@pytest.mark.planted
def test_planted_a_change_is_counted_although_it_was_rolled_back(world: World) -> None:
    before, so_far = fingerprint(), written()
    assert written() == so_far
    point = transaction.savepoint()
    type(world.household).objects.filter(pk=world.household.pk).update(address="别处")
    assert written() > so_far
    assert fingerprint() != before
    transaction.savepoint_rollback(point)
    assert written() > so_far
    assert fingerprint() == before
