"""A file for the bank is proven before anybody gets it; the quick look believes nothing a bank would read otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from doudi.payments.banking import proving, sheets
from doudi.payments.banking.reading import BadFile, read_sent
from doudi.payments.banking.sheets import SENT, Instruction, Sheet, digest_of, plain
from doudi.payments.banking.writing import Unwritable, write

from .bank_contract import DAY, KEY_SAID

PLAIN = Sheet(
    SENT, "B-1", DAY, [Instruction(n, "岳勒旺", f"62170000000{n:05d}", 100 * n, "低保金") for n in range(1, 9)]
)
CELLS = some.text(some.sampled_from("岳a '=\u3000\u00a0（ＡA\u0301é−–\u200b\ufeff\x1f\n\r\t\",;，·"), max_size=5)


def prove(sheet: Sheet, content: bytes) -> None:
    digest = digest_of(SENT, sheet.batch, sheet.day, [row.cells() for row in sheet.rows], KEY_SAID)
    proving.prove(content, sheet.face, digest, KEY_SAID)


@pytest.fixture
def read_whole(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that were read as the bank reads them, because a quick look was not enough."""
    found: list[bytes] = []
    monkeypatch.setattr(proving, "read_sent", lambda content, key: found.append(content) or read_sent(content, key))
    return found


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8"])
def test_a_file_like_most_is_proven_without_making_anything_of_its_rows(encoding: str, read_whole: list[bytes]) -> None:
    prove(PLAIN, write(PLAIN, KEY_SAID, encoding=encoding)[0])
    assert read_whole == []


@pytest.mark.parametrize(
    ("holder", "number", "is_refused"),
    [
        ("'岳勒旺", "6217", True),
        ("岳勒旺", "6217 0000", True),
        ("岳勒旺", "'6217", True),
        ("岳勒旺", "６２１７", False),
    ],
)
def test_a_cell_that_could_be_read_otherwise_is_left_to_the_reader(
    holder: str, number: str, is_refused: bool, read_whole: list[bytes]
) -> None:
    sheet = Sheet(SENT, "B-1", DAY, [Instruction(1, holder, number, 100)])
    content = write(sheet, KEY_SAID)[0]
    refused = False
    try:
        prove(sheet, content)
    except BadFile:
        refused = True
    assert read_whole == [content]
    assert refused == is_refused


def test_a_spreadsheet_is_read_as_the_bank_reads_it(read_whole: list[bytes]) -> None:
    content = write(PLAIN, KEY_SAID, form="xlsx")[0]
    prove(PLAIN, content)
    assert read_whole == [content]


def _without_a_row(lines: list[str]) -> list[str]:
    return lines[:5] + lines[6:]


def _twice(lines: list[str]) -> list[str]:
    return [*lines[:5], *lines[4:]]


def _another_amount(lines: list[str]) -> list[str]:
    return [line.replace("3.00", "4.00") if line.startswith("3,") else line for line in lines]


def _two_changed_places(lines: list[str]) -> list[str]:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def _another_name(lines: list[str]) -> list[str]:
    return [line.replace("岳勒旺", "岳勒望", 1) for line in lines]


def _cut(lines: list[str]) -> list[str]:
    return lines[:-1]


@pytest.mark.planted
@pytest.mark.parametrize(
    "change",
    [_without_a_row, _twice, _another_amount, _two_changed_places, _another_name, _cut],
)
def test_a_file_that_is_not_what_it_was_written_from_is_refused(change: Callable[[list[str]], list[str]]) -> None:
    lines = write(PLAIN, KEY_SAID)[0].decode("gb18030").splitlines()
    with pytest.raises(BadFile):
        prove(PLAIN, "\r\n".join(change(lines)).encode("gb18030"))


@pytest.mark.planted
def test_rows_behind_the_end_are_not_believed_at_a_quick_look(read_whole: list[bytes]) -> None:
    content = write(PLAIN, KEY_SAID)[0] + "9,岳勒旺,6217000000000009,9.00,低保金,\r\n".encode("gb18030")
    prove(PLAIN, content)
    assert read_whole == [content]


@pytest.mark.planted
def test_a_whole_and_signed_file_of_other_rows_is_refused() -> None:
    other = Sheet(SENT, "B-1", DAY, PLAIN.rows[:-1])
    with pytest.raises(BadFile, match="控制总数不符"):
        prove(PLAIN, write(other, KEY_SAID)[0])


@settings(deadline=None, max_examples=300)
@given(rows=some.lists(some.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
@example(rows=[("a\x1f", "b", "")])
@example(rows=[("a", "b\nc", "")])
def test_what_is_digested_by_the_block_is_what_is_digested_cell_by_cell(rows: list[tuple[str, str, str]]) -> None:
    one_by_one = "".join("\x1f".join(map(plain, row)) + "\n" for row in rows)
    assert sheets._canonical(rows) == one_by_one


@settings(deadline=None, max_examples=300)
@given(holder=CELLS, remark=CELLS)
def test_the_quick_look_believes_only_what_the_reader_reads(holder: str, remark: str) -> None:
    sheet = Sheet(SENT, "B-1", DAY, [Instruction(1, holder, "6217000000000001", 100, "低保金", remark)])
    content, digest = write(sheet, KEY_SAID)
    if proving._holds(content, sheet.face, digest, KEY_SAID):
        (row,) = read_sent(content, KEY_SAID).rows
        assert row.cells() == tuple(map(plain, sheet.rows[0].cells()))


def test_a_character_that_an_encoding_lacks_is_named_with_its_line_in_a_later_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "ROWS_A_BLOCK", 2)
    rows = [*PLAIN.rows[:4], Instruction(5, "岳𤩽", "6217000000000005", 100)]
    with pytest.raises(Unwritable, match="第 8 行的“𤩽”"):
        write(Sheet(SENT, "B-1", DAY, rows), KEY_SAID, encoding="gbk")


def test_blocks_change_nothing_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write(PLAIN, KEY_SAID, encoding="utf-8")
    monkeypatch.setattr(sheets, "ROWS_A_BLOCK", 3)
    assert write(PLAIN, KEY_SAID, encoding="utf-8") == whole
    prove(PLAIN, whole[0])
