"""Sending a locked run to the bank: who may, what the file says, what the books say, and once only."""

from __future__ import annotations

import pytest

from doudi.accounts.scope import NotPermitted
from doudi.jobs import runner
from doudi.payments.actions import accounts, bank
from doudi.payments.actions.posting import About, account, pair, post
from doudi.payments.banking.port import NotTaken
from doudi.payments.banking.reading import read_sent
from doudi.payments.banking.sheets import bank_key
from doudi.payments.kinds import Book, EntryKind, RunState
from doudi.payments.models import BankBatch, Fund, PaymentRun, Transfer
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of
from doudi.registry.actions.refusal import Refused
from tests.registry.world import draft

from .bank_world import PLACE, SENT_ON, a_run, by_hand, done, file_of, good_number, lines, sent, the_bank
from .runs_world import RICH, People, a_county, on_dibao
from .world import COUNTY, DAY, at


def test_the_file_holds_every_line_with_its_account_and_purpose(people: People) -> None:
    run = a_run(people)
    batch, content = sent(people, run)
    sheet = read_sent(content, bank_key(COUNTY))
    assert (sheet.batch, len(sheet.rows), sheet.fen) == (batch.number, 3, run.total_fen)
    first, line = sheet.rows[0], lines(run).select_related("account").earliest("pk")
    assert (first.holder, first.number) == (line.account.holder, line.account.number)
    assert (first.purpose, first.remark) == ("低保金", "2026年11月")


def test_sending_moves_the_run_and_puts_the_money_on_its_way(people: People) -> None:
    run = a_run(people)
    batch, _content = sent(people, run)
    assert (run.state, batch.transfers_count, len(batch.digest)) == (RunState.SENT, 3, 64)
    assert balance_of(Book.TRANSIT, COUNTY) == run.total_fen
    assert balance_of(Book.FUND, COUNTY) == RICH - run.total_fen
    assert check() == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_the_file_comes_in_the_form_and_encoding_the_bank_reads(people: People, form: str, encoding: str) -> None:
    batch, content = sent(people, a_run(people, 1), form=form, encoding=encoding)
    assert read_sent(content, bank_key(COUNTY)).batch == batch.number
    assert (content[:2] == b"PK") == (form == "xlsx")


def test_a_name_that_the_encoding_lacks_is_named_with_its_line(people: People) -> None:
    a_county(people)
    run = by_hand(people, [on_dibao(people), on_dibao(people, head=draft(name="刀𤩽芳"))])
    job = bank.start_send(run=run, by=people.maker, at=at(SENT_ON), encoding="gbk")
    runner.run(job.pk, clock=lambda: at(SENT_ON))
    job.refresh_from_db()
    assert job.message == "第 5 行的“𤩽”（U+24A7D）不在 GBK 字库里，请改用 GB18030 或 UTF-8 重新生成。"
    done(bank.start_send(run=run, by=people.maker, at=at(SENT_ON), encoding="gb18030"), at(SENT_ON))
    assert check() == []


def test_a_file_can_be_had_once_more_and_says_the_same(people: People) -> None:
    batch, content = sent(people, a_run(people))
    job = done(
        bank.start_again(batch=batch, by=people.maker, at=at(SENT_ON), form="xlsx", encoding="utf-8"), at(SENT_ON)
    )
    assert read_sent(file_of(job), bank_key(COUNTY)) == read_sent(content, bank_key(COUNTY))
    assert (Transfer.objects.count(), BankBatch.objects.count()) == (3, 1)


def test_two_people_who_send_at_once_get_the_same_job(people: People) -> None:
    run = a_run(people)
    first = bank.start_send(run=run, by=people.maker, at=at(SENT_ON))
    assert bank.start_send(run=run, by=people.maker, at=at(SENT_ON)) == first
    done(first, at(SENT_ON))
    with pytest.raises(Refused, match="没有等待送银行"):
        bank.start_send(run=run, by=people.maker, at=at(SENT_ON))
    assert Transfer.objects.count() == 3


def test_a_run_that_is_not_locked_is_not_sent(people: People) -> None:
    run = a_run(people, 1)
    run.state = RunState.CHECKED
    PaymentRun.objects.filter(pk=run.pk).update(state=RunState.CHECKED)
    with pytest.raises(Refused, match="还没有锁定"):
        bank.start_send(run=run, by=people.maker, at=at(SENT_ON))


def test_who_approved_a_run_does_not_send_it(people: People) -> None:
    with pytest.raises(NotPermitted):
        bank.start_send(run=a_run(people, 1), by=people.finance, at=at(SENT_ON))


def test_an_account_with_too_little_money_sends_nothing(people: People) -> None:
    a_county(people, fen=60_000)
    run = by_hand(people, [on_dibao(people)])
    fund = Fund.objects.get(code="ZY")
    posted(
        people, pair(account(Book.FUND, place=PLACE, fund=fund), account(Book.SOURCE, place=PLACE, fund=fund), 20_000)
    )
    with pytest.raises(Refused, match=r"专户只有 400\.00 元"):
        bank.start_send(run=run, by=people.maker, at=at(SENT_ON))
    assert not BankBatch.objects.exists()


def posted(people: People, moves: object) -> None:
    """Money leaves the fund for something else."""
    post(
        kind=EntryKind.INFLOW, about=About("test", "1", "1"), moves=moves, text="划回", place=PLACE, by=people.finance,
        on=SENT_ON, at=at(SENT_ON),
    )  # fmt: skip


def test_a_name_that_differs_and_nobody_checked_is_not_paid(people: People) -> None:
    a_county(people)
    award = on_dibao(people, card=False)
    said = {"number": good_number(), "bank": "农信社", "because": "首次登记", "on": DAY, "at": at(DAY)}
    card = accounts.register_account(
        person=award.household.head, holder="岳勒望", differs_because="银行卡用字如此", by=people.clerk, **said
    )
    run = by_hand(people, [award])
    with pytest.raises(Refused, match="户名与姓名不同"):
        bank.start_send(run=run, by=people.maker, at=at(SENT_ON))
    accounts.check_account(account=card, because="看过卡和身份证", by=people.checker, at=at(SENT_ON))
    assert sent(people, run)[0].transfers_count == 1


def test_the_bank_takes_the_file_once(people: People) -> None:
    batch, content = sent(people, a_run(people))
    bank_ = the_bank()
    assert bank_.submit(content, on=SENT_ON).fen == batch.total_fen
    with pytest.raises(NotTaken, match="已经受理过"):
        bank_.submit(content, on=SENT_ON)
