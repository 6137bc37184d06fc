"""Tables → one frame of text with the headings as its columns, the row numbers people see, and what was skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import polars as pl
from django.utils.translation import gettext as _

from ..contracts import Contract
from .headings import Headings, columns_of, is_heading_again
from .opening import MOST_COLUMNS, MOST_ROWS, Cell, File, Table, Unreadable

ROW = "#row"
TORN = "#torn"
"""How many cells a row has beyond the last heading; null where it has none."""
PER_SHEET = 10_000_000
"""Rows of the second sheet are numbered from here, so that a number names one row of the file."""
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Sheets:
    """What was read: the headings of the first sheet that has any, all rows as text, and remarks."""

    headings: Headings
    frame: pl.DataFrame
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    cut: bool = False
    """Whether the last line breaks off."""


def where(row: int, names: tuple[str, ...] = ()) -> str:
    """The number of a row as people find it: 第 15 行, or with its sheet where a file has several."""
    sheet, line = divmod(row, PER_SHEET)
    told = {"line": line, "sheet": names[sheet] if sheet < len(names) else sheet + 1}
    return (_("“%(sheet)s”第 %(line)d 行") if len(names) > 1 else _("第 %(line)d 行")) % told


def frame_of(file: File, contract: Contract) -> Sheets:
    """Every sheet with the headings of the contract. Raises Unreadable if none has."""
    found = [(number, table, columns_of(table, contract)) for number, table in enumerate(file.tables)]
    fit = [(number, table, headings) for number, table, headings in found if headings is not None]
    if not fit:
        raise Unreadable(_no_headings(contract))
    left = [table.name for _number, table, headings in found if headings is None]
    notes = [_("工作表“%(name)s”没有表头，未读取。") % {"name": name} for name in left]
    frames = [_frame(table, headings, number) for number, table, headings in fit]
    frame = pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]
    if frame.height == 0:
        raise Unreadable(_("只有表头，没有数据行。请重新导出。"))
    if frame.height > MOST_ROWS:
        raise Unreadable(_("文件超过 %(n)d 行，请按月份或乡镇拆分。") % {"n": MOST_ROWS})
    _number, last, headings = fit[-1]
    names = tuple(table.name for table in file.tables)
    return Sheets(fit[0][2], frame, names, (*file.notes, *notes), _is_cut(file, last, headings, frame))


def _no_headings(contract: Contract) -> str:
    titles = "、".join(column.title for column in contract.columns if column.required)
    return _("前 30 行里找不到“%(title)s”的表头。应有这些列：%(titles)s。请核对是否选错了来源，或少了表头行。") % {
        "title": contract.title,
        "titles": titles,
    }


def _frame(table: Table, headings: Headings, number: int) -> pl.DataFrame:
    width = len(headings.texts)
    if width > MOST_COLUMNS:
        raise Unreadable(_("文件超过 %(n)d 列，请删去用不到的列。") % {"n": MOST_COLUMNS})
    rows = table.rows()
    for _skipped in range(headings.first):
        next(rows)
    start = number * PER_SHEET + table.first + headings.first
    frames = list(_pieces(rows, headings, start))
    names = [*headings.texts, TORN, ROW]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_schema(names))


def _pieces(rows: Iterator[list[Cell]], headings: Headings, start: int) -> Iterator[pl.DataFrame]:
    """Some thousand rows at a time, so that no more than those are ever held as objects."""
    width, count = len(headings.texts), 0
    names = [*headings.texts, TORN]
    while piece := list(islice(rows, _AT_ONCE)):
        torn = [_torn(row, width) for row in piece]
        columns = list(zip(*(_fitted(row, width) for row in piece), strict=True))
        frame = pl.DataFrame([*columns, torn], schema=_schema(names), orient="col", strict=False)
        numbers = pl.int_range(start + count, start + count + len(piece), dtype=pl.Int64, eager=True).alias(ROW)
        again = [is_heading_again(row, headings) for row in piece] if _maybe_again(frame, headings) else None
        frame = frame.with_columns(numbers)
        frame = frame.filter(~pl.Series(again)) if again else frame
        yield frame.filter(pl.any_horizontal((pl.col(name) != "").fill_null(False) for name in headings.texts))
        count += len(piece)
        if count > MOST_ROWS:
            return


def _schema(names: list[str]) -> dict[str, type[pl.DataType]]:
    return {name: {TORN: pl.Int32, ROW: pl.Int64}.get(name, pl.String) for name in names}


def _fitted(row: list[Cell], width: int) -> list[Cell]:
    return row if len(row) == width else [*row[:width], *[None] * (width - len(row))]


def _torn(row: list[Cell], width: int) -> int | None:
    return sum(cell not in ("", None) for cell in row[width:]) or None if len(row) > width else None


def _maybe_again(frame: pl.DataFrame, headings: Headings) -> bool:
    first = headings.texts[0]
    return bool((frame[first] == first).any())


def _is_cut(file: File, last: Table, headings: Headings, frame: pl.DataFrame) -> bool:
    """A text that does not end with its line, and whose last row, unlike the one before, has not all its cells."""
    if file.kind != "csv" or last.whole or frame.height < 2:
        return False
    end, before = (frame[row, headings.texts[-1]] is None for row in (-1, -2))
    return end and not before
