"""The rejected rows go back as a file that can be corrected and sent again, and that runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from doudi.feeds.contracts import CONTRACTS
from doudi.feeds.reading import Taken, correction_file, take
from tests.feeds.corpus.case import BILLS, HEADINGS, ON, as_csv

MEDICAL = CONTRACTS["medical"]


def returned(rows: list[list[str]], folder: Path) -> tuple[Taken, Path]:
    """A file is read, and what is wrong of it written down."""
    arrived, back = folder / "bills.csv", folder / "需更正.xlsx"
    arrived.write_bytes(as_csv(rows))
    taken = take(arrived, "bills.csv", MEDICAL, ON)
    back.write_bytes(correction_file(taken.sheets.frame, taken.checked.rejects, MEDICAL, taken.mapping))
    return taken, back


def cells(path: Path) -> list[list[str]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_only_the_rejected_rows_go_back_with_every_reason_and_their_number(tmp_path: Path) -> None:
    bad = ["A9", "", *BILLS[1][2:7], "八十", *BILLS[1][8:]]
    _taken, back = returned([HEADINGS, BILLS[0], bad], tmp_path)
    headings, row = cells(back)
    assert headings == [*HEADINGS, "错误说明", "原文件行号"]
    assert row[-2] == "个人自付：金额应写成数字，例如 1234.50。\n姓名：姓名不能为空，请补填。"
    assert row[-1] == "第 3 行"


def test_what_comes_back_can_be_sent_again_as_it_is(tmp_path: Path) -> None:
    bad = ["A9", *BILLS[1][1:7], "八十", *BILLS[1][8:]]
    _taken, back = returned([HEADINGS, bad], tmp_path)
    again = take(back, back.name, MEDICAL, ON)
    assert again.mapping.sure
    assert again.checked.rejects["field"].to_list() == ["self_paid"]


@pytest.mark.planted
@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(1)", "＝1+1"])
def test_no_cell_of_it_is_a_formula(tmp_path: Path, text: str) -> None:
    bad = ["A9", *BILLS[1][1:7], "八十", "否", text]
    taken, back = returned([HEADINGS, bad], tmp_path)
    assert taken.sheets.frame["病种"].to_list() == [text]  # the danger is in the file
    assert cells(back)[1][HEADINGS.index("病种")] == f"'{text}"


def test_a_correction_is_written_down_by_its_sheet_where_a_file_has_several(tmp_path: Path) -> None:
    taken, _back = returned([HEADINGS, ["A9", "", *BILLS[1][2:]]], tmp_path)
    far = taken.checked.rejects.with_columns(row=taken.checked.rejects["#row"] + 10_000_000)
    frame = taken.sheets.frame.with_columns(taken.sheets.frame["#row"] + 10_000_000)
    rejects = far.drop("#row").rename({"row": "#row"})
    back = tmp_path / "two.xlsx"
    back.write_bytes(correction_file(frame, rejects, MEDICAL, taken.mapping, ("甲镇", "乙镇")))
    assert cells(back)[1][-1] == "“乙镇”第 2 行"
