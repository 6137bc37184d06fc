"""Lists leaving the house as files: numbers masked, and nothing that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from doudi.privacy.masking import mask_phone, mask_resident_id

from .models import Household
from .places import village

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | date | None


def neutralise(value: Cell) -> Cell:
    """A text that a spreadsheet might take for a formula gets an apostrophe in front; everything else stays."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with a mark at the start, so that every spreadsheet reads the Chinese; line by line."""
    yield "\ufeff".encode()
    for row in itertools.chain([headings], rows):
        line = io.StringIO()
        csv.writer(line).writerow(["" if v is None else neutralise(v) for v in row])
        yield line.getvalue().encode()


def write_xlsx(stream: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "") -> int:
    """Write rows in constant memory; texts stay texts, so long numbers keep their digits. Returns how many rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(sheet[:31] or None)
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.freeze_panes(1, 0)
        page.set_column(0, max(len(headings) - 1, 0), 16)
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, bold)
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write_cell(page, count, column, value, text, day)
    return count


def write_cell(page: Any, row: int, column: int, value: Cell, text: Any, day: Any) -> None:
    """One cell by its type; None leaves it empty."""
    if isinstance(value, str):
        page.write_string(row, column, str(neutralise(value)), text)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, day)
    elif value is not None:
        page.write_number(row, column, value)


def household_headings() -> list[str]:
    """The columns of a list of households."""
    return [
        _("户编号"), _("乡镇"), _("村（社区）"), _("户主"), _("户主身份证号"), _("电话"), _("住址"), _("成员数"),
        _("立户日期"),
    ]  # fmt: skip


def household_rows(households: QuerySet[Household], on: date) -> Iterator[list[Cell]]:
    """One row per household with masked number and phone; members are counted on a day."""
    belongs = Q(memberships__superseded_at__isnull=True, memberships__starts_on__lte=on)
    belongs &= Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gt=on)
    counted = households.select_related("head").annotate(size=Count("memberships", filter=belongs))
    places: dict[str, tuple[str, str]] = {}
    for household in counted.iterator(chunk_size=2000):
        code = household.division_code
        if code not in places:
            found = village(code)
            places[code] = (found.township, found.name) if found else ("", code)
        head = household.head
        yield [
            household.number, *places[code], head.name, mask_resident_id(_text(head.resident_id)),
            mask_phone(_text(head.phone)), household.address, household.size, household.opened_on,
        ]  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
