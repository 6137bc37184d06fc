"""A wrong published value is taken back by two people, kept in history, and never forgotten by a replay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.policy import rulebook
from doudi.rulebook import actions
from doudi.rulebook.models import ParameterBlock, ParameterDraft, Withdrawal
from doudi.rulebook.queries.book import county_book
from tests.conftest import NOON, VILLAGE

pytestmark = pytest.mark.django_db
COUNTY, LATER = "533103", date(2027, 1, 1)
WRONG = "文件是 6000 元，少打了一个零"
AFTER = NOON + timedelta(hours=2)


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def publisher(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def published(drafter, publisher):
    """A rural standard of 600 yuan that has been published."""

    def publish(starts_on: date = LATER, **changes: object) -> ParameterBlock:
        draft = ParameterDraft.objects.create(
            title="农村低保标准", state="published", proposer=drafter, proposed_at=NOON, decided_by=publisher,
            decided_at=NOON,
        )  # fmt: skip
        return ParameterBlock.objects.create(
            **{"draft": draft, "name": "dibao_standard", "area": COUNTY, "residence": "rural", "starts_on": starts_on,
               "value": 60000, "source": "芒政发〔2026〕9号", "published_at": NOON} | changes
        )  # fmt: skip

    return publish


@pytest.fixture
def ask(drafter):
    return lambda block, **changes: actions.ask_withdrawal(
        **{"block": block, "reason": WRONG, "by": drafter, "at": NOON + timedelta(hours=1)} | changes
    )


def confirm(asked, by, **changes) -> None:
    actions.withdraw(**{"asked": asked, "note": "核对属实", "sign_off": False, "by": by, "at": AFTER} | changes)


def standard(on: date = LATER, known_at=None) -> object:
    return county_book(known_at).parameters.find("dibao_standard", VILLAGE, "rural", on).value


def test_after_a_withdrawal_the_value_before_holds_again(published, ask, publisher) -> None:
    block = published()
    assert standard() == 60000
    confirm(ask(block), publisher)
    assert standard() == 56000
    assert county_book() is rulebook()


def test_asking_alone_changes_nothing(published, ask) -> None:
    ask(published())
    assert standard() == 60000


def test_what_was_decided_meanwhile_comes_out_the_same_again(published, ask, publisher) -> None:
    block = published()
    confirm(ask(block), publisher)
    assert standard(known_at=AFTER - timedelta(minutes=1)) == 60000
    assert standard(known_at=AFTER) == 56000
    assert county_book(NOON).version != county_book(AFTER).version


def test_the_value_and_the_withdrawal_stay_in_the_record(published, ask, publisher) -> None:
    block = published()
    confirm(ask(block), publisher)
    block.refresh_from_db()
    assert (block.value, block.withdrawn_at, block.is_in_force) == (60000, AFTER, False)
    assert Withdrawal.objects.get().reason == WRONG
    events = AuditEvent.objects.filter(action__in=["policy.ask_withdrawal", "policy.withdraw"]).order_by("id")
    assert [(event.action, event.actor_id) for event in events] == [
        ("policy.ask_withdrawal", Withdrawal.objects.get().asked_by_id), ("policy.withdraw", publisher.pk),
    ]  # fmt: skip
    assert events[1].detail["reason"] == WRONG


def test_the_right_value_can_be_set_for_the_same_day_afterwards(published, ask, publisher, drafter) -> None:
    confirm(ask(published()), publisher)
    published(value=6000_00)
    assert standard() == 600000


def test_who_asked_does_not_confirm(published, ask, drafter, publisher) -> None:
    asked = ask(published())
    with pytest.raises(NotPermitted):
        confirm(asked, drafter)
    Withdrawal.objects.filter(pk=asked.pk).update(asked_by=publisher)
    with pytest.raises(Refused, match="两个人"):
        confirm(asked, publisher)


def test_the_database_knows_that_two_people_are_needed(published, ask, drafter) -> None:
    asked = ask(published())
    with pytest.raises(IntegrityError, match="withdrawal_confirmed_by_somebody_else"), transaction.atomic():
        Withdrawal.objects.filter(pk=asked.pk).update(state="confirmed", decided_by=drafter, decided_at=AFTER)


def test_a_value_that_already_holds_is_withdrawn_only_knowingly(published, ask, publisher) -> None:
    asked = ask(published(date(2026, 10, 1)))
    with pytest.raises(Refused, match="已经开始执行"), transaction.atomic():
        confirm(asked, publisher)
    confirm(asked, publisher, sign_off=True)
    assert AuditEvent.objects.get(action="policy.withdraw").detail["has_begun"] is True


def test_a_withdrawal_that_flips_a_law_case_is_signed_for(published, ask, publisher) -> None:
    other = published(date(2025, 7, 1), value=56000)
    asked = ask(other)
    flips = actions.flipped(county_book(), rulebook())
    assert flips == []
    confirm(asked, publisher, sign_off=True)
    assert AuditEvent.objects.get(action="policy.withdraw").detail["flips"] == []


@pytest.mark.parametrize("reason", ["", "  错 "])
def test_a_reason_must_be_given(published, ask, reason) -> None:
    with pytest.raises(Refused, match="原因"):
        ask(published(), reason=reason)


def test_nobody_asks_twice_at_once_but_again_after_a_refusal(published, ask, publisher) -> None:
    block = published()
    asked = ask(block)
    with pytest.raises(Refused, match="已有人申请"):
        ask(block)
    actions.keep_value(asked=asked, note="文件就是 600 元", by=publisher, at=AFTER)
    assert standard() == 60000
    assert ask(block).is_open


def test_who_asked_can_take_it_back(published, ask, drafter, publisher) -> None:
    asked = ask(published())
    actions.keep_value(asked=asked, note="看错了文件", by=drafter, at=AFTER)
    with pytest.raises(Refused, match="办结"):
        confirm(asked, publisher)


def test_what_is_not_in_force_is_not_withdrawn(published, ask, publisher) -> None:
    block = published(replaced_at=NOON)
    with pytest.raises(Refused, match="没有在执行"):
        ask(block)
    kept = published()
    asked = ask(kept)
    ParameterBlock.objects.filter(pk=kept.pk).update(replaced_at=AFTER)
    with pytest.raises(Refused, match="没有在执行"):
        confirm(asked, publisher)


def test_the_wall_lets_nobody_withdraw_without_a_confirmed_wish(published, publisher, as_web) -> None:
    block = published()
    with as_web(publisher), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        ParameterBlock.objects.filter(pk=block.pk).update(withdrawn_at=AFTER)


def test_the_wall_lets_no_drafter_confirm(published, ask, staff_with, as_web) -> None:
    asked = ask(published())
    other = staff_with(Role.COUNTY_CLERK, username="another")
    with as_web(other), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Withdrawal.objects.filter(pk=asked.pk).update(state="confirmed", decided_by=other, decided_at=AFTER)


def test_the_wall_keeps_a_withdrawn_value_withdrawn(published, ask, publisher, as_web) -> None:
    block = published()
    confirm(ask(block), publisher)
    with as_web(publisher):
        assert ParameterBlock.objects.filter(pk=block.pk).update(withdrawn_at=None) == 0
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM rulebook_withdrawal")


def test_the_whole_way_through_the_pages(published, drafter, publisher, client, as_web) -> None:
    def go(staff, path, **data):
        client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        with as_web(staff):
            return client.post(path, data) if data else client.get(path)

    block = published(date(2026, 10, 1))
    assert f"/policy/values/{block.pk}/withdraw/" in go(drafter, "/policy/parameters/dibao_standard/").content.decode()
    assert "560.00 元/月" in go(drafter, f"/policy/values/{block.pk}/withdraw/").content.decode()
    page = go(drafter, f"/policy/values/{block.pk}/withdraw/", reason=WRONG)["Location"]
    assert "等有发布权限的另一人确认" not in go(publisher, page).content.decode()
    assert go(publisher, f"{page}confirm/", note="核对属实").status_code == 422
    assert go(publisher, f"{page}confirm/", note="核对属实", sign_off="on").status_code == 302
    assert "已撤回" in go(drafter, page).content.decode()
    assert WRONG in go(drafter, "/policy/drafts/").content.decode()
    assert WRONG in go(drafter, "/policy/parameters/dibao_standard/").content.decode()
    assert go(drafter, f"/policy/values/{block.pk}/withdraw/", reason=WRONG).status_code == 422


def test_a_refusal_is_given_on_the_page(published, ask, drafter, publisher, clerk, client, as_web) -> None:
    asked = ask(published())
    client.force_login(clerk, backend="doudi.accounts.backend.StaffBackend")
    with as_web(clerk):
        assert "等有发布权限的另一人确认" in client.get(f"/policy/withdrawals/{asked.pk}/").content.decode()
        assert client.post(f"/policy/withdrawals/{asked.pk}/refuse/", {"note": "我不同意撤回"}).status_code == 403
    client.force_login(publisher, backend="doudi.accounts.backend.StaffBackend")
    with as_web(publisher):
        assert client.post(f"/policy/withdrawals/{asked.pk}/refuse/", {"note": ""}).status_code == 422
        assert client.post(f"/policy/withdrawals/{asked.pk}/refuse/", {"note": "文件属实"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_note) == ("refused", "文件属实")
