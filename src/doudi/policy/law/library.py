"""Instruments of law and their articles: things that a rule can point at, and that cannot be pointed at wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from doudi.policy.errors import RuleError

FOLDER = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True)
class Article:
    """One article or item of an instrument with our own one-line summary."""

    instrument: Instrument = field(repr=False)
    number: str
    summary: str = field(repr=False)

    @property
    def key(self) -> str:
        """`M57-8`, as the rulebook writes it."""
        return f"{self.instrument.key}-{self.number}"

    @property
    def citation(self) -> str:
        """The article as a document of the office cites it."""
        name = f"第{self.number}条" if self.number.isdigit() else self.number
        return f"《{self.instrument.short}》{name}"


@dataclass(frozen=True)
class Door:
    """An action, a page or a table by which an article is done: `registry.actions.move_household`, `audit:events`.

    Only a name: the law is pure. A test looks every name up in the application.
    """

    name: str
    what: str


@dataclass(frozen=True)
class Plan:
    """What is still to be built for an article, and the issue that will do it; 0 where none is set down yet."""

    issue: int
    what: str

    @property
    def said(self) -> str:
        """As a report says it."""
        return f"{self.what}（{f'issue {self.issue}' if self.issue else '尚未排期'}）"


@dataclass(frozen=True)
class Instrument:
    """A law, a regulation, a rule or a notice: number, title and the days on which it is in force."""

    key: str
    number: str
    title: str
    short: str
    start: date
    end: date | None = None
    note: str = ""
    """What of the text nobody here has read: 待核."""
    numbers: tuple[str, ...] = field(default=(), repr=False)
    summaries: dict[str, str] = field(default_factory=dict, repr=False, hash=False, compare=False)
    doors: dict[str, tuple[Door, ...]] = field(default_factory=dict, repr=False, hash=False, compare=False)
    plans: dict[str, tuple[Plan, ...]] = field(default_factory=dict, repr=False, hash=False, compare=False)
    reasons: dict[str, str] = field(default_factory=dict, repr=False, hash=False, compare=False)

    def article(self, number: int | str) -> Article:
        """The article; RuleError if the instrument has none of that number, or nobody has read it yet."""
        name = str(number)
        if name not in self.summaries:
            raise RuleError(f"《{self.short}》没有第 {name} 条，或该条尚未录入，不能引用。")
        return Article(self, name, self.summaries[name])

    def __call__(self, *numbers: int | str) -> tuple[Article, ...]:
        """Several articles at once."""
        return tuple(self.article(number) for number in numbers)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles that have been read, in the order of the instrument."""
        return tuple(self.article(number) for number in self.numbers if number in self.summaries)

    def in_force(self, day: date) -> bool:
        """Whether the instrument is in force on ``day``."""
        return self.start <= day and (self.end is None or day < self.end)


def spread(ranges: dict[Any, T]) -> dict[str, T]:
    """``{"3-5": x}`` as ``{"3": x, "4": x, "5": x}``; a key may list several ranges with commas, no article twice."""
    result: dict[str, T] = {}
    for key, value in ranges.items():
        for part in str(key).split(","):
            first, dash, last = part.strip().partition("-")
            names = map(str, range(int(first), int(last) + 1)) if dash else (first,)
            for name in names:
                if name in result:
                    raise RuleError(f"第 {name} 条写了两次。")
                result[name] = value
    return result


def _doors(ranges: dict[Any, str | list[str]]) -> dict[str, tuple[Door, ...]]:
    """``name what it does``, one or several."""
    return {
        number: tuple(Door(*text.split(" ", 1)) for text in _several(told)) for number, told in spread(ranges).items()
    }


def _plans(ranges: dict[Any, str | list[str]]) -> dict[str, tuple[Plan, ...]]:
    """``4 what is to be built``, one or several; a dash where no issue is set down."""

    def plan(text: str) -> Plan:
        issue, what = text.split(" ", 1)
        return Plan(int(issue) if issue.isdecimal() else 0, what)

    return {number: tuple(map(plan, _several(told))) for number, told in spread(ranges).items()}


def _several(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told


@cache
def instrument(key: str) -> Instrument:
    """The instrument of `law/<key>.yaml`; RuleError if there is none or an article is neither told nor explained."""
    path = FOLDER / f"{key}.yaml"
    if not path.exists():
        raise RuleError(f"法规库中没有 {key}。")
    data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    summaries = {str(number): text for number, text in data["articles"].items()}
    count = data.get("count", 0)
    numbers = tuple(map(str, range(1, count + 1))) or tuple(summaries)
    doors, plans = _doors(data.get("done", {})), _plans(data.get("planned", {}))
    reasons = spread(data.get("not_implemented", {}))
    for number in {*summaries, *doors, *plans, *reasons} - set(numbers):
        raise RuleError(f"{path.name} 中的第 {number} 条不存在。")
    for number in reasons.keys() & {*doors, *plans}:
        raise RuleError(f"{path.name} 中的第 {number} 条既写了实现，又写了不实现。")
    return Instrument(
        key=key,
        number=data["number"],
        title=data["title"],
        short=data["short"],
        start=data["from"],
        end=data.get("until"),
        note=data.get("note", ""),
        numbers=numbers,
        summaries=summaries,
        doors=doors,
        plans=plans,
        reasons=reasons,
    )


@cache
def instruments() -> tuple[Instrument, ...]:
    """Every instrument of the library, by its day of entry into force."""
    found = (instrument(path.stem) for path in FOLDER.glob("*.yaml"))
    return tuple(sorted(found, key=lambda each: (each.start, each.key)))
