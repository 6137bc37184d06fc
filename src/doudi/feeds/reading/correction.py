"""The rejected rows back to their sender: his own columns, what is wrong coloured, a column that says what to do."""

from __future__ import annotations

import io

import polars as pl
import xlsxwriter
from django.utils.translation import gettext as _

from doudi.registry.exports import neutralise

from ..contracts import Contract
from .cut import TORN
from .frames import ROW, where
from .mapping import Mapping

MOST_LINES = 100_000


def correction_file(
    frame: pl.DataFrame, rejects: pl.DataFrame, contract: Contract, mapping: Mapping, sheets: tuple[str, ...] = ()
) -> bytes:
    """An xlsx of the rejected rows of a frame; corrected, it can be sent as it is. Nothing in it is a formula."""
    headings = [name for name in frame.columns if name not in (ROW, TORN)]
    bad = rejects[ROW].unique().sort().head(MOST_LINES)
    rows = frame.filter(pl.col(ROW).is_in(bad.implode())).select(ROW, *headings)
    said = _said(rejects, contract, mapping)
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(_("需更正"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FCE4E4", "font_color": "#9C1C1C"})
        page.freeze_panes(1, 0)
        page.set_column(0, len(headings) + 1, 18)
        for place, heading in enumerate([*headings, _("错误说明"), _("原文件行号")]):
            page.write_string(0, place, str(neutralise(heading)), bold)
        for line, (number, *cells) in enumerate(rows.iter_rows(), 1):
            fields, sentence = said[number]
            for place, (heading, cell) in enumerate(zip(headings, cells, strict=True)):
                page.write_string(line, place, str(neutralise(cell or "")), wrong if heading in fields else text)
            page.write_string(line, len(headings), sentence, text)
            page.write_string(line, len(headings) + 1, where(number, sheets), text)
    return stream.getvalue()


def _said(rejects: pl.DataFrame, contract: Contract, mapping: Mapping) -> dict[int, tuple[set[str], str]]:
    """Row → the headings of its wrong cells, and all its sentences as one text."""
    titles = {column.name: column.title for column in contract.columns}
    found: dict[int, tuple[set[str], list[str]]] = {}
    for row, field, problem in rejects.select(ROW, "field", "problem").iter_rows():
        fields, sentences = found.setdefault(row, (set(), []))
        fields.add(mapping.columns.get(field, ""))
        sentences.append(f"{titles[field]}：{problem}" if field in titles else problem)
    return {row: (fields, "\n".join(sentences)) for row, (fields, sentences) in found.items()}
