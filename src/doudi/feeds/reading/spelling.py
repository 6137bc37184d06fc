"""How people write: numbers that a spreadsheet damaged, days in every order, amounts with words around them.

Each function reads one cell that was not written plainly, or says in one sentence what to write instead.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from doudi.kernel.resident_id import ResidentId, ResidentIdError
from doudi.kernel.text import compact
from doudi.registry.names import NameProblem, clean_name

from ..contracts import Column

LONGEST_TEXT = 200
PLACES = {"": 2, "元": 2, "万元": 6, "分": 0}
"""Unit of a column of money → how many places of its numbers reach down to the fen."""
FORMULA_ERROR = "这一格是公式的错误值（如 #N/A），请改成实际内容。"

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_DATE = r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?"
_DAY = re.compile(_DATE)
_MOMENT = re.compile(_DATE + r"[T ]\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[秒分]?(?:Z|\+08:00)?")
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\d{6})")
_MONTH = re.compile(r"(\d{4})(?:(?:[-/.]|年)(?=\d)|(?=\d\d$))(\d{1,2})月?(?:份)?")
_SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")
_EPOCH = date(1899, 12, 30)  # a spreadsheet's day 0, its leap year 1900 included
_SERIALS = range(3_000, 80_000)
_OPEN = frozenset(
    {"长期", "永久", "长期有效", "至今", "终身", "无期限", "9999-12-31", "99991231", "0000-00-00", "2099-12-31"}
)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MONEY = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?")
_SCALE = {"亿": Decimal(10_000_000_000), "万": Decimal(1_000_000), "元": Decimal(100), "": Decimal(0)}
_FULL = re.compile(r"-?\d{1,12}(?:\.0+)?")
_YES = frozenset({"是", "有", "1", "Y", "YES", "TRUE", "T", "√", "对", "已", "在领", "享受", "1.0"})
_NO = frozenset(
    {"否", "无", "没有", "0", "N", "NO", "FALSE", "F", "×", "X", "不是", "未", "未领", "不享受", "0.0", "非"}
)
_SEXES: dict[str, int | None] = {
    "男": 1, "男性": 1, "1": 1, "M": 1, "MALE": 1, "女": 2, "女性": 2, "2": 2, "F": 2, "FEMALE": 2,
    "未知": None, "未说明": None, "0": None, "9": None, "1.0": 1, "2.0": 2,
}  # fmt: skip


class Odd(ValueError):
    """The cell cannot be read; the message says what to write instead."""


def resident_id(cell: str, _column: Column, on: date, _unit: str) -> str:
    """The number in its form of eighteen characters."""
    text = compact(cell).upper()
    if _SCIENTIFIC.fullmatch(text):
        raise Odd(
            _("号码被表格软件当作数字保存，后几位已丢失，无法恢复。请在导出前把该列设为“文本”格式，重新导出这一列。")
        )
    if "*" in text:
        raise Odd(_("号码被遮盖，无法找到本人。请提供完整号码。"))
    text = text.removesuffix(".0")
    try:
        return ResidentId.parse(text, on=on).to_18().number
    except ResidentIdError as problem:
        if re.fullmatch(r"\d{15}000", text):  # some valid numbers end so, too
            raise Odd(_("号码后三位是 000，是被表格软件取整了。请把该列设为“文本”格式，重新导出这一列。")) from problem
        raise Odd(str(problem)) from problem


def day(cell: str, column: Column, _on: date, _unit: str) -> date | None:
    """A day in any of the usual spellings; for a day to come, words for no end are none."""
    text = compact(cell)
    if text in _OPEN and column.future:
        return None
    if found := _DAY.fullmatch(text) or _MOMENT.fullmatch(cell) or _PACKED.fullmatch(text):
        return _real(*map(int, found.groups()))
    if (found := _SERIAL.fullmatch(text)) and int(found.group(1)) in _SERIALS:
        return _EPOCH + timedelta(days=int(found.group(1)))
    if found := _DAY.fullmatch(_han(text)):
        return _real(*map(int, found.groups()))
    if re.fullmatch(r"\d{8}", text):
        return _real(int(text[:4]), int(text[4:6]), int(text[6:]))
    raise Odd(_("日期应写成年-月-日，例如 2026-03-01，要有完整的年、月、日。"))


def month(cell: str, column: Column, on: date, unit: str) -> date:
    """The first day of a month."""
    text = compact(cell)
    if re.fullmatch(r"\d{4}\.1", text):
        raise Odd(_("“%(text)s”可能是 1 月，也可能是 10 月。请写成 2026-01 或 2026-10。") % {"text": text})
    if found := _MONTH.fullmatch(text) or _MONTH.fullmatch(_han(text)):
        return _real(int(found.group(1)), int(found.group(2)), 1)
    try:
        whole = day(cell, column, on, unit)
    except Odd as wrong:
        raise Odd(_("月份应写成年-月，例如 2026-03。")) from wrong
    if whole is None:
        raise Odd(_("月份应写成年-月，例如 2026-03。"))
    return whole.replace(day=1)


def _real(year: int, month_: int, day_: int) -> date:
    try:
        return date(year, month_, day_)
    except ValueError:
        raise Odd(_("没有这一天，请核对年、月、日。")) from None


def _han(text: str) -> str:
    """二〇二六年三月十一日 in digits; tens only as months and days have them."""
    tens = re.sub(r"(?<![一二三])十(?=[一二三四五六七八九])", "1", text)
    tens = re.sub(r"(?<![一二三])十", "10", tens)
    tens = re.sub(r"(?<=[一二三])十(?=[一二三四五六七八九])", "", tens)
    return re.sub(r"(?<=[一二三])十", "0", tens).translate(_HAN_DIGITS)


def fen(cell: str, _column: Column, _on: date, unit: str) -> int:
    """An amount in fen, with its own unit or that of its column; in brackets or with （负）it is below zero."""
    text = compact(cell).replace("人民币", "").replace("RMB", "").lstrip("￥¥$").removesuffix("整").replace("圆", "元")
    negative = bool(re.fullmatch(r"\(.*\)", text)) or "负" in text
    text = re.sub(r"\(负\)|[()负]", "", text).lstrip("￥¥")
    scale = next(
        (word for word in ("亿", "万") if text.removesuffix("元").endswith(word)), "元" if "元" in text else ""
    )
    number = text.removesuffix("元").removesuffix("万").removesuffix("亿")
    value = _decimal(number) * (_SCALE[scale] if scale else Decimal(10) ** PLACES[unit])
    if abs(value) >= 2**53:
        raise Odd(_("金额过大，请核对是不是别的列的数字。"))
    rounded = value.quantize(Decimal(1))
    # A spreadsheet's own arithmetic leaves 0.30000000000000004; anything coarser is a third decimal that was meant.
    if abs(value - rounded) > Decimal("0.0001"):
        raise Odd(_("金额最多两位小数，请核对。"))
    return -int(rounded) if negative else int(rounded)


def _decimal(number: str) -> Decimal:
    found = _MONEY.fullmatch(number)
    if found and (found.group(2) or len(found.group(3) or "") > 1) and len(number) <= 40:
        return Decimal(number.replace(",", ""))
    if re.fullmatch(r"-?\d(?:\.\d{1,17})?[Ee][+-]?\d{1,2}", number):
        return Decimal(number)
    raise Odd(_("金额应写成数字，例如 1234.50。"))


def whole(cell: str, column: Column, _on: date, _unit: str) -> int:
    """A whole number, with thousands or a trailing .0; of a measure the nearest one."""
    text = compact(cell).replace(",", "")
    if column.rounded and re.fullmatch(r"\d{1,12}\.\d{1,6}", text):
        return int(Decimal(text).quantize(Decimal(1), ROUND_HALF_UP))
    if _FULL.fullmatch(text):
        return int(text.split(".")[0])
    raise Odd(_("应写成整数，例如 12。"))


def name(cell: str, _column: Column, _on: date, _unit: str) -> str:
    """A name in normal form; not one that is covered, damaged or a number."""
    if "*" in cell or "某" in cell[1:]:
        raise Odd(_("姓名被遮盖，请提供完整姓名。"))
    if "\ufffd" in cell or "?" in cell or "锟" in cell:
        raise Odd(_("姓名里有乱码，请用 UTF-8 或 GBK 编码重新导出。"))
    if re.search(r"\d{2}", cell):
        raise Odd(_("姓名里有数字，请核对列是否对应。"))
    try:
        return clean_name(cell)
    except NameProblem as problem:
        raise Odd(str(problem)) from problem


def text(cell: str, _column: Column, _on: date, _unit: str) -> str:
    """Only a text that is too long comes here."""
    raise Odd(_("内容过长（最多 %(n)d 个字），请核对引号和分隔符。") % {"n": LONGEST_TEXT})


def code(cell: str, column: Column, _on: date, _unit: str) -> str:
    """The code of a word of the contract."""
    words = _words(column)
    found = words.get(_word(cell)) or words.get(_word(cell.removesuffix(".0")))
    if found is None:
        first = "、".join(listed[0] for listed in column.codes.values())
        raise Odd(_("没有这个选项。可以写：%(words)s。") % {"words": first})
    return found


def _words(column: Column) -> dict[str, str]:
    return {_word(word): code for word, code in column.words.items()}


def _word(word: str) -> str:
    return re.sub(r"[（）()、，,·\-]", "", compact(word)).upper()


def flag(cell: str, _column: Column, _on: date, _unit: str) -> bool | None:
    """Yes or no."""
    text = compact(cell).upper()
    if text in _YES:
        return True
    if text in _NO:
        return False
    if text in ("不详", "未知"):
        return None
    raise Odd(_("请写“是”或“否”。"))


def sex(cell: str, _column: Column, _on: date, _unit: str) -> int | None:
    """1 or 2; the standard's 0 and 9 are not known."""
    text = compact(cell).upper()
    if text not in _SEXES:
        raise Odd(_("性别请写“男”或“女”。"))
    return _SEXES[text]


def bounds(column: Column) -> str:
    """What an amount or a number must lie between."""
    unit = 100 if column.kind == "fen" else 1
    told = {
        "least": (column.least or 0) // unit,
        "most": (column.most or 0) // unit,
        "unit": "元" if unit == 100 else "",
    }
    return _("超出合理范围（%(least)d 至 %(most)d %(unit)s），请核对单位和小数点。") % told


def days(column: Column, on: date) -> str:
    """Which days a cell may name."""
    if column.future:
        return _("日期不在合理范围内，请核对年份。")
    return _("日期晚于 %(on)s 或早于 1880 年，请核对。") % {"on": on.isoformat()}
