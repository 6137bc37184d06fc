"""The files are the same for the same seed, dirty as real ones, and name nobody who can exist."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from doudi.demo.county import County
from doudi.demo.feeds import recent_files, write_list, write_year
from doudi.demo.feeds.offices import OFFICES
from doudi.demo.feeds.writing import headings
from doudi.feeds.contracts import CONTRACTS
from doudi.feeds.reading import checked, frame_of, guess, open_file

from .conftest import Year

ANY_NUMBER = re.compile(r"(?<!\d)[0-9０-９]{17}[0-9０-９XxＸ](?!\d)|(?<![\d.A-Z])\d{15}(?!\d)")
ON = date(2026, 11, 30)


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.*"))
    }


def test_the_same_county_gives_the_same_files_byte_for_byte(county: County, year: Year, tmp_path: Path) -> None:
    write_year(county, tmp_path)
    assert digest(tmp_path) == digest(year.folder)


def test_every_office_of_the_demo_has_files_by_a_contract(year: Year) -> None:
    assert {sheet.source for sheet in year.sheets} == set(OFFICES) <= set(CONTRACTS)


@pytest.mark.parametrize("key", OFFICES)
def test_every_row_is_read_or_refused_as_expected(year: Year, key: str) -> None:
    contract = CONTRACTS[key]
    for sheet in (sheet for sheet in year.sheets if sheet.source == key):
        path = year.folder / sheet.file
        found = frame_of(open_file(path, path.name), contract)
        mapping = guess(found.headings.texts, contract, unit=found.headings.unit)
        result = checked(found.frame, contract, mapping, ON, cut=found.cut)
        assert (mapping.sure, mapping.unknown) == (True, ()), sheet.file
        assert (result.rows, result.rejected) == (sheet.rows, sheet.bad + sheet.again), sheet.file


def test_headings_of_a_file_are_all_different() -> None:
    for key, office in OFFICES.items():
        for late in (False, True):
            found = headings(CONTRACTS[key], CONTRACTS[key].names, office, late)
            assert len(set(found)) == len(found)


def test_no_number_can_be_that_of_a_living_person(year: Year) -> None:
    for path in year.folder.rglob("*.*"):
        if path.suffix in (".csv", ".json", ".jsonl"):
            text = path.read_bytes().decode("gb18030" if path.suffix == ".csv" else "utf-8", errors="ignore")
            wrong = [n for n in ANY_NUMBER.findall(text) if not n.startswith(("533199", "５３３１９９"))]
            assert not wrong, (path.name, wrong[:3])


@pytest.mark.planted
def test_a_number_of_another_region_would_be_noticed() -> None:
    assert ANY_NUMBER.findall("姓名,533103199001011234,1")


def test_files_of_the_year_have_every_trouble(year: Year) -> None:
    assert {s.trouble for s in year.sheets} >= {"twice", "later", "wrong", "corrected", "mangled"}
    assert sum(s.source == "unemployment" for s in year.sheets) == 11


def test_the_file_sent_twice_is_the_same_and_the_corrected_one_is_not(year: Year) -> None:
    def bytes_of(source: str, month: str) -> list[bytes]:
        sheets = [s for s in year.sheets if s.source == source and s.month == month]
        return [(year.folder / s.file).read_bytes() for s in sheets]

    assert len(set(bytes_of("pension", "2026-04"))) == 1
    assert len(bytes_of("pension", "2026-04")) == 2
    assert len(set(bytes_of("disability", "2026-03"))) == 2


def test_one_number_in_fifty_is_missing(year: Year) -> None:
    rows, missing = (sum(getattr(s, name) for s in year.sheets) for name in ("rows", "unnumbered"))
    assert 0.015 < missing / rows < 0.025


def test_the_recent_files_are_one_of_each_source(county: County, tmp_path: Path) -> None:
    sheets, truth = recent_files(county, tmp_path / "files")
    write_list(sheets, tmp_path / "files.csv")
    assert len({s.source for s in sheets}) == len(sheets)
    assert len(sheets) > 18
    assert truth.height
    assert pl.read_csv(tmp_path / "files.csv").height == len(sheets)
