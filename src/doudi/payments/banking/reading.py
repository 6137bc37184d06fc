"""A file of the bank or for it, read whole or refused whole, with the line that is wrong.

Tolerated: another encoding, a spreadsheet, columns in another order, blank lines, titles above, full-width digits,
thousands commas. Not tolerated: a number or total that is not what the rows say, a missing end, a digest that does not
fit, an account number that a spreadsheet has rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doudi.kernel.money import parse_yuan
from doudi.kernel.text import compact
from doudi.registry.imports.cells import CellProblem, date_of
from doudi.registry.imports.reading import Unreadable, as_text, read_cells

from .sheets import ANSWERED, DIGEST, HEAD, SENT, TOTAL, Answer, Instruction, Kind, Row, Sheet, digest_of, plain, yuan

MOST_ROWS = 1_200_000
LARGEST_FILE = 256 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_RESULTS = {
    "成功": "paid", "已入账": "paid", "入账成功": "paid", "失败": "rejected", "未成功": "rejected",
    "入账失败": "rejected", "退汇": "returned", "退回": "returned", "已退回": "returned",
}  # fmt: skip
_SAME = {"序列号": "序号", "收款人": "户名", "收款人户名": "户名", "卡号": "账号", "收款账号": "账号", "金额元": "金额",
         "处理结果": "结果", "回盘代码": "代码", "错误代码": "代码", "原因": "说明", "入账日期": "日期"}  # fmt: skip


class BadFile(Exception):
    """The file is refused whole; `line` is where it is wrong, counted as a spreadsheet counts."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(_("第 %(line)s 行：%(what)s") % {"line": line, "what": message})


@dataclass(frozen=True)
class _Layout:
    """Where things stand in a file."""

    head: int
    columns: Sequence[int]
    first: int
    total: int
    digest: int


def read_sent(content: bytes, key: bytes) -> Sheet:
    """A file for the bank, as the bank or a check before sending reads it. BadFile if it is not whole and ours."""
    return _read(content, SENT, key)


def read_answered(content: bytes, key: bytes) -> Sheet:
    """A file from the bank. BadFile if it is not whole and the bank's."""
    return _read(content, ANSWERED, key)


def _read(content: bytes, kind: Kind, key: bytes) -> Sheet:
    if content.startswith(_BOM):  # cut within a character, it must not be taken for another encoding
        content = content.decode("utf-8-sig", "replace").encode("utf-8-sig")
    try:
        cells = read_cells(content, most_rows=MOST_ROWS, largest=LARGEST_FILE)
    except Unreadable as problem:
        raise BadFile(1, str(problem)) from problem
    layout = _layout(cells, kind)
    head = _pairs(cells[layout.head])
    batch, day = head.get("批次号", ""), _day(head.get("日期"), layout.head)
    if not batch or len(batch) > 30:
        raise BadFile(layout.head + 1, _("没有批次号"))
    if day is None:
        raise BadFile(layout.head + 1, _("没有日期"))
    rows = _rows(cells, layout, kind)
    sheet = Sheet(kind, batch, day, rows)
    _check_totals(cells, layout, head, sheet)
    _check_digest(cells, layout, sheet, key)
    return sheet


def _layout(cells: Sequence[Sequence[Any]], kind: Kind) -> _Layout:
    """Find the parts; BadFile names the first that is missing."""
    if not any(kind.title in as_text(cell) for row in cells[:5] for cell in row[:3]):
        raise BadFile(1, _("这不是“%(kind)s”") % {"kind": kind.title})
    head = _line_of(cells[:20], HEAD[0])
    if head is None:
        raise BadFile(1, _("没有写批次号、笔数和金额的一行"))
    for number in range(head + 1, min(head + 10, len(cells))):
        names = [_heading(cell) for cell in cells[number]]
        if "序号" in names:
            return _with_end(cells, kind, head, number, names)
    raise BadFile(head + 2, _("没有找到列名“%(names)s”") % {"names": "、".join(kind.columns)})


def _with_end(cells: Sequence[Sequence[Any]], kind: Kind, head: int, number: int, names: Sequence[str]) -> _Layout:
    if missing := [name for name in kind.columns if name not in names]:
        raise BadFile(number + 1, _("缺少列：%(names)s") % {"names": "、".join(missing)})
    last = next((n for n in range(len(cells) - 1, -1, -1) if any(as_text(c) for c in cells[n])), 0)
    tail = range(last, max(last - 10, number), -1)
    found = {as_text(cells[n][0]): n for n in tail if cells[n]}
    for word in (TOTAL, DIGEST):
        if word not in found:
            raise BadFile(last + 1, _("文件不完整：到这一行就断了，后面应有“%(word)s”行") % {"word": word})
    return _Layout(head, [names.index(name) for name in kind.columns], number + 1, found[TOTAL], found[DIGEST])


def _line_of(cells: Sequence[Sequence[Any]], word: str) -> int | None:
    return next((n for n, row in enumerate(cells) if row and as_text(row[0]) == word), None)


