"""Referrals from the clerk to the department and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.casework import referring
from doudi.registry.actions import Refused
from doudi.services import actions
from doudi.services.actions.reading import revealed
from doudi.services.models import Referral, ReferralStep
from doudi.services.moves import MOVES, Move, State, may
from tests.registry.world import DAY, at
from tests.services.world import couple, need, sent

pytestmark = pytest.mark.django_db


def test_a_need_reaches_the_department_that_answers_for_it(clerk) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    assert (row.department, row.state, row.due_on) == ("liaison_medical", "sent", date(2026, 11, 30))
    assert row.number == f"ZJ-2026-{row.pk:06d}"


def test_the_same_open_need_is_returned_and_not_doubled(clerk) -> None:
    home, head, wife = couple(clerk)
    first = sent(clerk, home, head)
    assert sent(clerk, home, head).pk == first.pk
    assert sent(clerk, home, wife).pk != first.pk
    assert Referral.objects.count() == 2


def test_the_database_refuses_a_second_open_referral_of_a_household(clerk) -> None:
    home, _head, _wife = couple(clerk)
    row = sent(clerk, home, entitlement="refer_disaster")
    row.pk = None
    with pytest.raises(IntegrityError, match="referral_open_once"), transaction.atomic():
        row.save(force_insert=True)


def test_the_door_of_casework_is_answered_and_gives_the_number(clerk) -> None:
    home, head, _wife = couple(clerk)
    number = referring.refer(need=need(home, head, "refer_education"), by=clerk, on=DAY, at=at())
    assert Referral.objects.get().number == number


def test_other_help_names_its_department(clerk) -> None:
    home, head, _wife = couple(clerk)
    with pytest.raises(Refused, match="哪个部门"):
        sent(clerk, home, head, entitlement="other")
    row = actions.send(need=need(home, head, "other"), department="liaison_disabled", by=clerk, on=DAY, at=at())
    assert row.department == Role.LIAISON_DISABLED


def test_temporary_assistance_is_our_own_business(clerk) -> None:
    home, head, _wife = couple(clerk)
    with pytest.raises(Refused, match="急难救助"):
        sent(clerk, home, head, entitlement="refer_temporary")


def test_a_refusal_to_send_names_everything_at_once(clerk) -> None:
    home, _head, _wife = couple(clerk)
    _other, stranger, _ = couple(clerk)
    with pytest.raises(Refused) as refused:
        sent(clerk, home, stranger, entitlement="no_such", why="他的电话 13800138000")
    assert set(refused.value.by_field) == {"entitlement", "why", "person"}


def test_a_department_takes_it_on_and_has_the_longer_time(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = actions.accept(referral=sent(clerk, home, head), by=medical, on=DAY, at=at())
    assert (row.state, row.due_on) == ("accepted", date(2026, 12, 21))


def test_what_was_given_is_kept_with_amount_and_day(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    actions.give(referral=row, what="门诊救助", fen=120_000, given_on=DAY, by=medical, on=DAY, at=at())
    row.refresh_from_db()
    assert (row.state, row.given_fen, str(row.given_what), row.closed_on) == ("given", 120_000, "门诊救助", DAY)
    assert [s.move for s in ReferralStep.objects.order_by("pk")] == ["send", "give"]


@pytest.mark.parametrize("fen", [0, -1, 100_000_001 * 100])
def test_an_amount_that_cannot_be_is_refused(fen, clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    with pytest.raises(Refused) as refused:
        actions.give(referral=row, what="", fen=fen, given_on=DAY + timedelta(1), by=medical, on=DAY, at=at())
    assert set(refused.value.by_field) == {"what", "fen", "given_on"}


def test_refusing_needs_a_reason_and_other_reasons_need_words(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    with pytest.raises(Refused, match="请选择原因"):
        actions.refuse(referral=row, reason="", by=medical, on=DAY, at=at())
    with pytest.raises(Refused, match="要填"):
        actions.refuse(referral=row, reason="other", by=medical, on=DAY, at=at())
    actions.refuse(referral=row, reason="already", by=medical, on=DAY, at=at())
    assert Referral.objects.get().reason == "already"


def test_only_the_department_asked_may_answer(clerk, education, staff_with) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    for other in (education, clerk, staff_with(Role.LIAISON_MEDICAL, "533102")):
        with pytest.raises(NotPermitted):
            actions.accept(referral=row, by=other, on=DAY, at=at())


def test_two_answers_at_once_the_second_is_told(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    actions.refuse(referral=row, reason="declined", by=medical, on=DAY, at=at())
    with pytest.raises(Refused, match="现在是“未接收”"):
        actions.accept(referral=row, by=medical, on=DAY, at=at())


def test_a_withdrawn_one_can_be_sent_again(clerk) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    actions.withdraw(referral=row, note="填错了", by=clerk, on=DAY, at=at())
    assert sent(clerk, home, head).pk != row.pk


def test_an_overdue_one_is_told_once_a_limit(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row, late = sent(clerk, home, head), date(2026, 12, 1)
    assert actions.escalate_overdue(on=row.due_on, at=at(row.due_on)) == 0
    assert actions.escalate_overdue(on=late, at=at(late)) == 1
    assert actions.escalate_overdue(on=late, at=at(late)) == 0
    assert actions.accept(referral=row, by=medical, on=late, at=at(late)).escalated_on is None


def test_several_are_sent_together_or_none(clerk) -> None:
    home, head, wife = couple(clerk)
    with pytest.raises(Refused):
        actions.send_many(needs=[need(home, head), need(home, wife, "no_such")], by=clerk, on=DAY, at=at())
    assert not Referral.objects.exists()
    assert len(actions.send_many(needs=[need(home, head), need(home, wife)], by=clerk, on=DAY, at=at())) == 2


def test_a_department_sees_the_whole_number_with_a_reason_while_it_is_open(clerk, medical) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    told = revealed(row, field="resident_id", purpose="核对身份", by=medical)
    assert told == str(head.resident_id)
    assert AuditEvent.objects.get(action="person.reveal").subject_id == str(head.pk)
    closed = actions.refuse(referral=row, reason="already", by=medical, on=DAY, at=at())
    assert revealed(closed, field="resident_id", purpose="再看一次", by=medical) == "—"


def test_another_department_never_sees_the_whole_number(clerk, education) -> None:
    home, head, _wife = couple(clerk)
    with pytest.raises(NotPermitted):
        revealed(sent(clerk, home, head), field="resident_id", purpose="核对身份", by=education)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(MOVES))
def test_nothing_moves_but_by_the_table(state: State, move: Move) -> None:
    closed = {State.REFUSED, State.GIVEN, State.NOT_GIVEN, State.WITHDRAWN}
    assert not (state in closed and may(move, state))


def test_the_log_names_neither_the_need_nor_the_department(clerk) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    event = AuditEvent.objects.get(action="referral.send")
    assert (event.subject_kind, event.subject_id, event.detail) == ("referral", str(row.pk), {})
