"""From typed rows to a file as an office would send it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from doudi.feeds.contracts import Column, Contract

from .offices import Office

DATE_FORMATS = {"iso": "%Y-%m-%d", "compact": "%Y%m%d", "dots": "%Y.%-m.%-d", "chinese": "%Y年%-m月%-d日",
                "slashes": "%Y/%-m/%-d"}  # fmt: skip
MONTH_FORMATS = {"iso": "%Y-%m", "compact": "%Y%m", "dots": "%Y.%m", "chinese": "%Y年%-m月", "slashes": "%Y/%m"}
FLAGS = ({"yes": "是", "no": "否"}, {"yes": "1", "no": "0"})
WIDTH = 16
CREATED = datetime(2026, 11, 1, tzinfo=UTC)
"""Stands in every workbook, so that the same rows give the same bytes."""


def as_text(rows: pl.DataFrame, contract: Contract, office: Office) -> pl.DataFrame:
    """Every column of the contract as this office writes it; columns that begin with # are kept."""
    own = [c for c in contract.columns if c.name in rows.columns]
    kept = [name for name in rows.columns if name.startswith("#")]
    return rows.select([*(_text(c, office).alias(c.name) for c in own), *kept])


def _text(column: Column, office: Office) -> pl.Expr:
    value = pl.col(column.name)
    if column.kind == "date":
        return value.dt.strftime(DATE_FORMATS[office.dates])
    if column.kind == "month":
        return value.dt.strftime(MONTH_FORMATS[office.dates])
    if column.kind == "fen":
        return _yuan(value, office)
    if column.kind == "sex":
        return value.replace_strict({"1": "男", "2": "女"}, default=None, return_dtype=pl.String)
    if column.kind == "code":
        shown = {code: words[office.word % len(words)] for code, words in column.codes.items()}
        return value.replace_strict(shown, default=None, return_dtype=pl.String)
    if column.kind == "flag":
        return value.replace_strict(FLAGS[office.word % 2], default=None, return_dtype=pl.String)
    return value.cast(pl.String)


def _yuan(value: pl.Expr, office: Office) -> pl.Expr:
    """Fen as yuan with two places."""
    whole, rest = (value // 100).cast(pl.String), (value % 100).cast(pl.String).str.zfill(2)
    if office.money == "commas":
        whole = whole.str.reverse().str.replace_all(r"(\d{3})", "$1,").str.reverse().str.strip_prefix(",")
    text = whole + "." + rest
    return "￥" + text if office.money == "sign" else text


def headings(contract: Contract, names: Sequence[str], office: Office, late: bool) -> list[str]:
    """What this office calls the columns; no heading stands twice, and none is a heading of another column."""
    wanted = office.headings[late]
    taken: set[str] = set()
    titles = {contract.column(name).title for name in names}
    found = []
    for name in names:
        column = contract.column(name)
        choices = [column.title, *column.aliases]
        first = 0 if wanted < 0 else 1 + wanted % max(len(column.aliases), 1)
        ordered = [*choices[first:], *choices[:first]]
        heading = next(h for h in ordered if h not in taken and (h == column.title or h not in titles))
        taken.add(heading)
        found.append(heading)
    return found


def write(path: Path, rows: pl.DataFrame, contract: Contract, office: Office, *, month: str, late: bool) -> None:
    """Write one file."""
    shown = rows.select([name for name in contract.names if name in rows.columns])
    heads = headings(contract, shown.columns, office, late)
    if office.container == "xlsx":
        _xlsx(path, shown, heads, office, f"{office.name}{contract.title}（{month}）")
    elif office.container == "csv":
        _csv(path, shown, heads, office, f"{office.name}{contract.title}（{month}）")
    else:
        _json(path, shown.rename(dict(zip(shown.columns, heads, strict=True))), office)


def _totals(rows: pl.DataFrame) -> list[str]:
    """A last row as people add it: a word, and how many."""
    return ["合计", f"{rows.height}条", *([""] * (rows.width - 2))]


def _csv(path: Path, rows: pl.DataFrame, heads: list[str], office: Office, title: str) -> None:
    buffer = io.BytesIO()
    blank = "," * (rows.width - 1)
    above = f"{title}{blank}\r\n" if office.title else ""
    rows.write_csv(buffer, include_header=False, line_terminator="\r\n")
    below = ",".join(_totals(rows)) + "\r\n" if office.totals else ""
    text = above + ",".join(_quoted(head) for head in heads) + "\r\n" + buffer.getvalue().decode() + below
    path.write_bytes(text.encode(office.encoding, errors="replace"))


def _quoted(head: str) -> str:
    return f'"{head}"' if "," in head else head


def _xlsx(path: Path, rows: pl.DataFrame, heads: list[str], office: Office, title: str) -> None:
    """A title across the whole width, headings, rows, totals, and who made it."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True, "align": "center"})
        sheet.set_column(0, rows.width - 1, WIDTH)
        at = 0
        if office.title:
            sheet.merge_range(0, 0, 0, rows.width - 1, title, bold)
            at = 1
        for column, head in enumerate(heads):
            sheet.write_string(at, column, head, bold)
        for line in rows.iter_rows():
            at += 1
            for column, value in enumerate(line):
                if value is not None:
                    sheet.write_string(at, column, value)
        if office.totals:
            for column, value in enumerate(_totals(rows)):
                sheet.write_string(at + 1, column, value)
        book.set_properties({"created": CREATED})


def _json(path: Path, rows: pl.DataFrame, office: Office) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows.iter_rows(named=True)]
    text = "[" + ",\n".join(lines) + "]\n" if office.container == "json" else "\n".join(lines) + "\n"
    path.write_text(text, encoding=office.encoding)
