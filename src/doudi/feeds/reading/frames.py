"""Tables → one frame of text with the headings as its columns, the row numbers people see, and what was skipped."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from django.utils.translation import gettext as _

from ..contracts import Contract
from . import cut
from .cut import TORN
from .headings import Headings, columns_of, heading_key, keys_of
from .opening import MOST_COLUMNS, MOST_ROWS, File, Table, Unreadable

ROW = "#row"
PER_SHEET = 10_000_000
"""Rows of the second sheet are numbered from here, so that a number names one row of the file."""


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
    first = fit[0][2]
    frames = [_alike(_frame(table, told, number), told, first, contract) for number, table, told in fit]
    frame = pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]
    if frame.height == 0:
        raise Unreadable(_("只有表头，没有数据行。请重新导出。"))
    if frame.height > MOST_ROWS:
        raise Unreadable(_("文件超过 %(n)d 行，请按月份或乡镇拆分。") % {"n": MOST_ROWS})
    _number, last, told = fit[-1]
    names = tuple(table.name for table in file.tables)
    headings = replace(first, texts=tuple(name for name in frame.columns if name not in (ROW, TORN)))
    return Sheets(headings, frame, names, (*file.notes, *notes), _is_cut(file, last, told, frame))


def _no_headings(contract: Contract) -> str:
    titles = "、".join(column.title for column in contract.columns if column.required)
    return _("前 30 行里找不到“%(title)s”的表头。应有这些列：%(titles)s。请核对是否选错了来源，或少了表头行。") % {
        "title": contract.title,
        "titles": titles,
    }


def _frame(table: Table, headings: Headings, number: int) -> pl.DataFrame:
    if len(headings.texts) > MOST_COLUMNS:
        raise Unreadable(_("文件超过 %(n)d 列，请删去用不到的列。") % {"n": MOST_COLUMNS})
    cells = cut.by_column(table, headings)
    if cells is None:
        cells = cut.by_row(table, headings)
    start = number * PER_SHEET + table.first + headings.first
    numbers = pl.int_range(start, start + cells.height, dtype=pl.Int64, eager=True)
    rows = cells.with_columns(numbers.alias(ROW)).filter(_filled(headings))
    return _without_headings(rows, headings)


def _alike(rows: pl.DataFrame, headings: Headings, first: Headings, contract: Contract) -> pl.DataFrame:
    """The rows under the headings of the first sheet, with the day that only their title states as a column."""
    known = keys_of(contract)
    columns = {text: column for text in headings.texts if (column := known.get(heading_key(text)))}
    there = {column: text for text in first.texts if (column := known.get(heading_key(text)))}
    others = {text: there[column] for text, column in columns.items() if column in there}
    rows = rows.rename({text: other for text, other in others.items() if other not in rows.columns})
    if not headings.day or contract.dated_by != "as_of" or "as_of" in columns.values():
        return rows
    return rows.with_columns(pl.lit(headings.day).alias(contract.column("as_of").title))


def _filled(headings: Headings) -> pl.Expr:
    return pl.any_horizontal((pl.col(name) != "").fill_null(False) for name in headings.texts)


def _without_headings(rows: pl.DataFrame, headings: Headings) -> pl.DataFrame:
    """Each page of a printed list repeats the headings."""
    again = rows.filter(pl.col(headings.texts[0]) == headings.texts[0])
    if not again.height:
        return rows
    same = pl.all_horizontal((pl.col(name) == name).fill_null(True) for name in headings.texts)
    return rows.filter(~pl.col(ROW).is_in(again.filter(same)[ROW].implode()))


def _is_cut(file: File, last: Table, headings: Headings, frame: pl.DataFrame) -> bool:
    """A text that does not end with its line, and whose last row, unlike the one before, has not all its cells."""
    if file.kind != "csv" or last.whole or frame.height < 2:
        return False
    end, before = (frame[row, headings.texts[-1]] is None for row in (-1, -2))
    return end and not before
