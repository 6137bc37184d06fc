"""Guessing: passwords over many addresses, names by their answers, codes by trying."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doudi.accounts.actions import Attempt, sign_in
from doudi.accounts.lockout import ACCOUNT_LIMIT, ADDRESS_LIMIT, PAIR_LIMIT
from doudi.accounts.models import SignIn, Staff
from doudi.accounts.roles import Role
from doudi.config.environment import ROOT
from doudi.monitoring.actions.leads import ALPHABET, CODE_LENGTH
from tests.conftest import NOON, staff_member

pytestmark = pytest.mark.django_db
PASSWORD = "泼水节-2026-Zhefang"
DESK = "10.0.0.8"


@pytest.fixture
def officer(divisions: dict) -> Staff:
    """A clerk who signed in at their desk yesterday."""
    staff = staff_member(Role.TOWNSHIP_CLERK, username="yang.xiaoyun")
    staff.set_password(PASSWORD)
    staff.save()
    attempt(at=NOON - timedelta(days=1))
    return staff


def attempt(password: str = PASSWORD, address: str = DESK, username: str = "yang.xiaoyun", at: Any = NOON) -> Attempt:
    return sign_in(username=username, password=password, address=address, device="test", at=at)


@pytest.fixture
def cheap_hash(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords looked at, without the work of looking."""
    looked: list[str] = []

    def matches(password: str, staff: Staff | None) -> bool:
        looked.append(password)
        return staff is not None and password == PASSWORD

    monkeypatch.setattr(sys.modules[sign_in.__module__], "matches", matches)
    return looked


def test_guesses_from_ever_new_addresses_slow_down_to_one_in_a_quarter_of_an_hour(officer, cheap_hash) -> None:
    for n in range(120):
        attempt(f"guess {n}", f"203.0.{n // 250}.{n % 250}", at=NOON + timedelta(seconds=n))
    assert len([g for g in cheap_hash if g.startswith("guess")]) <= ACCOUNT_LIMIT + 2
    day = [attempt(f"late {n}", f"198.51.100.{n % 250}", at=NOON + timedelta(minutes=n)) for n in range(17, 17 + 90)]
    assert len([g for g in cheap_hash if g.startswith("late")]) <= 90 // 15 + 1
    assert day[-1].message == attempt("x", "192.0.2.7", "nobody-of-that-name", at=NOON).message or day[-1].locked_until


def test_while_somebody_guesses_the_usual_desk_stays_open(officer, cheap_hash) -> None:
    for n in range(100):
        attempt("wrong", f"203.0.113.{n}", at=NOON + timedelta(seconds=n))
    assert attempt(at=NOON + timedelta(seconds=101)).done


def test_guesses_at_many_accounts_from_one_address_stop(officer, cheap_hash) -> None:
    for n in range(60):
        attempt("wrong", "203.0.113.9", f"name{n}", at=NOON + timedelta(seconds=n))
    assert len([g for g in cheap_hash if g == "wrong"]) == ADDRESS_LIMIT


def test_guesses_at_once_and_one_after_the_other_are_counted_alike(officer, cheap_hash) -> None:
    for _ in range(50):
        attempt("wrong", "203.0.113.9")
    assert len([g for g in cheap_hash if g == "wrong"]) == PAIR_LIMIT


@pytest.mark.planted
def test_planted_without_the_limit_over_addresses_the_guesses_go_on(officer, cheap_hash, monkeypatch) -> None:
    monkeypatch.setattr("doudi.accounts.lockout.ACCOUNT_LIMIT", 10**6)
    for n in range(100):
        attempt(f"guess {n}", f"203.0.113.{n}", at=NOON + timedelta(seconds=n))
    assert len([g for g in cheap_hash if g.startswith("guess")]) == 100


def test_the_page_says_the_same_of_every_name(officer) -> None:
    Staff.objects.create(username="closed", name="停用", is_active=False, created_at=NOON)
    said = set()
    for name in ("yang.xiaoyun", "closed", "nobody", "' OR 1=1--", "YANG.XIAOYUN"):
        answer = Client(REMOTE_ADDR=f"203.0.113.{len(name)}").post(
            reverse("accounts:sign_in"), {"username": name, "password": "wrong"}
        )
        said.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(said) == 1


def test_locked_and_unknown_names_look_alike_too(officer) -> None:
    answers = []
    for name in ("yang.xiaoyun", "nobody"):
        client = Client(REMOTE_ADDR="203.0.113.77" if name == "nobody" else "203.0.113.78")
        for _ in range(PAIR_LIMIT + 1):
            answer = client.post(reverse("accounts:sign_in"), {"username": name, "password": "wrong"})
        answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert answers[0] == answers[1]
    assert SignIn.objects.filter(outcome="locked").count() == 2


def test_a_code_of_a_lead_cannot_be_found_by_trying(db: None) -> None:
    """Ten thousand leads, a hundred tries a second for a month: less than one chance in a hundred."""
    tries, leads = 100 * 86_400 * 30, 10_000
    assert tries * leads / len(ALPHABET) ** CODE_LENGTH < 0.01


def test_the_phone_gives_five_tries_and_then_forgets_its_half_of_the_key() -> None:
    """What is left on the phone opens with nothing: the other half comes from the server, to its owner only."""
    script = (ROOT / "src/doudi/field/static/field/vault.js").read_text(encoding="utf-8")
    tries = int(re.search(r"TRIES = (\d+)", script)[1])
    assert tries <= 5
    assert re.search(r"wrong >= TRIES \? \{ \.\.\.row, wrong: 0, share: null \}", script)
    assert int(re.search(r"ROUNDS = ([\d_]+)", script)[1].replace("_", "")) >= 100_000
