"""A look at one village for 24 hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from doudi.accounts import actions
from doudi.accounts.errors import Refused
from doudi.accounts.models import AccessRequest, Assignment, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted, scope_of
from tests.conftest import FAR_VILLAGE, NOON, VILLAGE

pytestmark = pytest.mark.django_db
FAR_TOWNSHIP = FAR_VILLAGE[:9]


def ask(by: Staff, place: str = FAR_VILLAGE, reason: str = "随迁家庭核实") -> AccessRequest:
    return actions.ask_for_access(by=by, place=place, reason=reason, at=NOON)


def may(staff: Staff, permission: Permission, hours: float) -> bool:
    return scope_of(staff, NOON + timedelta(hours=hours)).covers(permission, FAR_VILLAGE)


@pytest.fixture
def far_head(staff_with) -> Staff:
    """The head of the township that the clerk wants to look into."""
    return staff_with(Role.TOWNSHIP_HEAD, FAR_TOWNSHIP)


def test_a_granted_look_lasts_24_hours_and_ends_by_itself(clerk, far_head) -> None:
    assert not may(clerk, Permission.PERSON_READ, 0)
    actions.answer_access(by=far_head, request=ask(clerk), granted=True, at=NOON)
    assert may(clerk, Permission.PERSON_READ, 23.9)
    assert not may(clerk, Permission.PERSON_READ, 24)


def test_a_look_changes_nothing_and_reveals_nothing(clerk, far_head) -> None:
    actions.answer_access(by=far_head, request=ask(clerk), granted=True, at=NOON)
    assert not may(clerk, Permission.PERSON_WRITE, 1)
    assert not may(clerk, Permission.PERSON_REVEAL, 1)


def test_a_refused_look_shows_nothing(clerk, far_head) -> None:
    assert actions.answer_access(by=far_head, request=ask(clerk), granted=False, at=NOON).state == "refused"
    assert not may(clerk, Permission.PERSON_READ, 1)


def test_a_head_answers_for_their_own_township_only(clerk, staff_with) -> None:
    with pytest.raises(NotPermitted):
        actions.answer_access(by=staff_with(Role.TOWNSHIP_HEAD), request=ask(clerk), granted=True, at=NOON)


def test_a_request_is_answered_once(clerk, far_head) -> None:
    asked = ask(clerk)
    actions.answer_access(by=far_head, request=asked, granted=False, at=NOON)
    with pytest.raises(Refused, match="已经答复"):
        actions.answer_access(by=far_head, request=asked, granted=True, at=NOON)


@pytest.mark.parametrize(
    ("place", "reason", "why"),
    [
        (VILLAGE, "随迁家庭核实", "辖区内"),
        (FAR_TOWNSHIP, "随迁家庭核实", "选一个村"),
        ("533103103999", "随迁家庭核实", "选一个村"),
        (FAR_VILLAGE, "看看", "至少 4 个字"),
    ],
)
def test_a_question_without_need_or_reason_is_refused(clerk, place, reason, why) -> None:
    with pytest.raises(Refused, match=why):
        ask(clerk, place, reason)


def test_asking_twice_is_refused(clerk) -> None:
    ask(clerk)
    with pytest.raises(Refused, match="已经申请过"):
        ask(clerk)


def test_a_role_without_files_cannot_ask(staff_with) -> None:
    with pytest.raises(Refused, match="民政"):
        ask(staff_with(Role.LEADER))


def test_asking_and_answering_pass_row_level_security(clerk, far_head, as_web) -> None:
    with as_web(clerk):
        asked = ask(clerk)
    with as_web(far_head):
        actions.answer_access(by=far_head, request=asked, granted=True, at=NOON)
    assert clerk.assignments.filter(role=Role.VISITOR).count() == 1


def test_an_asker_cannot_answer_for_themselves_in_plain_sql(clerk, as_web) -> None:
    asked = ask(clerk)
    with as_web(clerk):
        assert AccessRequest.objects.filter(pk=asked.pk).update(reason="改") == 0


def test_the_database_refuses_a_visit_longer_than_a_day(clerk) -> None:
    with pytest.raises(IntegrityError, match="assignment_visit_is_one_day"):
        Assignment.objects.create(
            staff=clerk, role=Role.VISITOR, division_code=FAR_VILLAGE,
            starts_at=NOON, ends_at=NOON + timedelta(hours=25),
        )  # fmt: skip
