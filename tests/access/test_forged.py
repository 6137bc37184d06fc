"""Requests that somebody else made up, or that come a second time."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.documents.forms.stamp import CODE_CHARACTERS, code_of
from tests.access.doors import DOORS
from tests.access.standing import BACKEND, Stage, ask, set_stage, signed_in
from tests.access.test_every_door import VIEWS, held, natural_place
from tests.access.world import World, build, fingerprint
from tests.bad_input.filled import filled
from tests.conftest import FAR_VILLAGE, NOON, VILLAGE, staff_member

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
# Doors without the token: a program with a key in a header, or a phone without anybody signed in.
WITHOUT_TOKEN = {"exchange:api_events", "exchange:api_acknowledgements", "feeds:api_send", "field:erased"}
SECRET = "a" * 32


@pytest.fixture
def world(divisions: dict) -> World:
    """The small world."""
    return build()


def strict(staff: Staff) -> Client:
    """A client that is held to the token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(staff, backend=BACKEND)
    client.cookies["csrftoken"] = SECRET
    return client


def posts(name: str, client: Client, world: World, token: str | None, **headers: str) -> int:
    """The status of a POST with this token."""
    url = reverse(name, kwargs=door.arguments(world) if (door := DOORS[name]).arguments else {})
    point = transaction.savepoint()
    said = {"csrfmiddlewaretoken": token} if token else {}
    status = client.post(url, said, headers=headers).status_code
    transaction.savepoint_rollback(point)
    return status


def test_only_doors_with_a_key_of_their_own_do_without_the_token() -> None:
    assert {name for name, view in VIEWS.items() if getattr(view, "csrf_exempt", False)} == WITHOUT_TOKEN


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("b" * 32, {}),
        ("c" * 32 + "d" * 32, {}),
        (SECRET, {"Origin": "https://evil.example"}),
        (SECRET, {"Origin": "null"}),
    ],
)
def test_no_door_takes_a_form_without_its_own_token_from_its_own_pages(token, headers, world: World) -> None:
    client, before = strict(staff_member(Role.TOWNSHIP_CLERK)), fingerprint()
    taken = [
        name
        for name, door in DOORS.items()
        if "POST" in door.methods and name not in WITHOUT_TOKEN and posts(name, client, world, token, **headers) != 403
    ]
    assert not taken
    assert fingerprint() == before


@pytest.mark.planted
def test_planted_a_door_that_asks_for_no_token_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VIEWS["casework:new"], "csrf_exempt", True, raising=False)
    assert posts("casework:new", strict(staff_member(Role.TOWNSHIP_CLERK)), world, None) != 403
    assert {n for n, v in VIEWS.items() if getattr(v, "csrf_exempt", False)} != WITHOUT_TOKEN


def test_the_right_token_from_our_own_page_is_taken(world: World) -> None:
    client = strict(staff_member(Role.TOWNSHIP_CLERK))
    assert posts("accounts:preferences", client, world, SECRET, Origin="http://testserver") == 302


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: "x" * 32,
        lambda key: "",
        lambda key: key.upper(),
        lambda key: "../" + key,
        lambda key: key + "\u200b".encode().hex(),
        lambda key: '{"_auth_user_id": "1"}',
    ],
)
def test_a_made_up_session_opens_nothing(forge, world: World) -> None:
    staff = staff_member(Role.TOWNSHIP_CLERK)
    client = Client()
    client.force_login(staff, backend=BACKEND)
    client.cookies["doudi_session"] = forge(client.cookies["doudi_session"].value)
    opened = []
    for name, door in DOORS.items():
        if getattr(VIEWS[name], "public", False) or "GET" not in door.methods:
            continue
        url = reverse(name, kwargs=door.arguments(world) if door.arguments else {})
        if client.get(url).status_code != 302:
            opened.append(name)
    assert not opened


def test_the_session_of_one_says_nothing_about_another(divisions: dict) -> None:
    """The row of a session holds whose it is; the seal over it is the person's own."""
    clerk, reviewer = staff_member(Role.TOWNSHIP_CLERK), staff_member(Role.COUNTY_REVIEWER)
    client = Client()
    client.force_login(clerk, backend=BACKEND)
    session = client.session
    session["_auth_user_id"] = str(reviewer.pk)
    session.save()
    assert client.get("/profile/").status_code == 302
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_the_cookie_of_a_session_is_for_this_site_and_no_script(divisions: dict) -> None:
    staff = staff_member(Role.TOWNSHIP_CLERK)
    staff.set_password("泼水节-2026-Zhefang")
    staff.save()
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": staff.username, "password": "泼水节-2026-Zhefang"})
    cookie = client.cookies["doudi_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", "")


