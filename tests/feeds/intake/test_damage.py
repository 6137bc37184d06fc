"""Files damaged at any byte: they are read or refused with a sentence, and never end the process that reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.feeds.contracts import CONTRACTS
from doudi.feeds.reading import Unreadable, take
from doudi.feeds.reading import sheets as child
from doudi.feeds.reading.opening import open_file
from tests.feeds.corpus.case import BILLS, HEADINGS, ON, as_csv, as_xlsx
from tests.feeds.corpus.oldbook import as_xls

ALL = [HEADINGS, *BILLS]
TEXT, BOOK, OLD = as_csv(ALL, "gbk"), as_xlsx(ALL), as_xls(ALL)
cuts = st.integers(0, 10_000)
FILES = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
BOOKS = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))


def damaged(content: bytes, at: int, long: int, put: bytes) -> bytes:
    place = at % len(content)
    return content[:place] + put + content[place + long :]


def survives(content: bytes, folder: Path) -> None:
    path = folder / "arrived"
    path.write_bytes(content)
    said = "。"
    try:
        take(path, "bills", CONTRACTS["medical"], ON)
    except Unreadable as refused:
        said = str(refused)
    assert said.endswith("。")


@FILES
@given(at=cuts, long=st.integers(0, 30), put=st.binary(max_size=8))
def test_a_text_damaged_anywhere_is_read_or_refused(tmp_path: Path, at: int, long: int, put: bytes) -> None:
    survives(damaged(TEXT, at, long, put), tmp_path)


@BOOKS
@given(at=cuts, long=st.integers(0, 30), put=st.binary(max_size=8))
def test_a_workbook_damaged_anywhere_is_read_or_refused(tmp_path: Path, at: int, long: int, put: bytes) -> None:
    survives(damaged(BOOK, at, long, put), tmp_path)


@BOOKS
@given(at=cuts, long=st.integers(0, 30), put=st.binary(max_size=8))
def test_an_old_workbook_damaged_anywhere_is_read_or_refused(tmp_path: Path, at: int, long: int, put: bytes) -> None:
    survives(damaged(OLD, at, long, put), tmp_path)


@pytest.mark.planted
def test_a_workbook_that_takes_more_than_its_memory_ends_only_the_process_that_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = tmp_path / "greedy.py"
    text = Path(child.__file__).read_text(encoding="utf-8")
    greedy.write_text(text.replace("    book = ", "    bytearray(8 * 1024**3)\n        book = ", 1), encoding="utf-8")
    path = tmp_path / "bills.xls"
    path.write_bytes(OLD)
    assert open_file(path, "bills.xls").tables
    monkeypatch.setattr(child, "__file__", str(greedy))
    with pytest.raises(Unreadable, match="打不开"):
        open_file(path, "bills.xls")
