"""Where the headings are: below titles and units, merged over two rows, on one sheet of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doudi.kernel.text import compact

from ..contracts import Contract
from .opening import MOST_COLUMNS, Cell, Table

SEARCHED = 30
_UNIT_WORDS = "必填|选填|文本|文本格式|元|万元|分|千瓦时|度|平方米|人|年月日"
_ASIDE = re.compile(rf"[（(\[【](?:{_UNIT_WORDS})[)）\]】]")
_NOISE = re.compile(r"[（）()\[\]【】*＊:：、/\\．.·\-_“”\"'《》<>]")
_UNIT_ABOVE = re.compile(r"单位[:：]?(?:人民币)?(万元|元|分)")
_DAY_ABOVE = re.compile(
    r"(?:截至|截止|日期|时间|时点)[:：]?(?:日期)?[:：]?(\d{4}(?:[-/.]|年)\d{1,2}(?:[-/.]|月)\d{1,2}日?)"
)


@dataclass(frozen=True)
class Headings:
    """The headings of a table, each once; the row where data begins (0 = the first); unit and day its title states."""

    texts: tuple[str, ...]
    first: int
    unit: str = ""
    day: str = ""


def heading_key(text: Cell) -> str:
    """A heading without blanks, brackets, marks and units: what two offices mean by the same words."""
    plain = compact(str(text or "")[:80])
    return _NOISE.sub("", _ASIDE.sub("", plain)).upper()


def keys_of(contract: Contract) -> dict[str, str]:
    """Heading key → column; the title before the aliases, the columns in their order."""
    found: dict[str, str] = {}
    for words in zip(*((column.title, column.name) for column in contract.columns), strict=True):
        for column, word in zip(contract.columns, words, strict=True):
            found.setdefault(heading_key(word), column.name)
    for column in contract.columns:
        for alias in column.aliases:
            found.setdefault(heading_key(alias), column.name)
    return found


def columns_of(table: Table, contract: Contract) -> Headings | None:
    """The headings of a table by the words of the contract; None if no row has at least two of them."""
    head = _head(table)
    known = keys_of(contract)
    best: tuple[int, int, list[str], int] | None = None
    for index, row in enumerate(head):
        below = head[index + 1] if index + 1 < len(head) else []
        for height, texts in ((1, row), (2, _merged(row, below, known))):
            hits = len({known[key] for text in texts if (key := heading_key(text)) in known})
            # Of equals the single row: a title above it is a title, not half of the headings.
            if hits >= 2 and (best is None or (hits, -height) > (best[0], -best[1])):
                best = hits, height, texts, index
    if best is None:
        return None
    _hits, height, texts, index = best
    above = [compact(text) for row in head[:index] for text in row if text]
    return Headings(_each_once(texts), index + height, _first(_UNIT_ABOVE, above), _first(_DAY_ABOVE, above))


def _head(table: Table) -> list[list[str]]:
    found = []
    for row in table.rows():
        found.append([str(cell if cell is not None else "").strip() for cell in row[: MOST_COLUMNS + 1]])
        if len(found) == SEARCHED:
            break
    return found


def _merged(upper: Sequence[str], lower: Sequence[str], known: dict[str, str]) -> list[str]:
    """Two rows of headings as one: what stands below names the column, what stands above groups it."""
    texts, group = [], ""
    width = max(len(upper), len(lower))
    for above, below in zip(_padded(upper, width), _padded(lower, width), strict=True):
        group = above or group
        joined = group + below
        texts.append(joined if below and heading_key(joined) in known else below or above)
    return texts


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _each_once(texts: Sequence[str]) -> tuple[str, ...]:
    """Empty headings get the letter of their place, repeated ones a number."""
    found: list[str] = []
    width = max((place for place, text in enumerate(texts, 1) if text), default=0)
    for place, text in enumerate(texts[:width], 1):
        # Names that begin with # are ours.
        name = " ".join(text.split()).replace("#", "＃") or _("第 %(n)d 列") % {"n": place}
        same = sum(other == name or other.startswith(f"{name}〔") for other in found)
        found.append(f"{name}〔{same + 1}〕" if same else name)
    return tuple(found)


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> str:
    found = (pattern.search(text) for text in texts)
    return next((match.group(1) for match in found if match), "")
