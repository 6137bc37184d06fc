"""Law coverage: every article is implemented by a rule, done elsewhere, or listed with the reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from doudi.policy.engine.declare import Rule
from doudi.policy.law import instruments
from doudi.policy.law.library import Instrument
from doudi.policy.schemes import RULES, temporary


@dataclass(frozen=True)
class Covered:
    """One article: by which rules, by which action or page, or why not."""

    instrument: str
    title: str
    article: str
    summary: str
    rules: tuple[str, ...]
    elsewhere: str
    reason: str

    @property
    def explained(self) -> bool:
        """Whether somebody has said what becomes of it."""
        return bool(self.rules or self.elsewhere or self.reason)


def coverage(rules: Iterable[Rule] = RULES) -> list[Covered]:
    """Every article of the library in the order of the instruments."""
    by: dict[str, list[str]] = {}
    for rule in rules:
        for article in rule.implements:
            by.setdefault(article.key, []).append(rule.name)
    for article in temporary.IMPLEMENTS:
        by.setdefault(article.key, []).append("temporary_assistance")
    return [_covered(each, number, by) for each in instruments() for number in each.numbers]


def _covered(each: Instrument, number: str, by: dict[str, list[str]]) -> Covered:
    rules = tuple(dict.fromkeys(by.get(f"{each.key}-{number}", ())))
    return Covered(
        instrument=each.key,
        title=each.title,
        article=number,
        summary=each.summaries.get(number, ""),
        rules=rules,
        elsewhere=each.elsewhere.get(number, ""),
        reason=each.reasons.get(number, ""),
    )
