"""Files that come back: every row is matched once, what does not fit is listed, the money follows."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.jobs.models import Job
from doudi.payments.actions import returns, returns_deciding
from doudi.payments.banking.sheets import yuan
from doudi.payments.kinds import Afterwards, AnswerState, Book, LineState, RunState, TransferState
from doudi.payments.models import BankAnswer, BankReturn, PaymentLine
from doudi.payments.queries.bank import failed_of, failed_transfers, reconciliation_of, unsettled
from doudi.payments.queries.checking import check
from doudi.payments.queries.ledger import balance_of
from doudi.registry.actions.refusal import Refused

from .bank_world import (
    BACK_ON,
    SENT_ON,
    a_file,
    a_run,
    all_taken,
    answered,
    answers_to,
    done,
    lines,
    sent,
    states,
    taken,
    the_bank,
    transfers,
)
from .runs_world import RICH, People
from .world import COUNTY, at

LATER = date(2026, 11, 20)


def test_what_arrived_is_paid_and_what_did_not_is_failed(people: People) -> None:
    run = a_run(people)
    batch, _content = sent(people, run)
    answered(people, batch, "paid", "E07", "paid")
    assert states(lines(run)) == [LineState.PAID, LineState.FAILED, LineState.PAID]
    assert (balance_of(Book.PAID, COUNTY), balance_of(Book.RETURNED, COUNTY)) == (120_000, 60_000)
    assert (balance_of(Book.TRANSIT, COUNTY), balance_of(Book.SPENT, COUNTY)) == (0, 120_000)
    assert check() == []


def test_answers_may_come_in_parts(people: People) -> None:
    batch, _content = sent(people, run := a_run(people))
    answered(people, batch, "paid")
    assert states(lines(run)) == [LineState.PAID, LineState.LOCKED, LineState.LOCKED]
    answered(people, batch, "", "paid", "paid", on=LATER)
    assert set(states(lines(run))) == {LineState.PAID}
    assert check() == []


def test_the_same_file_twice_is_the_same_file(people: People) -> None:
    batch, _content = sent(people, a_run(people))
    content = a_file(batch.number, answers_to(batch, "paid", "paid", "paid"))
    first, again = taken(people, content), taken(people, content, name="回盘（2）.csv")
    assert first == again
    assert (BankReturn.objects.count(), BankAnswer.objects.count()) == (1, 3)


def test_the_same_answers_in_another_file_are_repeated_and_pay_nothing_twice(people: People) -> None:
    batch, _content = sent(people, a_run(people))
    answered(people, batch, "paid", "E07", "paid")
    file = taken(people, a_file(batch.number, answers_to(batch, "paid", "E07", "paid"), form="xlsx"))
    assert set(states(file.answers)) == {AnswerState.REPEATED}
    assert balance_of(Book.PAID, COUNTY) == 120_000
    assert check() == []


@pytest.mark.planted
def test_a_return_of_another_batch_moves_nothing_and_is_listed(people: People) -> None:
    batch, _content = sent(people, run := a_run(people))
    file = taken(people, a_file("533103-FF-202610-01-1", answers_to(batch, "paid", "paid", "paid")))
    assert set(states(file.answers)) == {AnswerState.FOREIGN}
    assert (set(states(lines(run))), unsettled().count()) == ({LineState.LOCKED}, 3)
    assert check() == []


@pytest.mark.planted
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fen": 60_001}, "金额：送出 600.00 元，回盘 600.01 元"),
        ({"number": "6217000000000000999"}, "账号与送出的不一致"),
        ({"holder": "岳勒望"}, "户名与送出的不一致"),
    ],
)
def test_an_answer_that_says_another_amount_account_or_holder_is_wrong(people: People, change: dict, said: str) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    file = answered(people, batch, "paid", **change)
    answer = file.answers.get()
    assert (answer.state, answer.said) == (AnswerState.WRONG, said)
    assert (states(lines(run)), check()) == ([LineState.LOCKED], [])


def test_a_character_the_bank_cannot_print_is_no_other_name(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "paid", holder="岳?旺")
    assert states(lines(run)) == [LineState.PAID]


@pytest.mark.planted
def test_an_answer_that_contradicts_an_earlier_one_moves_nothing(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "E07")
    file = answered(people, batch, "paid", on=LATER)
    assert states(file.answers) == [AnswerState.CONTRADICTS]
    assert (states(lines(run)), balance_of(Book.PAID, COUNTY), check()) == ([LineState.FAILED], 0, [])


def test_money_that_comes_back_after_it_arrived_is_failed_again(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 2))
    answered(people, batch, "paid", "paid")
    answered(people, batch, "R01", on=LATER)
    assert states(lines(run)) == [LineState.FAILED, LineState.PAID]
    assert (balance_of(Book.SPENT, COUNTY), balance_of(Book.RETURNED, COUNTY)) == (60_000, 60_000)
    assert check() == []


def test_the_two_answers_in_the_other_order_end_alike(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "R01", on=LATER)
    file = answered(people, batch, "paid", on=BACK_ON)
    assert (states(file.answers), file.answers.get().said) == (
        [AnswerState.MATCHED],
        "到账在先、退汇在后，已按退汇处理",
    )
    assert (states(lines(run)), balance_of(Book.RETURNED, COUNTY), check()) == ([LineState.FAILED], 60_000, [])


def test_money_that_comes_back_after_the_run_was_closed_opens_it_again(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "paid")
    returns_deciding.close_run(run=run, by=people.maker, at=at(BACK_ON))
    answered(people, batch, "R01", on=LATER)
    run.refresh_from_db()
    assert (run.state, run.done_at) == (RunState.SENT, None)


@pytest.mark.planted
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("合计,3,1800.00", "合计,3,1800.01"), "第 7 行：写的是 1800.01 元，各行合计"),
        (lambda text: text.replace("笔数,3", "笔数,4"), "第 2 行：写的是 4 笔，文件里是 3 笔"),
        (lambda text: text.split("合计")[0], "第 6 行：文件不完整"),
        (lambda text: "".join(text.splitlines(keepends=True)[:5]), "第 5 行：文件不完整"),
        (lambda text: text.replace("失败", "成功"), "第 8 行：校验码不符"),
        (lambda text: text.replace("校验码,", "校验码,0"), "第 8 行：校验码不符"),
        (lambda text: text.split("校验码")[0] + "校验码,\r\n", "第 8 行：没有校验码"),
        (lambda text: text.replace("代发回盘文件", "工资代发"), "第 1 行：这不是“代发回盘文件”"),
        (lambda text: text.replace("600.00,失败", "六百,失败"), "第 5 行：金额格式不正确"),
        (lambda text: text.replace(",失败,", ",不知道,"), "第 5 行：结果应写"),
        (lambda text: text.replace("账号", "号"), "第 3 行：缺少列：账号"),
        (lambda text: "", "第 1 行：文件是空的"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_or_not_the_banks_is_refused_with_its_line(people: People, spoil, said: str) -> None:
    batch, _content = sent(people, a_run(people))
    text = a_file(batch.number, answers_to(batch, "paid", "E07", "paid"), encoding="utf-8").decode("utf-8-sig")
    with pytest.raises(Refused, match=said):
        taken(people, spoil(text).encode())
    assert not BankReturn.objects.exists()


@pytest.mark.planted
def test_a_file_signed_with_another_key_is_refused(people: People) -> None:
    batch, _content = sent(people, a_run(people))
    with pytest.raises(Refused, match="不是约定的银行"):
        taken(people, a_file(batch.number, answers_to(batch, "paid"), key=b"forger"))
    assert not BankAnswer.objects.exists()


def test_a_dirty_file_is_read_all_the_same(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 2))
    text = a_file(batch.number, answers_to(batch, "paid", "paid"), encoding="utf-8").decode("utf-8-sig")
    dirty = text.replace("600.00,成功", '"６００.00 元",成功').replace("\r\n", "\r\n\r\n").replace("成功,,", " 成功 ,,")
    taken(people, dirty.encode("gb18030"))
    assert set(states(lines(run))) == {LineState.PAID}


def test_the_queue_says_why_and_what_helps(people: People) -> None:
    batch, _content = sent(people, run := a_run(people))
    answered(people, batch, "E07", "E03", "paid")
    found = failed_of(failed_transfers(people.maker, run))
    assert [(str(one.why.words), one.why.helps, one.state) for one in found] == [
        ("银行卡已注销", "card", "open"), ("户名与账号不一致", "correct", "open"),
    ]  # fmt: skip


def test_an_unmatched_answer_is_settled_by_a_person_with_a_reason(people: People) -> None:
    batch, _content = sent(people, a_run(people, 1))
    answer = answered(people, batch, "paid", fen=1).answers.get()
    with pytest.raises(Refused, match="至少 4 个字"):
        returns.settle(answer=answer, because="好", by=people.maker)
    returns.settle(answer=answer, because="银行打错金额，已要求重出回盘", by=people.maker)
    assert not unsettled().exists()
    with pytest.raises(Refused, match="刚有人处理过"):
        returns.settle(answer=answer, because="再说明一遍", by=people.maker)


def test_a_rejection_that_the_bank_takes_back_is_believed_once(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    answered(people, batch, "E99")
    answer = answered(people, batch, "paid", on=LATER).answers.get()
    returns_deciding.believe(answer=answer, because="银行来函确认已入账", by=people.maker, at=at(LATER))
    assert (states(lines(run)), balance_of(Book.PAID, COUNTY), check()) == ([LineState.PAID], 60_000, [])
    with pytest.raises(Refused, match="刚有变化"):
        returns_deciding.believe(answer=answer, because="银行来函确认已入账", by=people.maker, at=at(LATER))


def test_two_files_of_two_people_at_once_are_both_kept_and_pay_once(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    contents = [a_file(batch.number, answers_to(batch, "paid"), form=form) for form in ("csv", "xlsx")]
    said = {"county": COUNTY, "by": people.maker, "at": at(BACK_ON)}
    files = [returns.take_return(content=c, name=f"{n}.csv", **said)[0] for n, c in enumerate(contents)]
    for file in reversed(files):
        done(Job.objects.get(pk=file.job_id), at(BACK_ON))
    assert sorted(BankAnswer.objects.values_list("state", flat=True)) == [AnswerState.MATCHED, AnswerState.REPEATED]
    assert (states(lines(run)), check()) == ([LineState.PAID], [])


def test_the_four_sides_agree_to_the_fen(people: People) -> None:
    batch, _content = sent(people, run := a_run(people))
    answered(people, batch, "paid", "E07")
    told = reconciliation_of(run)
    assert (told.due.fen, told.granted_fen, told.sent_fen) == (180_000, 180_000, 180_000)
    assert (told.paid.fen, told.failed.fen, told.under_way.fen) == (60_000, 60_000, 60_000)
    assert (told.sum.count, told.difference_fen, yuan(told.sum.fen)) == (3, 0, "1800.00")


def test_a_run_is_not_closed_before_everything_is_decided(people: People) -> None:
    batch, _content = sent(people, run := a_run(people))
    answered(people, batch, "paid", "E07")
    with pytest.raises(Refused) as refusal:
        returns_deciding.close_run(run=run, by=people.maker, at=at(BACK_ON))
    assert [p.message for p in refusal.value.problems] == ["还有 1 笔银行没有回盘。", "还有 1 笔未到账没有处理完。"]


def test_a_troublesome_bank_is_reconciled_all_the_same(people: People) -> None:
    batch, content = sent(people, run := a_run(people, 8))
    trouble = {"reject": 0.3, "returned": 0.3, "spread_days": 3, "twice": 1.0, "foreign": 1.0, "truncated": 1.0,
               "forged": 1.0, "shuffled": True}  # fmt: skip
    bank = the_bank(7, **trouble)
    bank.submit(content, on=SENT_ON)
    refused = [why for day in range(10, 30) for why in all_taken(people, bank.fetch(on=date(2026, 11, day)), on=LATER)]
    assert refused
    assert all("第" in why for why in refused)
    truth = {n: fen > 0 for (number, n), fen in bank.paid_fen.items() if number == batch.number}
    assert [one.state == TransferState.PAID for one in transfers(batch)] == [truth.get(n, False) for n in range(1, 9)]
    assert check() == []
    assert balance_of(Book.FUND, COUNTY) == RICH - 8 * 60_000
    assert PaymentLine.objects.filter(run=run, state=LineState.LOCKED).count() == 0


def test_what_is_given_up_goes_back_to_its_fund_and_says_whether_its_month_comes_again(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 2))
    answered(people, batch, "E07", "E05")
    said = {"by": people.maker, "at": at(BACK_ON)}
    for transfer, afterwards in zip(transfers(batch), (Afterwards.NEVER, Afterwards.LATER), strict=True):
        returns_deciding.give_up(transfer=transfer, because="本人已去世", afterwards=afterwards, **said)
    assert list(lines(run).order_by("pk").values_list("state", "afterwards")) == [
        ("closed", "never"),
        ("closed", "later"),
    ]
    assert (balance_of(Book.FUND, COUNTY), balance_of(Book.COMMITTED, COUNTY)) == (RICH, 0)
    assert check() == []


def test_a_line_decided_by_two_people_is_decided_once(people: People) -> None:
    batch, _content = sent(people, a_run(people, 1))
    answered(people, batch, "E07")
    said = {"transfer": transfers(batch)[0], "because": "已经核实", "by": people.maker, "at": at(BACK_ON)}
    returns_deciding.give_up(**said)
    with pytest.raises(Refused, match="刚有变化"):
        returns_deciding.send_again(account=said["transfer"].account, **said)
    assert batch.run.batches.count() == 1


def test_what_failed_is_sent_again_in_a_further_file_and_arrives(people: People) -> None:
    batch, _content = sent(people, run := a_run(people, 2))
    answered(people, batch, "paid", "E99")
    failed = transfers(batch)[1]
    returns_deciding.send_again(
        transfer=failed, account=failed.account, because="银行系统已恢复", by=people.maker, at=at(BACK_ON)
    )
    second, _content = sent(people, run, on=LATER)
    assert (second.number[-2:], second.transfers_count, check()) == ("-2", 1, [])
    answered(people, second, "paid", on=LATER)
    returns_deciding.close_run(run=run, by=people.maker, at=at(LATER))
    assert (run.state, balance_of(Book.PAID, COUNTY), check()) == (RunState.DONE, 120_000, [])
