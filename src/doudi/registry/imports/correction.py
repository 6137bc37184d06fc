"""The bad rows back as a spreadsheet: coloured cells, a comment on each, and a column that says what to do."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from ..actions.refusal import Problem
from ..exports import neutralise
from .preview import Preview, Row, label
from .reading import as_text


def correction_file(seen: Preview, rows: Sequence[Row] | None = None) -> bytes:
    """An xlsx of the bad rows in the file's own columns; corrected, it can be imported as it is."""
    bad = seen.errors if rows is None else rows
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(_("需更正"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FCE4E4", "font_color": "#9C1C1C"})
        columns = [*seen.headings, _("错误说明"), _("原文件行号")]
        page.freeze_panes(1, 0)
        page.set_column(0, len(columns), 18)
        for column, heading in enumerate(columns):
            page.write_string(0, column, str(neutralise(heading)), bold)
        fields = {field: column for column, field in seen.columns.items()}
        for line, row in enumerate(bad, start=1):
            _write(page, line, row, fields, len(seen.headings), text, wrong)
    return stream.getvalue()


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    line: int,
    row: Row,
    fields: dict[str, int],
    width: int,
    text: object,
    wrong: object,
) -> None:
    said: dict[int, list[str]] = {}
    for problem in row.problems:
        if (column := fields.get(_field(problem))) is not None:
            said.setdefault(column, []).append(problem.message)
    # Carried-down values are written out, so that a row can stand without the rows above it.
    values = {fields[name]: value for name, value in row.texts.items() if name in fields}
    for column in range(width):
        value = values.get(column, as_text(row.cells[column]) if column < len(row.cells) else "")
        page.write_string(line, column, str(neutralise(value)), wrong if column in said else text)
        if column in said:
            page.write_comment(line, column, "\n".join(said[column]))
    page.write_string(line, width, "；".join(_sentence(p) for p in row.problems), text)
    page.write_number(line, width + 1, row.number)


def _field(problem: Problem) -> str:
    return {"division_code": "village"}.get(name := problem.field.rsplit(".", 1)[-1], name)


def _sentence(problem: Problem) -> str:
    heading = label(_field(problem))
    return f"{heading}：{problem.message}" if heading else problem.message
