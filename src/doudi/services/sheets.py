"""A department's list as a spreadsheet, and the same sheet read back with its answers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from doudi.kernel.money import parse_yuan
from doudi.kernel.text import compact
from doudi.registry.actions.refusal import Problem
from doudi.registry.exports import Cell, neutralise, write_xlsx
from doudi.registry.imports.cells import CellProblem, date_of
from doudi.registry.imports.reading import Unreadable, as_text, read_cells

from .limits import MOST_ROWS
from .moves import Move, Reason
from .queries.lists import Line

# What stands in the column 答复, and the move it means.
ANSWERS: dict[str, Move] = {
    "接收": Move.ACCEPT, "不接收": Move.REFUSE, "已给予": Move.GIVE, "未给予": Move.GIVE_NOTHING,
}  # fmt: skip
REASONS: dict[str, str] = {str(label): value for value, label in Reason.choices}
SHOWN = ("转介编号", "事项", "姓名", "身份证号", "所在村", "转介原因", "最晚答复", "现状")
FILLED = {"答复": "answer", "原因": "reason", "给予内容": "what", "金额（元）": "fen", "给予日期": "given_on",
          "说明": "note"}  # fmt: skip
NUMBER = SHOWN[0]
SEARCHED = 10


@dataclass(frozen=True)
class Returned:
    """One row as a department returned it."""

    row: int
    cells: tuple[Any, ...]
    referral_id: int | None = None
    move: Move | None = None
    reason: str = ""
    what: str = ""
    fen: int | None = None
    given_on: date | None = None
    note: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A returned sheet: its headings as they stood, and the rows that answer something."""

    headings: tuple[str, ...]
    rows: tuple[Returned, ...]


def headings() -> list[str]:
    """The columns of the sheet: what is shown, then what the department fills in."""
    return [*SHOWN, *FILLED]


def write_list(stream: Any, lines: Iterable[Line]) -> int:
    """The open referrals of a department; numbers stay masked. Returns how many rows."""
    rows = ([*_shown(line), *[None] * len(FILLED)] for line in lines)
    return write_xlsx(stream, headings(), rows, sheet=_("转介名单"))


def _shown(line: Line) -> list[Cell]:
    row = line.referral
    return [line.number, str(line.entitlement), line.name, line.resident_id, line.village, str(row.why), row.due_on,
            str(row.get_state_display())]  # fmt: skip


def read_sheet(content: bytes) -> Sheet:
    """What a department returned. Unreadable if it is no such sheet; rows without an answer are left out."""
    cells = read_cells(content, most_rows=MOST_ROWS)
    for index, line in enumerate(cells[:SEARCHED]):
        texts = [as_text(cell)[:40] for cell in line]
        columns = {compact(text): column for column, text in enumerate(texts) if text}
        if {NUMBER, "答复"} <= columns.keys():
            rows = [_row(number, line, columns) for number, line in enumerate(cells[index + 1 :], start=index + 2)]
            return Sheet(tuple(texts), tuple(row for row in rows if row.move or row.problems))
    raise Unreadable(_("没有找到“转介编号”和“答复”两列，请上传从这里导出的名单。"))


def _row(number: int, cells: Sequence[Any], columns: dict[str, int]) -> Returned:
    def text(heading: str) -> str:
        column = columns.get(compact(heading))
        return as_text(cells[column]) if column is not None and column < len(cells) else ""

    found = Returned(row=number, cells=tuple(cells))
    if not text("答复"):
        return found
    problems: list[Problem] = []
    said = {
        "referral_id": _number(text(NUMBER), problems),
        "move": _chosen("答复", text("答复"), ANSWERS, problems),
        "reason": _chosen("原因", text("原因"), REASONS, problems) or "",
        "what": text("给予内容"), "note": text("说明"), "fen": _fen(text("金额（元）"), problems),
        "given_on": _day(cells, columns.get("给予日期"), problems),
    }  # fmt: skip
    if said["move"] == Move.GIVE and said["given_on"] is None and not any(p.field == "给予日期" for p in problems):
        problems.append(Problem("给予日期", _("请填写给予的日期。")))
    return replace(found, problems=tuple(problems), **said)


def _number(text: str, problems: list[Problem]) -> int | None:
    head, _dash, tail = text.strip().upper().rpartition("-")
    if head.startswith("ZJ-") and tail.isascii() and tail.isdigit() and len(tail) < 12:
        return int(tail)
    problems.append(Problem(NUMBER, _("转介编号应像 ZJ-2026-000123，请勿改动这一列。")))
    return None


def _chosen(heading: str, text: str, known: dict[str, Any], problems: list[Problem]) -> Any:
    if not text or text in known:
        return known.get(text)
    problems.append(Problem(heading, _("只能填：%(words)s。") % {"words": "、".join(known)}))
    return None


def _fen(text: str, problems: list[Problem]) -> int | None:
    if not text:
        return None
    try:
        return parse_yuan(text)
    except ValueError as error:
        problems.append(Problem("金额（元）", str(error)))
        return None


def _day(cells: Sequence[Any], column: int | None, problems: list[Problem]) -> date | None:
    if column is None or column >= len(cells):
        return None
    try:
        return date_of(cells[column])
    except CellProblem as problem:
        problems.append(Problem("给予日期", str(problem)))
        return None


def correction_of(headings: Sequence[str], rows: Sequence[Returned]) -> bytes:
    """The bad rows back in their own columns: wrong cells coloured, a comment on each, and a column that says why."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet(_("需更正"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FCE4E4", "font_color": "#9C1C1C"})
        page.set_column(0, len(headings) + 1, 18)
        for column, heading in enumerate([*headings, _("错误说明"), _("原文件行号")]):
            page.write_string(0, column, str(neutralise(heading)), bold)
        for line, row in enumerate(rows, start=1):
            said = {compact(p.field): p.message for p in row.problems}
            for column, heading in enumerate(headings):
                value = as_text(row.cells[column]) if column < len(row.cells) else ""
                page.write_string(line, column, str(neutralise(value)), wrong if compact(heading) in said else text)
                if compact(heading) in said:
                    page.write_comment(line, column, said[compact(heading)])
            page.write_string(
                line, len(headings), "；".join(f"{p.field}：{p.message}".strip("：") for p in row.problems)
            )
            page.write_number(line, len(headings) + 1, row.row)
    return stream.getvalue()
