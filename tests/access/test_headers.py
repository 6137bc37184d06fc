"""What every answer tells the browser, door by door; and the cookies that carry a session."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doudi.accounts.roles import Role
from tests.access.doors import DOORS
from tests.access.standing import ask, signed_in
from tests.access.test_every_door import VIEWS, answers, held
from tests.access.world import World, build
from tests.conftest import staff_member

pytestmark = pytest.mark.django_db

# The phone page works without a network, so its shell may be kept; no person is in it. The feed answers with an ETag.
MAY_BE_KEPT = {"field:home": "no-cache", "field:worker": "no-cache", "field:manifest": "no-cache",
               "exchange:api_events": "private, no-cache"}  # fmt: skip
# Whose answers together show every door from within.
WHO = (
    Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.COUNTY_REVIEWER, Role.PAYMENT_MAKER, Role.FINANCE, Role.LEADER,
    Role.LIAISON_MEDICAL, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.COORDINATOR,
    Role.RURAL_REVITALISATION, Role.TOWNSHIP_HEAD, Role.PAYMENT_CHECKER,
)  # fmt: skip


@pytest.fixture
def world(divisions: dict) -> World:
    """Something behind the doors."""
    return build()


def missing(name: str, response: Any) -> list[str]:
    """What an answer does not say and should."""
    said = response.headers
    policy = {part.split()[0]: part.split()[1:] for part in said.get("Content-Security-Policy", "").split(";") if part}
    kept = said.get("Cache-Control", "")
    wrong = []
    if policy.get("default-src") != ["'self'"] or policy.get("object-src") != ["'none'"]:
        wrong.append("no policy for content")
    if any("unsafe" in word or "*" in word for words in policy.values() for word in words):
        wrong.append("the policy for content has a hole")
    if policy.get("frame-ancestors") != ["'none'"] or said.get("X-Frame-Options") != "DENY":
        wrong.append("may be framed")
    if policy.get("form-action") != ["'self'"] or policy.get("base-uri") != ["'self'"]:
        wrong.append("forms may go elsewhere")
    if said.get("X-Content-Type-Options") != "nosniff":
        wrong.append("may be sniffed")
    if said.get("Referrer-Policy") != "same-origin":
        wrong.append("tells others the address")
    if "no-store" not in kept and not (name in MAY_BE_KEPT and kept == MAY_BE_KEPT[name]):
        wrong.append(f"may be kept: {kept!r}")
    if "Access-Control-Allow-Origin" in said:
        wrong.append("other sites may read it")
    return wrong


def test_every_answer_of_every_door_carries_the_headers(world: World) -> None:
    """From within as somebody who passes; a wrong method and a stranger's way to the sign-in page as well."""
    wrong = []
    for role in WHO:
        mine = {name for name in DOORS if next((one for one in WHO if held(name, one)), None) is role}
        staff = staff_member(role)
        client, nobody = signed_in(staff), Client()
        for name in mine:
            door = DOORS[name]
            url = reverse(name, kwargs=door.arguments(world) if door.arguments else {})
            said = [(method, ask(client, staff, method, url)) for method in ("GET", "POST", "PUT")]
            said.append(("stranger", nobody.get(url)))
            wrong += [(name, method, problem) for method, answer in said for problem in missing(name, answer)]
            client = client if "doudi_session" in client.cookies and name != "accounts:sign_out" else signed_in(staff)
    assert not wrong


def test_a_refusal_carries_them_too(world: World) -> None:
    staff = staff_member(Role.LEADER)
    client = signed_in(staff)
    for name in ("registry:household", "casework:case", "payments:accounts"):
        door = DOORS[name]
        answer = ask(client, staff, "GET", reverse(name, kwargs=door.arguments(world) if door.arguments else {}))
        assert (name, answer.status_code, missing(name, answer)) == (name, 403, [])


def test_those_asked_pass_every_door_between_them() -> None:
    assert {name for name in DOORS if any(held(name, role) for role in WHO)} == set(VIEWS)


@pytest.mark.planted
@pytest.mark.parametrize(
    ("header", "value", "found"),
    [
        ("Content-Security-Policy", None, "no policy for content"),
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; object-src 'none'", "no policy for content"),
        ("X-Content-Type-Options", None, "may be sniffed"),
        ("Cache-Control", "private", "may be kept: 'private'"),
        ("Referrer-Policy", None, "tells others the address"),
        ("X-Frame-Options", "SAMEORIGIN", "may be framed"),
        ("Access-Control-Allow-Origin", "*", "other sites may read it"),
    ],
)
def test_planted_an_answer_without_its_headers_is_found(header, value, found, divisions) -> None:
    client = Client()
    client.force_login(staff_member(Role.TOWNSHIP_CLERK), backend="doudi.accounts.backend.StaffBackend")
    response = client.get(reverse("registry:households"))
    assert missing("registry:households", response) == []
    if value is None:
        del response[header]
    else:
        response[header] = value
    assert found in missing("registry:households", response)


def test_pages_hold_no_code_of_their_own(world: World) -> None:
    """No inline script, style or handler: the policy needs no exception for any page."""
    from tests.access.corpus import Page

    found = []
    for role in (Role.TOWNSHIP_CLERK, Role.SECURITY_ADMIN):
        for name, _method, response in answers(staff_member(role, username=f"inline-{role}"[:40]), world, ("GET",)):
            if "text/html" in response.headers.get("Content-Type", ""):
                found += [(name, what) for what in Page(response.text_seen).code]
    assert not found


PRINT = """
import json, django
from django.conf import settings
django.setup()
names = ["SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
         "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "DEBUG", "SESSION_COOKIE_AGE", "DOUDI_IDLE_MINUTES"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_in_production_cookies_travel_by_tls_only_and_browsers_are_told_to_stay_with_it(tmp_path) -> None:
    import json

    from doudi.config import environment

    ring = {**environment.DEMO_KEYRING, "fields": {"1": "00" * 16}, "index": "01" * 32, "seal": "02" * 32}
    (tmp_path / "keys.json").write_text(json.dumps(ring))
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DOUDI_", "DJANGO_"))} | {
        "DOUDI_MODE": "production", "DOUDI_SECRET_KEY": "x" * 50, "DOUDI_KEYRING": str(tmp_path / "keys.json"),
        "DATABASE_URL": "postgresql://a@/b", "DJANGO_SETTINGS_MODULE": "doudi.config.settings",
        "DOUDI_ROOT": str(environment.ROOT),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", PRINT], env=environ, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["SECURE_HSTS_SECONDS"] >= 31536000
    assert all(said[n] is True for n in said if n.endswith(("_SECURE", "_HTTPONLY")))
    assert (said["SESSION_COOKIE_SAMESITE"], said["DEBUG"]) == ("Lax", False)
    assert (said["SESSION_COOKIE_AGE"], said["DOUDI_IDLE_MINUTES"]) == (12 * 3600, 30)
