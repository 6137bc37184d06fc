"""Rows of cells → columns of text: at once where the lines allow it, else row by row.

Lines without quotes, nearly all of a text, are cut at their sign by the column. Lines with quotes are read one by one
as csv. A quote that reaches over several lines makes the whole file be read row by row.
"""

from __future__ import annotations

import csv
from itertools import islice

import polars as pl

from .headings import Headings
from .opening import MOST_ROWS, Cell, Lines, Table

TORN = "#torn"
"""How many cells a row has beyond the last heading; null where it has none."""
_AT_ONCE = 50_000


def by_row(table: Table, headings: Headings) -> pl.DataFrame:
    """All rows below the headings as text; what stands beyond the last heading is counted. Raises Unreadable."""
    rows = islice(table.rows(), headings.first, MOST_ROWS + 1000)
    pieces = [_of_rows(piece, headings) for piece in iter(lambda: list(islice(rows, _AT_ONCE)), [])]
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=_schema(headings))


def by_column(table: Table, headings: Headings) -> pl.DataFrame | None:
    """The same, much faster; None if the lines of the table cannot be cut one by one."""
    if table.lines is None or not headings.texts:
        return None
    lines = islice(table.lines.read(), MOST_ROWS + 1000)
    if any(line.count('"') % 2 and table.lines.quoted for line in islice(lines, headings.first)):  # a heading of two
        return None
    pieces = []
    for piece in iter(lambda: list(islice(lines, _AT_ONCE)), []):
        if (cut := _of_lines(piece, table.lines, headings)) is None:
            return None
        pieces.append(cut)
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=_schema(headings))


def _schema(headings: Headings) -> dict[str, type[pl.DataType]]:
    return {**dict.fromkeys(headings.texts, pl.String), TORN: pl.Int32}


def _of_rows(rows: list[list[Cell]], headings: Headings) -> pl.DataFrame:
    width = len(headings.texts)
    torn = [_beyond(row, width) for row in rows]
    columns = zip(*(_fitted(row, width) for row in rows), strict=True)
    named = zip(headings.texts, columns, strict=True)
    series = [pl.Series(name, list(cells), dtype=pl.String) for name, cells in named]
    return pl.DataFrame([*series, pl.Series(TORN, torn, dtype=pl.Int32)])


def _fitted(row: list[Cell], width: int) -> list[Cell]:
    return row if len(row) == width else [*row[:width], *[None] * (width - len(row))]


def _beyond(row: list[Cell], width: int) -> int | None:
    return sum(cell not in ("", None) for cell in row[width:]) or None if len(row) > width else None


def _of_lines(lines: list[str], told: Lines, headings: Headings) -> pl.DataFrame | None:
    width = len(headings.texts)
    frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.String).str.strip_chars_end("\r\n")}).with_row_index()
    quoted = pl.col("line").str.contains('"', literal=True) & told.quoted
    longer = pl.col("line").str.count_matches(told.sign, literal=True) >= width
    odd, plain = frame.filter(quoted | longer), frame.filter(~(quoted | longer))
    cut = plain["line"].str.split_exact(told.sign, width - 1).struct.unnest()
    cut.columns = list(headings.texts)
    cut = cut.with_columns(pl.lit(None, pl.Int32).alias(TORN), plain["index"])
    if not odd.height:
        return cut.drop("index")
    if (read := _one_by_one(odd["line"].to_list(), told)) is None:
        return None
    return pl.concat([cut, _of_rows(read, headings).with_columns(odd["index"])]).sort("index").drop("index")


def _one_by_one(lines: list[str], told: Lines) -> list[list[Cell]] | None:
    """None if they are no lines of csv, each by itself: reading by the row will say where."""
    if not told.quoted:
        return [line.split(told.sign) for line in lines]
    if any(line.count('"') % 2 for line in lines):
        return None
    try:
        return [next(csv.reader([line], delimiter=told.sign, strict=True)) for line in lines]
    except csv.Error:
        return None