def _heading(cell: Any) -> str:
    text = compact(as_text(cell)[:20]).replace("(元)", "").strip(":")
    return _SAME.get(text, text)


def _pairs(row: Sequence[Any]) -> dict[str, str]:
    texts = [_text(cell) for cell in row]
    return dict(zip(texts[::2], texts[1::2], strict=False))


def _text(cell: Any) -> str:
    if type(cell) is str:
        return plain(cell[1:] if cell[:1] == "'" else cell)
    return plain(as_text(cell))


def _day(cell: Any, line: int) -> date | None:
    if isinstance(cell, str) and len(cell) == 10 and cell[4] == cell[7] == "-":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    try:
        return date_of(cell)
    except CellProblem as problem:
        raise BadFile(line + 1, str(problem)) from problem


def _rows(cells: Sequence[Sequence[Any]], layout: _Layout, kind: Kind) -> list[Row]:
    read = _instruction if kind is SENT else _answer
    columns, width = layout.columns, max(layout.columns) + 1
    days: dict[Any, date | None] = {}
    rows: list[Row] = []
    for number in range(layout.first, layout.total):
        row = cells[number]
        if not any(cell not in ("", None) for cell in row):
            continue
        if len(row) < width:
            row = [*row, *[""] * (width - len(row))]
        rows.append(read(number, [row[c] for c in columns], days))
    return rows


def _instruction(line: int, cells: Sequence[Any], _days: Mapping[Any, Any]) -> Instruction:
    return Instruction(
        _whole(cells[0], line), _text(cells[1]), _number(cells[2], line), _fen(cells[3], line),
        _text(cells[4]), _text(cells[5]),
    )  # fmt: skip


def _answer(line: int, cells: Sequence[Any], days: dict[Any, date | None]) -> Answer:
    word = _text(cells[4])
    if word not in _RESULTS:
        raise BadFile(line + 1, _("结果应写“成功”“失败”或“退汇”，这里是“%(word)s”") % {"word": word[:10]})
    day = cells[7]
    if day not in days:
        days[day] = _day(day, line)
    code, said = _text(cells[5])[:10], _text(cells[6])[:200]
    return Answer(
        _whole(cells[0], line), _text(cells[1])[:200], _number(cells[2], line), _fen(cells[3], line),
        _RESULTS[word], code, said, days[day], line + 1,
    )  # fmt: skip


def _whole(cell: Any, line: int) -> int:
    if type(cell) is str and cell.isascii() and cell.isdigit() and len(cell) < 10:
        return int(cell)
    text = compact(as_text(cell)[:20])
    if not (text.isascii() and text.isdigit()) or int(text) > 2**31 - 1:
        raise BadFile(line + 1, _("序号应是整数，这里是“%(text)s”") % {"text": text})
    return int(text)


def _number(cell: Any, line: int) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        raise BadFile(line + 1, _("账号被表格软件当作数字保存，后几位已丢失，请向银行要原始文件"))
    if type(cell) is str and cell.isascii() and cell.isalnum():
        return cell[:60]
    return compact(as_text(cell)[:60])


def _fen(cell: Any, line: int) -> int:
    if type(cell) is str and cell[-3:-2] == "." and (digits := cell[:-3] + cell[-2:]).isdigit() and digits.isascii():
        return int(digits[:18])
    try:
        return parse_yuan(compact(as_text(cell)[:60]))
    except ValueError as problem:
        raise BadFile(line + 1, str(problem)) from problem


def _check_totals(cells: Sequence[Sequence[Any]], layout: _Layout, head: Mapping[str, str], sheet: Sheet) -> None:
    """Head and end both say how many and how much; both must be what the rows say."""
    end = [*cells[layout.total], "", ""]
    for line, count, total in (
        (layout.total, _text(end[1]), end[2]), (layout.head, head.get("笔数", ""), head.get("金额", "")),
    ):  # fmt: skip
        if count != str(len(sheet.rows)):
            said = {"said": count, "found": len(sheet.rows)}
            raise BadFile(line + 1, _("写的是 %(said)s 笔，文件里是 %(found)s 笔，整份文件未受理") % said)
        if (fen := _fen(total, line)) != sheet.fen:
            said = {"said": yuan(fen), "found": yuan(sheet.fen)}
            raise BadFile(line + 1, _("写的是 %(said)s 元，各行合计 %(found)s 元，整份文件未受理") % said)


def _check_digest(cells: Sequence[Sequence[Any]], layout: _Layout, sheet: Sheet, key: bytes) -> None:
    said = _text([*cells[layout.digest], "", ""][1]).lower()
    if not said:
        raise BadFile(layout.digest + 1, _("没有校验码，不能确认是银行的文件，整份文件未受理"))
    if said != digest_of(sheet.kind, sheet.batch, sheet.day, (row.cells() for row in sheet.rows), key):
        raise BadFile(layout.digest + 1, _("校验码不符：内容被改动过，或不是约定的银行发出的，整份文件未受理"))
