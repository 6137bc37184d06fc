"""Money is a plain ``int`` of fen; ``Fen`` marks it for the type checker. There is no float anywhere."""

import re
from typing import Final, NewType

from doudi.kernel.text import half_width

Fen = NewType("Fen", int)

FEN_LIMIT: Final = 2**53
"""Amounts stay strictly below this size, so that JSON, spreadsheets and column engines carry them exactly."""

MINUS: Final = "\u2212"

_LONGEST: Final = 40  # far beyond the limit; keeps a pasted novel away from the regular expression and int()
_YUAN: Final = re.compile(r"([+-]?)[¥￥]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?元?")


def bounded(fen: int) -> Fen:
    """``fen`` itself, in fen; ValueError if its size reaches 2**53."""
    if abs(fen) >= FEN_LIMIT:
        raise ValueError("金额过大，请检查是否多输了数字。")
    return Fen(fen)


def parse_yuan(text: str) -> Fen:
    """The amount in fen of a text in yuan: ``"1,119.00"``, ``"1119"``, ``"−3.5"``, ``"１１１９元"``.

    ValueError with a Chinese message for anything else. A float is refused even if it looks whole: it has
    already been rounded, and only the caller knows how.
    """
    if not isinstance(text, str):
        raise ValueError("金额应按文字读入（例如“1119.00”），不能用浮点数。")
    if len(text) > _LONGEST:
        raise ValueError("金额太长，请只填写数字，例如 1119.00。")
    match = _YUAN.fullmatch(half_width(text))
    if match is None:
        raise ValueError("金额格式不正确，请填写以元为单位的数字，例如 1119.00，千位逗号可写可不写。")
    sign, whole, part = match.groups(default="")
    if len(part) > 2:
        raise ValueError("金额最多两位小数（精确到分），请四舍五入后重新填写。")
    fen = int(whole.replace(",", "")) * 100 + int(part.ljust(2, "0"))
    return bounded(-fen if sign == "-" else fen)


def format_yuan(fen: int) -> str:
    """``111900`` as ``"1,119.00"``, yuan with two decimals; a negative amount starts with U+2212."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{yuan:,}.{rest:02d}"


def percent_of(percent: int, fen: int) -> Fen:
    """⌊percent × fen / 100⌋, in fen; rounds towards −∞, also below zero."""
    return bounded(percent * fen // 100)
