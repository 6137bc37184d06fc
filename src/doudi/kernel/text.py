"""Normalising what people type: full-width digits, typographic minus signs, invisible blanks."""

from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # '！'..'～' are ASCII + 0xFEE0
_MINUS: Final = {ord(sign): "-" for sign in "−–—﹣"}
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_TABLE: Final = {**_FULL_WIDTH, **_MINUS, **_INVISIBLE}


def half_width(text: str) -> str:
    """``text`` with ASCII digits, letters and signs, without white space at its ends.

    Only characters with one plain reading are changed: superscripts, fractions and circled digits stay, so
    that the reader of the result refuses them instead of guessing.
    """
    return text.translate(_TABLE).strip()


def compact(text: str) -> str:
    """``half_width`` without any white space, for codes that people write in groups."""
    return "".join(half_width(text).split())
