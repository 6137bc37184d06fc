"""The default world of the tests: a real PostgreSQL, the second wall in force, a few divisions and staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.roles import COUNTY_DIGITS, PLACE_DIGITS, Role
from doudi.accounts.scope import scope_of
from doudi.places.models import Division
from doudi.places.queries import forget_names
from doudi.privacy import wall

VILLAGE = "533103102201"  # 遮放镇 (fictional village code for tests)
OTHER_VILLAGE = "533103102202"
FAR_VILLAGE = "533103103201"  # 勐戛镇
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

DIVISIONS = [
    ("53", "云南省", "province", None, None, ""),
    ("5331", "德宏州", "prefecture", "53", None, ""),
    ("533103", "芒市", "county", "5331", None, ""),
    ("533103102", "遮放镇", "township", "533103", None, "ZF"),
    ("533103103", "勐戛镇", "township", "533103", None, "MG"),
    (VILLAGE, "弄恩村", "village", "533103102", "rural", ""),
    (OTHER_VILLAGE, "遮放社区", "village", "533103102", "urban", ""),
    (FAR_VILLAGE, "勐戛村", "village", "533103103", "rural", ""),
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """After the migrations: the second wall and the permission table, exactly as `doudi migrate` does it."""
    from doudi.accounts.grants import write_grants

    with django_db_blocker.unblock():
        wall.apply()
        write_grants()


@pytest.fixture
def divisions(db: None) -> dict[str, Division]:
    """The eight divisions of the test world, by code."""
    forget_names()
    rows = [
        Division(code=c, name=n, short_name=n, level=lv, parent_id=p, residence_class=rc, letters=le)
        for c, n, lv, p, rc, le in DIVISIONS
    ]
    return {d.code: d for d in Division.objects.bulk_create(rows)}


def staff_member(role: Role, place: str | None = None, *, username: str = "", at: datetime = NOON) -> Staff:
    """A staff member with one role at its natural place, with scope already read."""
    digits = PLACE_DIGITS.get(role, COUNTY_DIGITS)
    code = place if place is not None else VILLAGE[:digits]
    staff = Staff(
        username=username or f"{role.value}-{code}".replace("_", "-")[:40],
        name=str(role.label),
        office="测试",
        created_at=at,
    )
    staff.set_unusable_password()
    staff.save()
    since, until = datetime(2020, 1, 1, tzinfo=UTC), None
    if role is Role.VISITOR:  # a visit lasts a day: that of the test run, whatever day the test is about
        at = datetime.now(UTC)
        since, until = at - timedelta(hours=1), at + timedelta(hours=23)
    Assignment.objects.create(staff=staff, role=role, division_code=code, starts_at=since, ends_at=until)
    staff.scope = scope_of(staff, at)
    return staff


@pytest.fixture
def clerk(divisions: dict[str, Division]) -> Staff:
    """The township clerk of 遮放镇."""
    return staff_member(Role.TOWNSHIP_CLERK)


@pytest.fixture
def staff_with(divisions: dict[str, Division]) -> Callable[..., Staff]:
    """Make staff by role: `staff_with(Role.LEADER)`, `staff_with(Role.TOWNSHIP_CLERK, "533103103")`."""
    return staff_member


@contextmanager
def web_role(staff: Staff | None) -> Iterator[None]:
    """Be the web application as PostgreSQL sees it: the role that owns nothing, asking for this staff member."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff.pk) if staff else ""])
        cursor.execute(f"SET ROLE {wall.WEB_ROLE}")
    try:
        yield
    finally:
        # A failed statement leaves the transaction unusable; the test's own rollback then clears the role.
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute("SELECT set_config('doudi.staff', '', false)")


@pytest.fixture
def as_web() -> Callable[[Staff | None], AbstractContextManager[None]]:
    """`with as_web(clerk): …` runs as the web role behind row-level security."""
    return web_role


@pytest.fixture
def signed_in(client, divisions) -> Callable[[Staff], object]:
    """A test client signed in as a staff member (the sign-in itself is tested on its own)."""

    def sign_in(staff: Staff) -> object:
        client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        return client

    return sign_in


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the planted defects: each was put in on purpose and must have been caught."""
    reports = [r for key in ("passed", "failed", "error") for r in terminalreporter.stats.get(key, [])]
    planted = [r for r in reports if getattr(r, "when", "call") == "call" and "planted" in getattr(r, "keywords", {})]
    if planted:
        caught = sum(r.passed for r in planted)
        terminalreporter.write_line(f"planted defects caught: {caught} of {len(planted)}")
