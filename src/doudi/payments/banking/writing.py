"""A file for the bank or from it, as csv in the encoding the other side reads, or as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from .sheets import DIGEST, HEAD, TOTAL, Sheet, digest_of, yuan

# GBK lacks many rare characters of names; GB 18030 has them all but not every bank reads it.
ENCODINGS = {"gbk": "gbk", "gb18030": "gb18030", "utf-8": "utf-8-sig"}
FORMS = ("csv", "xlsx")


class Unwritable(Exception):
    """A character that the encoding lacks; says in which row, which character, and what to do."""


def write(sheet: Sheet, key: bytes, *, form: str = "csv", encoding: str = "gb18030") -> tuple[bytes, str]:
    """The whole file, and the digest it carries. Unwritable if the encoding lacks a character."""
    cells = [row.cells() for row in sheet.rows]
    digest = digest_of(sheet.kind, sheet.batch, sheet.day, cells, key)
    rows = rows_of(sheet, cells, digest)
    return (_xlsx(rows, sheet.kind.title) if form == "xlsx" else _csv(rows, encoding)), digest


def rows_of(sheet: Sheet, cells: Sequence[Sequence[str]], digest: str) -> Iterator[Sequence[str]]:
    """Title, head, headings, rows, totals, digest."""
    count, total = str(len(sheet.rows)), yuan(sheet.fen)
    head = zip(HEAD, (sheet.batch, sheet.day.isoformat(), count, total), strict=True)
    yield (sheet.kind.title, "V1")
    yield [cell for pair in head for cell in pair]
    yield sheet.kind.columns
    yield from cells
    yield (TOTAL, count, total)
    yield (DIGEST, digest)


def _csv(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    try:
        return text.getvalue().encode(ENCODINGS[encoding])
    except UnicodeEncodeError as error:
        raise Unwritable(_lacking(text.getvalue(), error.start, encoding)) from error


def _lacking(text: str, at: int, encoding: str) -> str:
    line = text.count("\n", 0, at) + 1
    values = {"line": line, "char": text[at], "code": f"{ord(text[at]):04X}", "name": encoding.upper()}
    said = _("第 %(line)s 行的“%(char)s”（U+%(code)s）不在 %(name)s 字库里，请改用 GB18030 或 UTF-8 重新生成。")
    return said % values


def _xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(title)
        text = book.add_format({"num_format": "@"})
        page.set_column(0, 0, 10, text)
        page.set_column(1, 7, 22, text)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell, text)
    return stream.getvalue()
