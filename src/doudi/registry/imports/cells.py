"""What a cell means: dates in every spelling, yes and no, and identity numbers that a spreadsheet has damaged."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from doudi.kernel.text import compact

from .reading import as_text

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]?00:00(?::00)?)?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
_EPOCH = date(1899, 12, 30)  # Excel's day 0, its leap year 1900 included
_SERIALS = range(1, 60_000)


class CellProblem(ValueError):
    """The cell cannot be read; the message says what to write instead."""


def number_text(cell: Any) -> str:
    """An identity number as text. CellProblem if a spreadsheet has rounded it: the last digits are lost for good."""
    as_number = isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 1e15
    if as_number or _SCIENTIFIC.fullmatch(compact(as_text(cell)[:60])):
        raise CellProblem(_("身份证号被表格软件当作数字保存，后几位已丢失。请把该列设为“文本”格式，对照证件重新填写。"))
    return as_text(cell)


def date_of(cell: Any) -> date | None:
    """The date of a cell; an empty cell is None. CellProblem if it is no full date."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = compact(as_text(cell)[:60])
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return _from_digits(text)
    found = _DATE.fullmatch(text)
    if found is None:
        raise CellProblem(_("日期应写成年-月-日，例如 1979-01-31。"))
    return _real(*map(int, found.groups()))


def _from_digits(text: str) -> date:
    if len(text) == 8:
        return _real(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) <= 5 and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text))
    raise CellProblem(_("日期应写成年-月-日，例如 1979-01-31。"))


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellProblem(_("没有这一天，请核对年、月、日。")) from None


def sex_of(cell: Any) -> int | None:
    """1 or 2; an empty cell is None."""
    words = {"": None, "男": 1, "1": 1, "男性": 1, "女": 2, "2": 2, "女性": 2}
    text = compact(as_text(cell)[:10])
    if text not in words:
        raise CellProblem(_("性别请写“男”或“女”。"))
    return words[text]


def yes_no(cell: Any) -> bool | None:
    """Yes, no, or None for an empty cell."""
    words = {"": None, "是": True, "有": True, "1": True, "√": True, "否": False, "无": False, "0": False, "×": False}
    text = compact(as_text(cell)[:10])
    if text not in words:
        raise CellProblem(_("请写“是”或“否”。"))
    return words[text]
