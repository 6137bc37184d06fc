"""A task: what is asked, what the rules answer, and how an answer is judged against them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from doudi.kernel.money import format_yuan
from doudi.policy.explanation import Finding

from .desk import Desk
from .topics import Outcome, Topic

Text = str | Promise
Answer = Mapping[str, Any]  # by field: a choice, a list of choices, fen, or a day as YYYY-MM-DD


class Sort(Enum):
    """What kind of answer a field takes."""

    ONE = "one"
    MANY = "many"
    YUAN = "yuan"
    DAY = "day"


@dataclass(frozen=True)
class Field:
    """One thing asked."""

    name: str
    label: Text
    sort: Sort
    choices: tuple[tuple[str, Text], ...] = ()
    hint: Text = ""


@dataclass(frozen=True)
class Why:
    """Why the right answer is right: sentences, and findings of the rulebook."""

    lines: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Task:
    """One step of the office. `right` asks the rules; a field that it leaves out or answers None is not judged."""

    key: str
    topic: Topic
    title: Text
    ask: Text
    shows: tuple[str, ...]
    fields: Callable[[Desk], tuple[Field, ...]]
    right: Callable[[Desk], Answer]
    why: Callable[[Desk], Why]


@dataclass(frozen=True)
class Point:
    """One field judged: what was said, what is right, what was missed and what was too much."""

    label: Text
    outcome: Outcome
    said: str
    right: str
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A whole answer judged."""

    outcome: Outcome
    points: tuple[Point, ...]
    why: Why


def judge(task: Task, desk: Desk, answer: Answer) -> Verdict:
    """An answer against the rules."""
    right = task.right(desk)
    judged = [f for f in task.fields(desk) if right.get(f.name) is not None]
    points = tuple(_point(field, answer.get(field.name), right[field.name]) for field in judged)
    return Verdict(_together([p.outcome for p in points]), points, task.why(desk))


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    if all(o is Outcome.RIGHT for o in outcomes):
        return Outcome.RIGHT
    return Outcome.WRONG if all(o is Outcome.WRONG for o in outcomes) else Outcome.PARTLY


def _point(field: Field, said: Any, right: Any) -> Point:
    if field.sort is Sort.MANY:
        return _many(field, set(said or ()), set(right))
    outcome = Outcome.RIGHT if said == right else Outcome.WRONG
    return Point(field.label, outcome, in_words(field, said), in_words(field, right))


def _many(field: Field, said: set[str], right: set[str]) -> Point:
    outcome = Outcome.RIGHT if said == right else Outcome.PARTLY if said & right else Outcome.WRONG
    words = dict(field.choices)
    missed, extra = (tuple(str(words[k]) for k in words if k in part) for part in (right - said, said - right))
    return Point(field.label, outcome, in_words(field, said), in_words(field, right), missed, extra)


def in_words(field: Field, value: Any) -> str:
    """An answer as a person reads it."""
    if value is None or value == "":
        return "未填"
    if field.sort is Sort.YUAN:
        return f"{format_yuan(value)} 元"
    if field.sort is Sort.DAY:
        day = date.fromisoformat(value)
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    words = {key: str(label) for key, label in field.choices}
    if field.sort is Sort.ONE:
        return words.get(value, "未填")
    return "、".join(label for key, label in words.items() if key in value) or "都不选"
