"""Instruments of law and their articles: things that a rule can point at, and that cannot be pointed at wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from doudi.policy.errors import RuleError

FOLDER = Path(__file__).parent


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
class Instrument:
    """A law, a regulation, a rule or a notice: number, title and the days on which it is in force."""

    key: str
    number: str
    title: str
    short: str
    start: date
    end: date | None = None
    numbers: tuple[str, ...] = field(default=(), repr=False)
    summaries: dict[str, str] = field(default_factory=dict, repr=False, hash=False, compare=False)
    elsewhere: dict[str, str] = field(default_factory=dict, repr=False, hash=False, compare=False)
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


def spread(ranges: dict[Any, str]) -> dict[str, str]:
    """``{"3-5": text}`` as ``{"3": text, "4": text, "5": text}``; a key may list several ranges with commas."""
    result: dict[str, str] = {}
    for key, text in ranges.items():
        for part in str(key).split(","):
            first, dash, last = part.strip().partition("-")
            names = map(str, range(int(first), int(last) + 1)) if dash else (first,)
            result.update(dict.fromkeys(names, text))
    return result


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
    reasons = spread(data.get("not_implemented", {}))
    for number in {*summaries, *reasons} - set(numbers):
        raise RuleError(f"{path.name} 中的第 {number} 条不存在。")
    return Instrument(
        key=key,
        number=data["number"],
        title=data["title"],
        short=data["short"],
        start=data["from"],
        end=data.get("until"),
        numbers=numbers,
        summaries=summaries,
        elsewhere=spread(data.get("elsewhere", {})),
        reasons=reasons,
    )


@cache
def instruments() -> tuple[Instrument, ...]:
    """Every instrument of the library, by its day of entry into force."""
    found = (instrument(path.stem) for path in FOLDER.glob("*.yaml"))
    return tuple(sorted(found, key=lambda each: (each.start, each.key)))
