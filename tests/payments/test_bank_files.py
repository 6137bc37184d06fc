"""Files between county and bank: round trips, what an encoding lacks, the contract kept by the simulator."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some

from doudi.payments.banking.port import Bank
from doudi.payments.banking.reading import BadFile, read_answered, read_sent
from doudi.payments.banking.sheets import ANSWERED, SENT, Answer, Instruction, Sheet, plain
from doudi.payments.banking.simulator import Habits, SimulatedBank
from doudi.payments.banking.wording import purpose_of, remark_of
from doudi.payments.banking.writing import Unwritable, write
from doudi.registry.names import HAN

from .bank_contract import DAY, KEY_SAID, SHEET, BankContract

NAMES = some.text(
    some.sampled_from([chr(c) for first, last in HAN for c in (first, last)] + list("岳旺·A ")), min_size=1
)


class TestTheSimulator(BankContract):
    """The bank to practise with keeps the contract."""

    def a_bank(self) -> Bank:
        return SimulatedBank(self.KEY, seed=3, habits=Habits(reject=0.4, spread_days=3, shuffled=True))


@pytest.mark.parametrize(("form", "encoding"), [("csv", "gb18030"), ("csv", "utf-8"), ("xlsx", "gb18030")])
@settings(deadline=None)
@given(holder=NAMES, fen=some.integers(1, 10**9))
def test_whatever_is_written_is_read_again(form: str, encoding: str, holder: str, fen: int) -> None:
    row = Instruction(1, holder, "6217000000000000", fen, "低保金", "2026年11月")
    content, _digest = write(Sheet(SENT, "B-1", DAY, [row]), KEY_SAID, form=form, encoding=encoding)
    (found,) = read_sent(content, KEY_SAID).rows
    assert (found.fen, found.holder.replace(" ", "")) == (fen, plain(holder).replace(" ", ""))


def test_a_character_that_gbk_lacks_is_named() -> None:
    with pytest.raises(Unwritable, match="第 4 行的“𤩽”"):
        write(SHEET, KEY_SAID, encoding="gbk")


@pytest.mark.planted
def test_an_account_that_a_spreadsheet_rounded_is_refused_with_its_line() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [ANSWERED.title, "V1"])
        page.write_row(1, 0, ["批次号", "B-1", "日期", "2026-11-09", "笔数", "1", "金额", "1.00"])
        page.write_row(2, 0, ANSWERED.columns)
        page.write_row(3, 0, [1, "岳勒旺", 6217000000000000123, 1.0, "成功", "", "", "2026-11-09"])
        page.write_row(4, 0, ["合计", 1, 1.0])
        page.write_row(5, 0, ["校验码", "00"])
    with pytest.raises(BadFile, match="第 4 行：账号被表格软件当作数字保存"):
        read_answered(stream.getvalue(), KEY_SAID)


def test_columns_in_another_order_and_titles_above_are_read() -> None:
    rows = [Answer(1, "岳勒旺", "6217000000000000", 100, "paid", "", "", DAY)]
    text = write(Sheet(ANSWERED, "B-1", DAY, rows), KEY_SAID, encoding="utf-8")[0].decode("utf-8-sig")
    first, head, _headings, row, *end = text.splitlines()
    cells = row.split(",")
    turned = ["账号,序号,户名,金额（元）,结果,代码,说明,日期", ",".join([cells[2], cells[0], cells[1], *cells[3:]])]
    found = read_answered("\n".join([first, head, "", *turned, *end]).encode("gb18030"), KEY_SAID)
    assert (found.rows[0].number, found.rows[0].line) == ("6217000000000000", 5)


def test_the_same_seed_answers_alike() -> None:
    def answers(seed: int) -> list[str]:
        bank = SimulatedBank(KEY_SAID, seed, Habits(reject=0.5))
        bank.submit(write(SHEET, KEY_SAID)[0], on=DAY)
        return [row.result for file in bank.fetch(on=DAY) for row in read_answered(file.content, KEY_SAID).rows]

    assert answers(1) == answers(1)
    assert any(answers(1) != answers(seed) for seed in range(2, 9))


def test_the_slip_says_what_it_is_for() -> None:
    assert (purpose_of("tekun", "main"), purpose_of("tekun", "care")) == ("特困供养金", "照料护理费")
    assert remark_of("arrears", date(2026, 9, 1)) == "补发2026年9月"
