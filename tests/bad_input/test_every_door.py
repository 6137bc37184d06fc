"""Every door of the product is sent every hostile value: none breaks, none saves half of something."""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction
from django.test import Client

from tests.access.test_every_door import fingerprint
from tests.access.world import World, build
from tests.conftest import staff_member, web_role

from .filled import filled
from .hostile import FIELDS, QUERY, VALUES, WORST, address, doors, everywhere, role_for, sent

pytestmark = pytest.mark.django_db
LEAVING = ("accounts:sign_out", "accounts:password")
FINE = frozenset({200, 204, 302, 400, 403, 404, 409, 413, 422, 429})


@pytest.fixture
def world(divisions: dict) -> World:
    """Something behind every door."""
    return build()


@pytest.fixture
def knock(world):
    """Send something to a door as somebody who may pass it; whatever changed is rolled back."""
    clients: dict = {}

    def ask(name: str, method: str, where: str, said: str = ""):
        role = role_for(name)
        if role not in clients:
            staff = staff_member(role, username=f"bad-{role.value}".replace("_", "-")[:40])
            clients[role] = staff, Client()
        staff, client = clients[role]
        if not client.cookies:
            client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        point = transaction.savepoint()
        with web_role(staff):
            answer = (
                client.get(f"{where}?{said}")
                if method == "GET"
                else client.generic("POST", where, said, content_type="application/x-www-form-urlencoded")
            )
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.shown = body.decode("utf-8", "replace")
        answer.state = fingerprint() if answer.status_code != 302 else None
        transaction.savepoint_rollback(point)
        if name in LEAVING:
            client.cookies.clear()
        return answer

    return ask


@pytest.mark.parametrize("name", [n for n in doors("GET") if role_for(n)])
def test_no_filter_page_or_cursor_breaks_a_page(name, world, knock) -> None:
    where = address(name, world)
    found = {word: knock(name, "GET", where, everywhere(QUERY, value)).status_code for word, value in VALUES.items()}
    assert set(found.values()) <= FINE, found


@pytest.mark.parametrize("name", [n for n in doors("POST") if role_for(n)])
def test_no_value_breaks_a_form_or_is_half_saved(name, world, knock) -> None:
    where = address(name, world)
    names = filled(knock(name, "GET", where).shown) if name in doors("GET") else FIELDS
    before = fingerprint()
    for word, value in VALUES.items():
        answer = knock(name, "POST", where, everywhere(names, value))
        assert answer.status_code in FINE, word
        assert answer.status_code == 302 or answer.state == before, word
        assert "<script>alert" not in answer.shown, word


@pytest.mark.parametrize("name", [n for n in doors("POST") if role_for(n) and n in doors("GET")])
def test_one_bad_value_in_a_good_form_is_named_and_nothing_is_half_saved(name, world, knock) -> None:
    where, before = address(name, world), fingerprint()
    good = filled(knock(name, "GET", where).shown)
    for field, word in itertools.product(good, WORST):
        answer = knock(name, "POST", where, sent(good | {field: VALUES[word]}))
        assert answer.status_code in FINE, (field, word)
        assert answer.status_code == 302 or answer.state == before, (field, word)
