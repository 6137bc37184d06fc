"""How an indicator is declared: a plain function over columns whose argument names are what it looks at.

An argument is a fact (`inputs.INPUTS`), true or false, a number or a day, or a threshold (`thresholds.yaml`). The
function says whether the indicator speaks, in Kleene's logic: what is not known is not a hit. Where a source sends
whole lists, *not on the list* is a finding; such inputs are named in `absent`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Literal

import polars as pl

from doudi.accounts.roles import Role
from doudi.policy.errors import RuleError
from doudi.policy.law import Article

from .inputs import INPUTS
from .thresholds import thresholds
from .wording import Sentence

Group = Literal["help", "stop"]
Depth = Literal["household", "person"]
Body = Callable[..., pl.Expr]


@dataclass(frozen=True)
class Indicator:
    """One indicator: what it is called, on which clause, who is told and how soon they answer, and its sentence."""

    key: str
    title: str
    group: Group
    depth: Depth
    clauses: tuple[Article, ...]
    audience: Role
    deadline_days: int
    sentence: str
    body: Body
    shows: tuple[str, ...] = ()
    """What it does not ask, but tells: part of the evidence."""
    absent: tuple[str, ...] = ()

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(inspect.signature(self.body).parameters)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Everything that must be at hand: what it asks and what it shows."""
        return tuple(dict.fromkeys((*self.asks, *self.shows)))

    @cached_property
    def thresholds(self) -> tuple[str, ...]:
        """The thresholds among them."""
        return tuple(name for name in self.asks if name in thresholds().quantities)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The facts among them."""
        return tuple(name for name in self.asks if name not in self.thresholds)

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact of the evidence: those it asks and those it shows."""
        return tuple(dict.fromkeys((*self.inputs, *self.shows)))

    @cached_property
    def meaning(self) -> str:
        """The docstring: what it finds, in one or two sentences."""
        return inspect.cleandoc(self.body.__doc__ or "")

    @cached_property
    def wording(self) -> Sentence:
        """The sentence, ready to be filled."""
        return Sentence(self.sentence)

    def expression(self) -> pl.Expr:
        """Whether it speaks, over columns of the names it needs."""
        return self.body(**{name: pl.col(name) for name in self.asks})


def indicator(
    depth: Depth,
    group: Group,
    title: str,
    *clauses: Article,
    to: Role,
    days: int,
    says: str,
    shows: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
) -> Callable[[Body], Indicator]:
    """Declare the function that follows; RuleError for an unknown input, or one that its sentence has not got."""

    def declared(body: Body) -> Indicator:
        made = Indicator(body.__name__, title, group, depth, clauses, to, days, says, body, shows, absent)
        _check(made)
        return made

    return declared


def _check(made: Indicator) -> None:
    unknown = [name for name in made.facts if name not in INPUTS]
    if unknown:
        raise RuleError(f"指标 {made.key} 用到没有的事实或阈值：{'、'.join(unknown)}。")
    deeper = [name for name in made.facts if made.depth == "household" and INPUTS[name].depth == "person"]
    if deeper:
        raise RuleError(f"指标 {made.key} 按户判断，不能用个人的事实：{'、'.join(deeper)}。")
    strangers = set(made.wording.names) - set(made.needs)
    if strangers or not set(made.absent) <= set(made.inputs):
        raise RuleError(f"指标 {made.key} 的说明用到它没有看的事实：{'、'.join(sorted(strangers))}。")
    if not made.clauses or not made.meaning:
        raise RuleError(f"指标 {made.key} 没有依据，或没有写明发现什么。")


def declared_in(*modules: ModuleType) -> Iterator[Indicator]:
    """The indicators of some modules in the order in which they are written."""
    for module in modules:
        yield from (each for each in vars(module).values() if isinstance(each, Indicator))
