"""Values that somebody sends on purpose or by accident, and the doors that take them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.roles import Role
from tests.access.doors import DOORS, Door
from tests.access.test_every_door import VIEWS
from tests.access.world import World

VALUES = {
    "nothing": "",
    "NUL": "a\x00b",
    "lone surrogate": "\ud800",
    "emoji": "😀👨‍👩‍👧",
    "rare character": "𬭚𮧵㑇",
    "formula": "=cmd|' /C calc'!A0",
    "markup": "</textarea><script>alert(1)</script>",
    "beyond bigint": "99999999999999999999",
    "negative": "-1",
    "not a number": "NaN",
    "last day of all": "9999-12-31",
    "no such day": "2026-02-30",
    "first day of all": "0001-01-01",
    "direction marks": "\u202e\u200b\ufeff",
    "overlong": "长" * 3_000,
}
ROLES = (
    Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN,
    Role.RURAL_REVITALISATION, Role.TOWNSHIP_HEAD, Role.COUNTY_REVIEWER,
)  # fmt: skip
# What addresses ask for beside forms: filters, pages, cursors, the way back.
QUERY = (
    "q", "show", "place", "category", "size", "members", "opened", "state", "flaw", "order", "after", "due", "other",
    "next", "before", "day", "staff_id", "subject_id", "action", "page", "role", "number", "kind",
)  # fmt: skip
# Fields of doors without a page of their own.
FIELDS = (
    "reason", "query", "name", "drop", "language", "role", "place", "ends_on", "answer", "code", "required", "day",
    "year", "off", "work", "notice", "note", "starts_on", "source", "short_name", "residence_class", "letters",
    "is_workday", "text_size", "theme", "keys", "next",
)  # fmt: skip
# Those that do harm in the middle of an otherwise good form.
WORST = ("NUL", "beyond bigint", "last day of all")


def role_for(name: str) -> Role | None:
    """A role that may pass a door; the first of ROLES for doors open to everybody."""
    view = VIEWS[name]
    if getattr(view, "public", False) or view.requires == "self":
        return ROLES[0]
    return next((r for r in ROLES if r in GRANTS[Permission(view.requires)]), None)


def doors(method: str) -> list[str]:
    """The names of all doors that answer a method."""
    return sorted(name for name, door in DOORS.items() if method in door.methods)


def address(name: str, world: World) -> str:
    """The address of a door in the test world."""
    door: Door = DOORS[name]
    return reverse(name, kwargs=door.arguments(world) if door.arguments else {})


def everywhere(names: Any, value: str) -> str:
    """The same value in every field, as a browser (or somebody who writes the bytes by hand) sends it."""
    return sent(dict.fromkeys(names, value))


def sent(values: dict[str, str]) -> str:
    """The body of a form."""
    return urlencode(values, errors="surrogatepass")
