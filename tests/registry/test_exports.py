"""Files that leave the house."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from doudi.registry.exports import household_headings, household_rows, neutralise, write_csv, write_xlsx
from doudi.registry.models import Household

from .world import DAY, a_household, member


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_what_a_spreadsheet_would_run_is_neutralised(text) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("value", ["岳勒旺", "", -1, 0, None])
def test_everything_else_stays_as_it_is(value) -> None:
    assert neutralise(value) == value


@pytest.mark.django_db
def test_a_list_of_households_leaves_with_masked_numbers(clerk) -> None:
    household = a_household(clerk, member(), address="=cmd|' /C calc'!A0")
    rows = list(household_rows(Household.objects.all(), DAY))
    stream = io.BytesIO()
    assert write_xlsx(stream, household_headings(), rows) == 1
    table = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    assert household.head.resident_id not in str(table)
    assert table[1][6:8] == ["'=cmd|' /C calc'!A0", 2]


def test_a_csv_carries_the_mark_that_lets_spreadsheets_read_chinese() -> None:
    content = b"".join(write_csv(["姓名"], iter([["=岳"]])))
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [["姓名"], ["'=岳"]]
