"""What any bank behind the port must keep: a class of tests, run on the simulator and on whatever adapter comes.

An adapter's test subclasses it and gives `a_bank` (a fresh bank that shares the key) and `KEY`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from doudi.payments.banking.port import Bank, NotTaken
from doudi.payments.banking.reading import read_answered
from doudi.payments.banking.sheets import SENT, Instruction, Sheet
from doudi.payments.banking.writing import write

DAY = date(2026, 11, 9)
KEY_SAID = b"shared with the bank on paper"
ROWS = [Instruction(n, "刀𤩽芳", f"621700000000000{n:04d}", 60_000 + n, "低保金", "2026年11月") for n in range(1, 6)]
SHEET = Sheet(SENT, "533103-FF-202611-01-1", DAY, ROWS)


class BankContract:
    """The promises of `banking.port.Bank`."""

    KEY = KEY_SAID

    def a_bank(self) -> Bank:
        """A fresh bank that shares the key."""
        raise AssertionError("say which bank")

    @pytest.mark.parametrize(("form", "encoding"), [("csv", "gb18030"), ("csv", "utf-8"), ("xlsx", "utf-8")])
    def test_it_takes_a_file_whole_and_says_what_it_counted(self, form: str, encoding: str) -> None:
        receipt = self.a_bank().submit(write(SHEET, self.KEY, form=form, encoding=encoding)[0], on=DAY)
        assert (receipt.batch, receipt.count, receipt.fen) == (SHEET.batch, 5, SHEET.fen)

    def test_it_takes_a_batch_once(self) -> None:
        bank, content = self.a_bank(), write(SHEET, self.KEY)[0]
        bank.submit(content, on=DAY)
        with pytest.raises(NotTaken):
            bank.submit(content, on=DAY)

    def test_it_refuses_a_file_that_does_not_add_up_or_was_cut_or_forged(self) -> None:
        content = write(SHEET, self.KEY)[0]
        spoilt = [content.replace(b"600.01", b"600.02", 1), content[:-80], write(SHEET, b"forger")[0], b""]
        for one in spoilt:
            with pytest.raises(NotTaken):
                self.a_bank().submit(one, on=DAY)

    def test_it_answers_every_row_once_as_it_was_sent(self) -> None:
        bank = self.a_bank()
        bank.submit(write(SHEET, self.KEY)[0], on=DAY)
        found = [read_answered(f.content, self.KEY) for f in bank.fetch(on=DAY + timedelta(days=60))]
        assert {sheet.batch for sheet in found} == {SHEET.batch}
        said = sorted((a.sequence, a.holder, a.number, a.fen) for sheet in found for a in sheet.rows)
        assert said == [(r.sequence, r.holder, r.number, r.fen) for r in ROWS]

    def test_it_hands_a_file_out_once(self) -> None:
        bank = self.a_bank()
        bank.submit(write(replace(SHEET, rows=ROWS[:1]), self.KEY)[0], on=DAY)
        later = DAY + timedelta(days=60)
        assert bank.fetch(on=later)
        assert not bank.fetch(on=later)
