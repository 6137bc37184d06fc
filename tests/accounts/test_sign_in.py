"""Signing in: who gets in, who is locked, and that nobody can lock out somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest

from doudi.accounts.actions import Attempt, enter_code, sign_in
from doudi.accounts.models import SignIn, Staff
from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

PASSWORD = "泼水节-2026-Zhefang"
DESK, ELSEWHERE = "10.0.0.8", "203.0.113.9"


@pytest.fixture
def officer(staff_with) -> Staff:
    """A township clerk with a password."""
    staff = staff_with(Role.TOWNSHIP_CLERK, username="yang.xiaoyun")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def attempt(
    password: str = PASSWORD, *, username: str = "yang.xiaoyun", address: str = DESK, at: datetime = NOON
) -> Attempt:
    return sign_in(username=username, password=password, address=address, device="test", at=at)


def fail(times: int, **where: object) -> Attempt:
    return [attempt("wrong", **where) for _n in range(times)][-1]  # type: ignore[arg-type]


def test_the_right_password_signs_in_and_is_recorded(officer) -> None:
    assert attempt().done
    assert SignIn.objects.get().outcome == "ok"
    assert AuditEvent.objects.get().action == "accounts.sign_in"


def test_the_name_may_be_typed_in_capitals_and_with_spaces(officer) -> None:
    assert attempt(username=" Yang.Xiaoyun ").staff == officer


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(officer) -> None:
    assert attempt("wrong") == attempt("wrong", username="nobody")


def test_an_unknown_account_costs_one_hash_like_a_known_one(officer, monkeypatch) -> None:
    hashed = []
    monkeypatch.setattr("doudi.accounts.passwords.make_password", hashed.append)
    attempt("wrong", username="nobody")
    assert hashed == ["wrong"]


def test_a_disabled_account_gets_the_same_answer_even_with_the_right_password(officer) -> None:
    Staff.objects.update(is_active=False)
    refused = attempt()
    assert (refused.done, refused.message) == (False, attempt("wrong").message)


def test_the_fifth_wrong_password_locks_the_account_at_that_address(officer) -> None:
    assert fail(4).locked_until is None
    assert fail(1).locked_until == NOON + timedelta(minutes=15)
    assert not attempt().done


def test_the_lock_ends_after_fifteen_minutes(officer) -> None:
    fail(5)
    assert not attempt(at=NOON + timedelta(minutes=14, seconds=59)).done
    assert attempt(at=NOON + timedelta(minutes=15)).done


def test_trying_while_locked_does_not_prolong_the_lock(officer) -> None:
    fail(5)
    fail(9, at=NOON + timedelta(minutes=14))
    assert attempt(at=NOON + timedelta(minutes=15)).done


def test_an_attacker_elsewhere_cannot_lock_the_person_out_at_their_desk(officer) -> None:
    fail(50, address=ELSEWHERE)
    assert attempt(address=DESK).done


def test_a_good_sign_in_forgets_the_wrong_ones_before_it(officer) -> None:
    fail(4)
    attempt(at=NOON + timedelta(seconds=1))
    assert fail(4, at=NOON + timedelta(seconds=2)).locked_until is None


def test_an_unknown_account_is_locked_like_a_known_one(db) -> None:
    assert fail(5, username="nobody").locked_until is not None


def test_twenty_wrong_attempts_over_many_accounts_lock_the_address_for_new_accounts(officer) -> None:
    for n in range(20):
        attempt("wrong", username=f"guess{n}")
    assert attempt().locked_until is not None


def test_a_noisy_neighbour_behind_the_same_address_does_not_lock_who_works_there(officer) -> None:
    attempt(at=NOON - timedelta(days=1))
    for n in range(30):
        attempt("wrong", username=f"guess{n}")
    assert attempt().done


def with_second_factor(officer: Staff) -> pyotp.TOTP:
    officer.totp_secret, officer.totp_confirmed_at = pyotp.random_base32(), NOON
    officer.save()
    return pyotp.TOTP(officer.totp_secret)


def code_step(officer: Staff, code: str, at: datetime = NOON) -> Attempt:
    return enter_code(staff=officer, code=code, address=DESK, device="", at=at)


def test_with_a_second_factor_the_password_alone_is_not_enough(officer) -> None:
    with_second_factor(officer)
    half = attempt()
    assert (half.staff, half.done) == (officer, False)


def test_a_code_is_never_accepted_twice(officer) -> None:
    code = with_second_factor(officer).at(NOON)
    assert code_step(officer, code).done
    officer.refresh_from_db()
    assert not code_step(officer, code).done


def test_of_two_requests_with_the_same_code_at_once_only_one_gets_in(officer) -> None:
    code = with_second_factor(officer).at(NOON)
    stale = Staff.objects.get(pk=officer.pk)
    assert code_step(officer, code).done
    assert not code_step(stale, code).done


@pytest.mark.parametrize(("drift", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_may_be_one_step_early_or_late(officer, drift, accepted) -> None:
    code = with_second_factor(officer).at(NOON + timedelta(seconds=drift))
    assert code_step(officer, code).done is accepted


def test_five_wrong_codes_lock_the_account_at_that_address(officer) -> None:
    code = with_second_factor(officer).at(NOON)
    for _n in range(5):
        code_step(officer, "000000")
    assert not code_step(officer, code).done


def test_signing_in_works_behind_row_level_security(officer, as_web) -> None:
    code = with_second_factor(officer).at(NOON)
    with as_web(None):
        assert attempt().staff == officer
        assert code_step(officer, code).done
