"""One file of the corpus and what must come of it; and a small list of hospital bills that most of them spoil."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter

from doudi.kernel.resident_id import impossible_id

ON = date(2026, 11, 20)
MAN = impossible_id(date(1979, 1, 31), 1, 12).number
WOMAN = impossible_id(date(1985, 6, 7), 2, 3).number
ELDER = impossible_id(date(1941, 12, 2), 1, 0).number
WITH_X = next(n for serial in range(50) if (n := impossible_id(date(1990, 3, 4), 2, serial).number).endswith("X"))

HEADINGS = ["结算编号", "姓名", "身份证号", "性别", "出生日期", "结算日期", "医疗类别", "个人自付", "重大疾病", "病种"]
BILLS = [
    ["A001", "岩温", MAN, "男", "1979-01-31", "2026-10-03", "住院", "1234.50", "否", "肺炎"],
    ["A002", "刀玉香", WOMAN, "女", "1985-06-07", "2026-10-11", "门诊", "80", "否", ""],
    ["A003", "赵德贵", ELDER, "男", "1941-12-02", "2026-10-28", "住院", "12406.50", "是", "尿毒症"],
]
SPOILT = 3
"""The row number of the second bill under one row of headings: the row that a spoilt cell stands in."""


@dataclass(frozen=True)
class Expected:
    """`good` rows; `rejects`: (row, field, words of the problem); `values`: field → value in the row `at`."""

    good: int | None = None
    rejects: tuple[tuple[int, str, str], ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
    missing: tuple[str, ...] = ()
    at: int = SPOILT


@dataclass(frozen=True)
class Case:
    """A file: `sentence` says what is special about it, `make` gives its bytes."""

    sentence: str
    make: Callable[[], bytes]
    expected: Expected
    name: str = "医保结算10月.csv"
    contract: str = "medical"


def reads(good: int, *rejects: tuple[int, str, str], **more: Any) -> Expected:
    """The file is read."""
    return Expected(good=good, rejects=rejects, **more)


def refused(words: str) -> Expected:
    """The file cannot be read; the sentence holds these words."""
    return Expected(refused=words)


def spoilt(**cells: str) -> list[list[str]]:
    """The bills with other cells in the second one, under their headings."""
    rows = [HEADINGS, *(list(row) for row in BILLS)]
    for heading, cell in cells.items():
        rows[2][HEADINGS.index(heading)] = cell
    return rows


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", sign: str = ",", end: str = "\r\n") -> bytes:
    """Rows as a text of cells, quoted where needed."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sign, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """Rows as sheets of a workbook; numbers and dates as themselves, texts as texts."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            page = book.add_worksheet()
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(line, place, cell, day)
                    elif isinstance(cell, str) and cell.startswith("=!"):
                        page.write_formula(line, place, cell.replace("=!", "="), None, options.get("value", 0))
                    elif cell is not None:
                        page.write(line, place, cell)
            for merged in options.get("merged", ()):
                page.merge_range(*merged)
    return stream.getvalue()
