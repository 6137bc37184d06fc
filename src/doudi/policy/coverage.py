"""Law coverage: every article is implemented, or still to be, or listed with the reason why it will not be.

Implemented means: by a rule, or by an action, a page or a table that exists. Names of these are looked up by a test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from doudi.policy.engine.declare import Rule
from doudi.policy.law import Door, Instrument, Plan, instruments
from doudi.policy.schemes import RULES, temporary


class Status(StrEnum):
    """What becomes of an article."""

    DONE = "已实现"
    PLANNED = "待实现"
    LEFT_OUT = "不实现"
    UNEXPLAINED = "没有说明"


@dataclass(frozen=True)
class Covered:
    """One article: by which rules, actions, pages and tables, what is still missing, or why it is left out."""

    instrument: str
    title: str
    article: str
    summary: str
    rules: tuple[str, ...]
    doors: tuple[Door, ...]
    plans: tuple[Plan, ...]
    reason: str

    @property
    def status(self) -> Status:
        """One of three; an article of which only a part is done is done, and its plans say what is missing."""
        if self.rules or self.doors:
            return Status.DONE
        if self.plans:
            return Status.PLANNED
        return Status.LEFT_OUT if self.reason else Status.UNEXPLAINED

    @property
    def partly(self) -> bool:
        """Whether something of it is implemented and something still to be."""
        return self.status == Status.DONE and bool(self.plans)

    @property
    def explained(self) -> bool:
        """Whether somebody has said what becomes of it."""
        return self.status != Status.UNEXPLAINED

    @property
    def told(self) -> str:
        """What becomes of it, in one line."""
        done = "、".join((*self.rules, *(f"{door.what}（{door.name}）" for door in self.doors)))
        plans = "；".join(plan.said for plan in self.plans)
        if self.partly:
            return f"{self.status}：{done}；部分待实现：{plans}"
        detail = done or plans or self.reason
        return f"{self.status}：{detail}" if detail else str(self.status)

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        told = {
            **vars(self),
            "doors": [vars(door) for door in self.doors],
            "plans": [vars(plan) for plan in self.plans],
        }
        return told | {"status": self.status.name.lower(), "partly": self.partly}


def coverage(rules: Iterable[Rule] = RULES) -> list[Covered]:
    """Every article of the library in the order of the instruments."""
    by: dict[str, list[str]] = {}
    for rule in rules:
        for article in rule.implements:
            by.setdefault(article.key, []).append(rule.name)
    for article in temporary.IMPLEMENTS:
        by.setdefault(article.key, []).append("temporary_assistance")
    return [_covered(each, number, by) for each in instruments() for number in each.numbers]


def counted(rows: Iterable[Covered]) -> str:
    """The numbers of the report in one line."""
    found = list(rows)
    by = Counter(row.status for row in found)
    partly = sum(row.partly for row in found)
    numbers = [f"{Status.DONE} {by[Status.DONE]}（其中 {partly} 条还有待实现的部分）"]
    numbers += [f"{status} {by[status]}" for status in (Status.PLANNED, Status.LEFT_OUT)]
    numbers += [f"{Status.UNEXPLAINED} {by[Status.UNEXPLAINED]}"] if by[Status.UNEXPLAINED] else []
    return f"共 {len(found)} 条：{'，'.join(numbers)}。"


def _covered(each: Instrument, number: str, by: dict[str, list[str]]) -> Covered:
    rules = tuple(dict.fromkeys(by.get(f"{each.key}-{number}", ())))
    return Covered(
        instrument=each.key,
        title=each.title,
        article=number,
        summary=each.summaries.get(number, ""),
        rules=rules,
        doors=each.doors.get(number, ()),
        plans=each.plans.get(number, ()),
        reason=each.reasons.get(number, ""),
    )