def test_work_does_not_prolong_a_session_beyond_twelve_hours(divisions: dict, settings: Any) -> None:
    client = signed_in(staff_member(Role.TOWNSHIP_CLERK))
    client.get("/profile/")
    session = client.session
    now, limit = timezone.now(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
    session["seen_at"] = now.isoformat()
    session["opened_at"] = (now - limit + timedelta(minutes=1)).isoformat()
    session.save()
    assert client.get("/profile/").status_code == 200
    session["opened_at"] = (now - limit - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.get("/profile/").status_code == 302
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_a_role_that_ends_ends_what_an_open_session_may_do(world: World) -> None:
    from doudi.accounts.actions import end_role

    staff, guard = staff_member(Role.TOWNSHIP_CLERK), staff_member(Role.SECURITY_ADMIN)
    client = signed_in(staff)
    where = reverse("registry:household", kwargs={"number": world.household.number})
    assert client.get(where).status_code == 200
    end_role(by=guard, assignment=staff.assignments.get(), reason="调离", at=timezone.now())
    assert client.get(where).status_code == 302  # to the sign-in page: the session is gone


@pytest.mark.parametrize("field", ["form", "number", "moment", "operator", "code"])
def test_a_printed_code_that_was_changed_anywhere_is_not_ours(field: str, client: Client, db: None) -> None:
    said: dict[str, Any] = {
        "form": "household-file",
        "number": "MS-ZF-000001",
        "moment": "20261123040000",
        "operator": 7,
    }
    said["code"] = code_of(said["form"], said["number"], said["moment"], said["operator"])
    assert client.get(reverse("documents:verify", kwargs=said)).status_code == 200
    changed = {"form": "case-decision", "number": "MS-ZF-000002", "moment": "20261123040001", "operator": 8,
               "code": said["code"][:-1] + ("0" if said["code"][-1] != "0" else "1")}  # fmt: skip
    assert client.get(reverse("documents:verify", kwargs=said | {field: changed[field]})).status_code == 404


def test_a_printed_code_cannot_be_guessed() -> None:
    assert 16**CODE_CHARACTERS >= 2**60


@pytest.fixture
def stage(divisions: dict, settings: Any, tmp_path: Any) -> Stage:
    """A row in every table."""
    settings.DOUDI_DATA_DIR = tmp_path
    return set_stage()


def forms_of(stage: Stage, role: Role, staff: Staff, client: Client) -> list[tuple[str, str, dict[str, str]]]:
    """(door, address, good values) of every form that a role is shown."""
    found = []
    for name, door in DOORS.items():
        if door.methods >= {"GET", "POST"} and held(name, role):
            url = stage.address(name)
            shown = ask(client, staff, "GET", url)
            if shown.status_code == 200 and (values := filled(shown.text_seen)):
                found.append((name, url, values))
    return found


STATE_OF_FAR = "SELECT count(*), sum(hashtext(t::text)) FROM registry_{} t WHERE division_code = '" + FAR_VILLAGE + "'"


def far_state() -> list[Any]:
    """The rows of the other township."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in ("household", "person", "membership", "lowincomestatus", "certificate", "statement", "kintie"):
            cursor.execute(STATE_OF_FAR.format(table))
            found.append(cursor.fetchone())
    return found


# A clerk hands a household of theirs to another village of the county: that is what the form is for.
HANDS_OVER = ("registry:move", "to_code")
REFERS = re.compile("person|household|number|into|other|member|village|place|head|relative|home|to$|code$")


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.COORDINATOR])
def test_numbers_of_another_place_in_any_field_reach_nothing_there(role: Role, stage: Stage) -> None:
    from doudi.registry.models import Household, Membership
    from tests.access.world import KNOWN, SINCE, a_person

    far = a_person("远处某", 7)
    type(far).objects.filter(pk=far.pk).update(division_code=FAR_VILLAGE)
    home = Household.objects.create(number="MS-MG-000777", division_code=FAR_VILLAGE, address="远处小组", head=far,
                                    opened_on=SINCE, recorded_at=KNOWN)  # fmt: skip
    Membership.objects.create(household=home, person=far, relation="02", co_resident=True, division_code=FAR_VILLAGE,
                              starts_on=SINCE, recorded_at=KNOWN)  # fmt: skip
    staff = staff_member(role, natural_place(role))
    client, before, wrong = signed_in(staff), far_state(), []
    for name, url, values in forms_of(stage, role, staff, client):
        named = [field for field in values if REFERS.search(field)]
        for field, theirs in itertools.product(named, (str(far.pk), home.number, FAR_VILLAGE)):
            point = transaction.savepoint()
            answer = ask(client, staff, "POST", url, keep=True, data=_form(values | {field: theirs}), content_type=FORM)
            if far_state() != before and (name, field) != HANDS_OVER:
                wrong.append((name, field, "reached"))
            if "远处" in answer.text_seen:
                wrong.append((name, field, "told"))
            transaction.savepoint_rollback(point)
    assert wrong == []


def _form(values: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(values)


def test_a_form_that_was_overtaken_is_not_carried_out(stage: Stage) -> None:
    seen, wrong = set(), []
    for role in (Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.COUNTY_REVIEWER, Role.TOWNSHIP_HEAD):
        staff = staff_member(role, natural_place(role), username=f"late-{role.value}"[:40].replace("_", "-"))
        client = signed_in(staff)
        for name, url, values in forms_of(stage, role, staff, client):
            if "version" not in values:
                continue
            seen.add(name)
            stale = values | {"version": str(int(values["version"] or 1) - 1)}
            answer = ask(client, staff, "POST", url, data=_form(stale), content_type=FORM)
            if answer.status_code == 302:
                wrong.append((role, name))
    assert wrong == []
    assert len(seen) >= 8


# Their planted row stands in a state that the database refuses when it is awake.
IMPOSSIBLE = {"feeds:take_back"}


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.PAYMENT_MAKER, Role.SECURITY_ADMIN])
def test_the_same_form_twice_breaks_nothing(role: Role, stage: Stage) -> None:
    staff = staff_member(role, natural_place(role))
    client, wrong = signed_in(staff), []
    for name, url, values in forms_of(stage, role, staff, client):
        if name == "accounts:password" or name in IMPOSSIBLE:
            continue
        point = transaction.savepoint()
        codes = [
            ask(client, staff, "POST", url, keep=True, data=_form(values), content_type=FORM).status_code
            for _ in range(2)
        ]
        transaction.savepoint_rollback(point)
        if max(codes) >= 500:
            wrong.append((name, codes))
    assert wrong == []


def test_a_record_of_a_phone_sent_again_under_another_name_is_refused_and_tells_nothing(divisions: dict) -> None:
    """Somebody heard a batch go by and sends it with their own phone."""
    from tests.field.world import a_phone, another, push, sent

    clerk, owner = staff_member(Role.TOWNSHIP_CLERK), staff_member(Role.COORDINATOR)
    other = staff_member(Role.COORDINATOR, username="other-coordinator")
    phone = a_phone(owner, clerk)
    record = sent(phone, "visit", {"note": "只有本人知道"})
    push(phone, record)
    theirs = another(other)
    phone.staff = other
    before = fingerprint()
    answers = push(phone, record, device=theirs)
    assert "只有本人知道" not in json.dumps(answers, ensure_ascii=False, default=str)
    assert fingerprint() == before
    assert not any(a.get("outcome") == "done" for a in answers), answers


def test_a_batch_with_somebody_elses_device_is_refused(divisions: dict) -> None:
    from tests.field.world import a_phone

    clerk, owner = staff_member(Role.TOWNSHIP_CLERK), staff_member(Role.COORDINATOR)
    phone = a_phone(owner, clerk)
    said = {"device": str(phone.device.key), "sent_at": NOON.isoformat(), "records": [], "have": {}}
    client = signed_in(staff_member(Role.COORDINATOR, username="other-coordinator"))
    for path in ("pull", "push", "register"):
        answer = client.post(f"/field/{path}/", json.dumps(said | {"name": "x"}), content_type="application/json")
        assert (path, answer.status_code) == (path, 403 if path == "register" else 400)
    assert AuditEvent.objects.filter(action="field.carry.read").count() == 0
    assert uuid.UUID(said["device"])
    assert VILLAGE
