"""Which heading is which column of the contract: guessed with a confidence, remembered once a person has agreed."""

from __future__ import annotations

import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from doudi.kernel.text import compact

from ..contracts import Column, Contract
from .headings import heading_key, keys_of

SURE = 0.9
_LIKE = 0.75
_IGNORED = frozenset(map(heading_key, ("序号", "编号", "行号", "备注", "错误说明", "原文件行号", "数据来源", "NO")))
_UNIT = re.compile(r"[（(\[【/](万元|元|分)[)）\]】]?$|[（(\[【]单位[:：](万元|元|分)[)）\]】]")


@dataclass(frozen=True)
class Mapping:
    """Column of the contract → heading of the file, how sure each is, and what does not fit."""

    columns: Pairs[str, str]
    confidence: Pairs[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unit: str = ""

    @property
    def fits(self) -> bool:
        """Whether every required column was found."""
        return not self.missing

    @property
    def sure(self) -> bool:
        """Whether it fits and no person need look at it."""
        return self.fits and all(confidence >= SURE for confidence in self.confidence.values())

    @property
    def problem(self) -> str:
        """What does not fit and what to do; '' if it fits."""
        if self.fits:
            return ""
        said = _("缺少必需的列：%(missing)s。") % {"missing": "、".join(self.missing)}
        if self.unknown:
            said += _("文件里这些列没有认出：%(unknown)s。") % {"unknown": "、".join(self.unknown[:20])}
        return said + _("请在预览中指定对应的列，或请对方补齐后重新发送。")


def guess(headings: Sequence[str], contract: Contract, *, unit: str = "") -> Mapping:
    """The likeliest column for each heading: its own words first, then words within it, then similar ones."""
    known = keys_of(contract)
    found: dict[str, tuple[str, float]] = {}
    for likeness in (_same, _within, _similar):
        for heading in headings:
            if heading in {taken for taken, _sure in found.values()} or heading_key(heading) in _IGNORED:
                continue
            name, sure = likeness(heading_key(heading), {k: c for k, c in known.items() if c not in found})
            if name:
                found[name] = heading, sure
    columns = {name: heading for name, (heading, _sure) in found.items()}
    return _judged(columns, {name: sure for name, (_heading, sure) in found.items()}, headings, contract, unit)


def remembered(columns: Pairs[str, str], headings: Sequence[str], contract: Contract, *, unit: str = "") -> Mapping:
    """A mapping that a person has agreed to, for a file with these headings; what it lacks is reported anew."""
    kept = {name: heading for name, heading in columns.items() if heading in headings and name in contract.names}
    return _judged(kept, dict.fromkeys(kept, 1.0), headings, contract, unit)


def signature(headings: Sequence[str]) -> str:
    """Equal for files with the same headings, whatever their order and blanks."""
    return "|".join(sorted(filter(None, map(heading_key, headings))))


def unit_of(heading: str) -> str:
    """The unit of money a heading states: 万元, 元, 分, or ''."""
    found = _UNIT.search(compact(heading))
    return next(filter(None, found.groups()), "") if found else ""


def _judged(
    columns: dict[str, str], confidence: dict[str, float], headings: Sequence[str], contract: Contract, unit: str
) -> Mapping:
    missing = tuple(c.title for c in contract.columns if c.required and c.name not in columns)
    taken = set(columns.values())
    unknown = tuple(h for h in headings if h not in taken and heading_key(h) not in _IGNORED)
    ordered: list[Column] = [column for column in contract.columns if column.name in columns]
    return Mapping(
        {c.name: columns[c.name] for c in ordered},
        {c.name: confidence[c.name] for c in ordered},
        missing,
        unknown,
        unit,
    )


def _same(key: str, known: Pairs[str, str]) -> tuple[str, float]:
    return known.get(key, ""), 1.0


def _within(key: str, known: Pairs[str, str]) -> tuple[str, float]:
    """A heading that holds the words of exactly one column: 参保人员个人自付费用."""
    longest = max((len(word) for word in known if len(word) >= 3 and word in key), default=0)
    names = {name for word, name in known.items() if len(word) == longest and word in key}
    return (names.pop(), 0.8) if longest and len(names) == 1 else ("", 0.0)


def _similar(key: str, known: Pairs[str, str]) -> tuple[str, float]:
    if len(key) < 3:
        return "", 0.0
    best, name = max(
        ((SequenceMatcher(None, key, word).ratio(), name) for word, name in known.items()), default=(0, "")
    )
    return (name, round(best * 0.8, 2)) if best >= _LIKE else ("", 0.0)
