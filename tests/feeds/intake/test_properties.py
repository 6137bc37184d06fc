"""What holds of any cell and any file: both ways of reading agree, what is written is read back, nothing is lost."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from doudi.feeds.contracts import CONTRACTS, Column
from doudi.feeds.reading import cut, open_file
from doudi.feeds.reading.cells import read_column, tidy
from doudi.feeds.reading.checks import checked
from doudi.feeds.reading.headings import Headings
from doudi.feeds.reading.mapping import guess
from doudi.feeds.reading.spelling import Odd, day, fen, resident_id
from doudi.kernel.resident_id import impossible_id
from tests.feeds.corpus.case import BILLS, HEADINGS, ON

settings.register_profile("files", deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
FILES = settings.get_profile("files")
AMOUNT = Column("x", "金额", (), "fen")
NUMBER = Column("x", "号码", (), "resident_id")
DAY = Column("x", "日期", (), "date")
births = st.dates(date(1900, 1, 1), date(2026, 1, 1))
numbers = st.builds(impossible_id, births, st.sampled_from([1, 2]), st.integers(0, 499)).map(lambda n: n.number)
spoilt = st.builds(
    lambda number, place, sign: number[:place] + sign + number[place + 1 :],
    numbers, st.integers(0, 17), st.sampled_from("0123456789Xx O"),
)  # fmt: skip
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)
tables = st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=8)


def _column(texts: list[str], column: Column) -> pl.Series:
    return read_column(tidy(pl.Series(texts, dtype=pl.String)), column, ON).value


def _one(read: object, text: str, column: Column) -> object:
    try:
        return read(text, column, ON, "")  # type: ignore[operator]
    except Odd:
        return None


@FILES
@given(st.lists(numbers | spoilt, min_size=1, max_size=20))
def test_a_number_is_valid_by_the_column_exactly_when_it_is_valid_by_itself(texts: list[str]) -> None:
    assert _column(texts, NUMBER).to_list() == [_one(resident_id, text, NUMBER) for text in texts]


@FILES
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=20))
def test_an_amount_written_in_yuan_is_read_back_to_the_fen(amounts: list[int]) -> None:
    texts = [f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}" for amount in amounts]
    assert _column(texts, AMOUNT).to_list() == amounts
    assert [fen(text, AMOUNT, ON, "") for text in texts] == amounts


@FILES
@given(
    st.lists(st.dates(date(1900, 1, 1), ON), min_size=1, max_size=20), st.sampled_from(["-", "", "/", ".", "年月日"])
)
def test_a_day_is_read_back_however_it_is_written(days: list[date], style: str) -> None:
    texts = [f"{at.year}年{at.month}月{at.day}日" if style == "年月日" else f"{at:%Y{style}%m{style}%d}" for at in days]
    assert _column(texts, DAY).to_list() == days
    assert [day(text, DAY, ON, "") for text in texts] == days


@FILES
@given(cells)
def test_no_text_makes_a_cell_fail_but_with_a_sentence(text: str) -> None:
    for column in CONTRACTS["medical"].columns:
        read = read_column(tidy(pl.Series([text], dtype=pl.String)), column, ON)
        assert read.value[0] is None or read.problem[0] is None


@FILES
@given(tables)
def test_lines_cut_by_the_column_are_those_cut_by_the_row(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["甲", "乙", "丙"], *rows])
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    table = open_file(path, "table.csv").tables[0]
    headings = Headings(("甲", "乙", "丙"), 1)
    quick = cut.by_column(table, headings)
    assume(quick is not None)  # lines that cannot be cut one by one are read by the row
    assert quick.rows() == cut.by_row(table, headings).rows()


@FILES
@given(st.permutations(range(len(HEADINGS))), st.lists(st.sampled_from(BILLS), min_size=1, max_size=6), st.data())
def test_every_row_is_either_good_or_rejected_and_never_both(
    order: list[int], bills: list, data: st.DataObject
) -> None:
    cells_of = [[data.draw(st.sampled_from([cell, "", "x"])) for cell in bill] for bill in bills]
    frame = pl.DataFrame(cells_of, schema=HEADINGS, orient="row").with_row_index("#row").cast({"#row": pl.Int64})
    contract = CONTRACTS["medical"]
    shuffled = frame.select("#row", *(HEADINGS[place] for place in order))
    told = checked(shuffled, contract, guess(HEADINGS, contract), ON)
    good, bad = set(told.good["#row"]), set(told.rejects["#row"])
    assert good | bad == set(frame["#row"])
    assert not good & bad
