"""How a rule is declared: a plain function whose argument names are its dependencies."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import ModuleType

from doudi.policy.engine.nodes import Depth, Node
from doudi.policy.engine.units import Unit
from doudi.policy.errors import RuleError
from doudi.policy.law.library import Article

Body = Callable[..., Node]


@dataclass(frozen=True)
class Rule:
    """A variable of the rulebook: what it is called and measured in, its clauses, its dates, its body."""

    name: str
    label: str
    depth: Depth
    unit: Unit
    implements: tuple[Article, ...]
    body: Body
    start: date | None = None
    end: date | None = None
    internal: bool = False
    words: tuple[tuple[str, str], ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(inspect.signature(self.body).parameters)

    @cached_property
    def meaning(self) -> str:
        """The docstring of the body: what it means, in one or two sentences."""
        return inspect.cleandoc(self.body.__doc__ or "")

    @cached_property
    def wording(self) -> dict[str, str]:
        """How its results are called, by value."""
        return dict(self.words)

    def applies_on(self, day: date) -> bool:
        """Whether this version of the rule is the one of ``day``; the end is exclusive."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


def rule(
    depth: Depth,
    label: str,
    unit: Unit,
    *implements: Article,
    name: str = "",
    start: date | None = None,
    end: date | None = None,
    internal: bool = False,
    words: dict[str, str] | None = None,
) -> Callable[[Body], Rule]:
    """Declare a rule. RuleError unless it implements an article, or is an internal step of other rules."""

    def declare(body: Body) -> Rule:
        named = name or body.__name__
        if not implements and not internal:
            raise RuleError(f"规则 {named} 没有写明依据的条文。")
        spoken = tuple((words or {}).items())
        return Rule(named, label, depth, unit, implements, body, start, end, internal, spoken)

    return declare


def rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules declared in modules, in the order of the text."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))
