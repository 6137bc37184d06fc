"""A file for the bank or from it, as csv in the encoding the other side reads, or as a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

import xlsxwriter
from django.utils.translation import gettext as _

from .sheets import Cells, Digesting, Face, Sheet, blocks

# GBK lacks many rare characters of names; GB 18030 has them all but not every bank reads it.
ENCODINGS = {"gbk": "gbk", "gb18030": "gb18030", "utf-8": "utf-8-sig"}
FORMS = ("csv", "xlsx")


class Unwritable(Exception):
    """A character that the encoding lacks; says in which row, which character, and what to do."""


def write(sheet: Sheet, key: bytes, *, form: str = "csv", encoding: str = "gb18030") -> tuple[bytes, str]:
    """The whole file, and the digest it carries. Unwritable if the encoding lacks a character."""
    return write_rows(sheet.face, (row.cells() for row in sheet.rows), key, form=form, encoding=encoding)


def write_rows(
    face: Face, rows: Iterable[Cells], key: bytes, *, form: str = "csv", encoding: str = "gb18030"
) -> tuple[bytes, str]:
    """The same from cells that are read while they are written; that they add up to the face is the caller's duty."""
    digest = Digesting(face.kind, face.batch, face.day, key)
    content = _whole(face, rows, digest)
    written = _xlsx(chain.from_iterable(content), face.kind.title) if form == "xlsx" else _csv(content, encoding)
    return written, digest.hex()


def _whole(face: Face, rows: Iterable[Cells], digest: Digesting) -> Iterator[list[Cells]]:
    """Everything in a file, block by block, digested on its way."""
    yield face.head()
    for block in blocks(rows):
        digest.add(block)
        yield block
    yield face.end(digest.hex())


def _csv(content: Iterable[list[Cells]], encoding: str) -> bytes:
    encoder, out, lines = codecs.getincrementalencoder(ENCODINGS[encoding])(), io.BytesIO(), 0
    for block in content:
        text = io.StringIO()
        csv.writer(text).writerows(block)
        try:
            out.write(encoder.encode(text.getvalue()))
        except UnicodeEncodeError as error:
            raise Unwritable(_lacking(text.getvalue(), error.start, lines, encoding)) from error
        lines += text.getvalue().count("\n")
    return out.getvalue()


def _lacking(text: str, at: int, before: int, encoding: str) -> str:
    line = before + text.count("\n", 0, at) + 1
    values = {"line": line, "char": text[at], "code": f"{ord(text[at]):04X}", "name": encoding.upper()}
    said = _("第 %(line)s 行的“%(char)s”（U+%(code)s）不在 %(name)s 字库里，请改用 GB18030 或 UTF-8 重新生成。")
    return said % values


def _xlsx(rows: Iterable[Cells], title: str) -> bytes:
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
