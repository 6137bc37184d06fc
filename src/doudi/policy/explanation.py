"""Why: the answer as a tree of findings, each with clause, arithmetic, conditions and the paths not taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from doudi.policy.decision import Decision
from doudi.policy.engine.case import Scope, Unknown, compiled
from doudi.policy.engine.declare import Rule
from doudi.policy.engine.nodes import Const, Fact, Node, Op, Param, Ref, RunFact
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.measuring import Measure, measure
from doudi.policy.parameters import Found
from doudi.policy.wording import Speaker, said

Outcome = bool | None
Leaf = tuple[Scope, Node]


@dataclass(frozen=True)
class Condition:
    """One of several conditions of a finding, with whether it holds; None is not known."""

    text: str
    holds: Outcome
    of: str = ""
    measure: Measure | None = None
    """The value against its line, where the condition compares."""


@dataclass(frozen=True)
class Ground:
    """A fact or parameter that the finding rests on."""

    key: str
    label: str
    value: str
    source: str = ""
    unconfirmed: bool = False


@dataclass(frozen=True)
class Finding:
    """A variable: its value, why, and what it was made of. ``holds`` is for yes-or-no findings only."""

    name: str
    key: str
    label: str
    value: Any
    said: str
    clauses: tuple[str, ...]
    meaning: str
    arithmetic: str
    conditions: tuple[Condition, ...]
    not_taken: tuple[str, ...]
    unknown_because: tuple[str, ...]
    grounds: tuple[Ground, ...]
    below: tuple[Finding, ...]

    @property
    def holds(self) -> Outcome:
        """For a yes-or-no finding whether it holds."""
        return self.value if isinstance(self.value, bool) else None

    @property
    def failed(self) -> tuple[Condition, ...]:
        """Every condition that does not hold, not only the first."""
        return tuple(condition for condition in self.conditions if condition.holds is False)

    @property
    def unconfirmed(self) -> tuple[Ground, ...]:
        """The parameters it rests on that the county has not confirmed."""
        return tuple(ground for ground in self.grounds if ground.unconfirmed)

    @property
    def decisive(self) -> Condition | None:
        """The comparison to read first: one that fails, else the one of sums, else the first."""
        told = [c for c in self.conditions if c.measure and c.measure.sign]
        failed = (c for c in told if c.holds is False)
        return next(failed, next((c for c in told if c.measure and c.measure.money), next(iter(told), None)))

    @property
    def parts(self) -> tuple[Finding, ...]:
        """The findings that are conditions of this one: read in place."""
        asked = {(c.of, c.holds) for c in self.conditions}
        return tuple(f for f in self.below if (f.name, f.holds) in asked)

    @property
    def rest(self) -> tuple[Finding, ...]:
        """The other findings below that have something to tell."""
        return tuple(f for f in self.below if f not in self.parts and (f.arithmetic or f.conditions))

    @property
    def own(self) -> tuple[Condition, ...]:
        """The conditions that are neither a finding below nor read first."""
        told = {(f.name, f.holds) for f in self.parts}
        return tuple(c for c in self.conditions if (c.of, c.holds) not in told and c is not self.decisive)

    def everything(self) -> Iterator[Finding]:
        """This finding and all below it."""
        yield self
        for finding in self.below:
            yield from finding.everything()

    def as_json(self) -> dict[str, Any]:
        """The tree as plain data."""
        return asdict(self)


def explain(decision: Decision, name: str, key: str = "household", names: Mapping[str, str] | None = None) -> Finding:
    """The tree of one variable of one entity. A finding that appears twice is told in full the first time only."""
    return Explainer(decision, names or {}).finding(name, decision.scope(key))


class Explainer:
    """Builds trees of findings for one decision; ``names`` gives the people names instead of ids."""

    def __init__(self, decision: Decision, names: Mapping[str, str]) -> None:
        self.decision = decision
        self.programme = decision.book.programme(decision.on)
        labels = {name: quantity.label for name, quantity in decision.book.parameters.quantities.items()}
        self.speaker = Speaker(self.programme.rules, labels, names)
        self.told: set[tuple[str, str]] = set()
        self.clauses: dict[str, tuple[str, ...]] = {}

    def finding(self, name: str, scope: Scope) -> Finding:
        """One variable of one entity."""
        rule, tree = self.programme.rules[name], self.programme.trees[name]
        self.speaker.words = rule.wording
        if (name, scope.key) in self.told:
            return self._finding(rule, scope)
        self.told.add((name, scope.key))
        leaves: list[Leaf] = []
        self._collect(tree, scope, leaves)
        return self._finding(
            rule,
            scope,
            arithmetic="" if rule.unit == BOOLEAN else self.speaker.say(tree, scope),
            conditions=tuple(self._conditions(tree, scope)),
            not_taken=tuple(self._not_taken(tree, scope)),
            grounds=tuple(self._grounds(leaves)),
            below=leaves,
        )

    def _finding(
        self,
        rule: Rule,
        scope: Scope,
        arithmetic: str = "",
        conditions: tuple[Condition, ...] = (),
        not_taken: tuple[str, ...] = (),
        grounds: tuple[Ground, ...] = (),
        below: Iterable[Leaf] = (),
    ) -> Finding:
        """The value with its clauses, and whatever of its making is told this time."""
        value = scope.value(rule.name)
        return Finding(
            name=rule.name,
            key=scope.key,
            label=rule.label,
            value=None if isinstance(value, Unknown) else value,
            said=said(value, rule.unit, rule.wording),
            clauses=self._clauses(rule),
            meaning=rule.meaning,
            arithmetic=arithmetic,
            conditions=conditions,
            not_taken=not_taken,
            unknown_because=tuple(sorted(value.reasons)) if isinstance(value, Unknown) else (),
            grounds=grounds,
            below=tuple(self._below(below)),  # last: the findings below have their own words
        )

    def _clauses(self, rule: Rule) -> tuple[str, ...]:
        """Those in force on the day, put together once for every variable."""
        if rule.name not in self.clauses:
            self.clauses[rule.name] = tuple(a.citation for a in rule.implements if self._in_force(a))
        return self.clauses[rule.name]

    def _in_force(self, article: Any) -> bool:
        return bool(article.instrument.in_force(self.decision.on))

    def _conditions(self, tree: Node, scope: Scope) -> Iterator[Condition]:
        """The parts of a conjunction or alternative, or the single condition of a comparison."""
        if tree.unit != BOOLEAN:
            return
        parts = tree.args if isinstance(tree, Op) and tree.symbol in ("and", "or") else (tree,)
        for part in parts:
            value = compiled(part)(scope)
            holds = None if isinstance(value, Unknown) else bool(value)
            ref = part.args[0] if isinstance(part, Op) and part.symbol == "not" else part
            yield Condition(
                text=self.speaker.say(part, scope),
                holds=holds,
                of=ref.name if isinstance(ref, Ref | Fact) else "",
                measure=measure(part, scope, self.speaker, holds),
            )

    def _not_taken(self, tree: Node, scope: Scope) -> Iterator[str]:
        """What would have applied if a condition had been otherwise, on the path that was taken."""
        if not isinstance(tree, Op) or not _chooses(tree):
            return
        if tree.symbol != "if":
            inner = (arg for arg in tree.args if tree.symbol not in ("total", "every"))
            for arg in inner:
                yield from self._not_taken(arg, scope)
            return
        condition, then, otherwise = tree.args
        chosen = compiled(condition)(scope)
        if isinstance(chosen, bool):
            taken, other = (then, otherwise) if chosen else (otherwise, then)
            state = "成立" if chosen else "不成立"
            yield f"{self.speaker.say(condition, scope)}：{state}，所以不用：{self.speaker.say(other, scope, False)}"
            yield from self._not_taken(taken, scope)

    def _grounds(self, leaves: list[Leaf]) -> Iterator[Ground]:
        """The facts and parameters on the paths that were taken."""
        seen: set[str] = set()
        for owner, node in leaves:
            if isinstance(node, Ref):
                continue
            key = self._key(node, owner)
            if key not in seen:
                seen.add(key)
                yield self._ground(key, node, owner)

    def _ground(self, key: str, node: Node, owner: Scope) -> Ground:
        found = owner.settings.get(("found", node.name, node.residence)) if isinstance(node, Param) else None
        block = found.block if isinstance(found, Found) else None
        return Ground(
            key=key,
            label=self.speaker.label(node),
            value=self.speaker.value(node, owner),
            source=block.source if block else "",
            unconfirmed=bool(block and block.unconfirmed),
        )

    def _below(self, leaves: Iterable[Leaf]) -> Iterator[Finding]:
        """The variables on the paths that were taken, of the household and of each member where they are summed."""
        seen: set[tuple[str, str]] = set()
        for owner, node in leaves:
            if isinstance(node, Ref):
                at = owner.at(node.depth)
                if (node.name, at.key) not in seen:
                    seen.add((node.name, at.key))
                    yield self.finding(node.name, at)

    def _key(self, node: Node, owner: Scope) -> str:
        if isinstance(node, Fact):
            return f"{owner.at(node.depth).key}.{node.name}"
        assert isinstance(node, Param | RunFact)
        return f"{'run' if isinstance(node, RunFact) else 'parameter'}.{node.name}"

    def _collect(self, tree: Node, scope: Scope, leaves: list[Leaf]) -> None:
        """Facts, parameters and rules that were operands: not those of a branch not taken."""
        if not isinstance(tree, Op):
            if not isinstance(tree, Const):
                leaves.append((scope, tree))
        elif tree.symbol in ("total", "every"):
            for child in scope.children:
                self._collect(tree.args[0], child, leaves)
        elif tree.symbol == "if":
            chosen = compiled(tree.args[0])(scope)
            branches = tree.args[1:] if isinstance(chosen, Unknown) else tree.args[1:2] if chosen else tree.args[2:]
            for arg in (tree.args[0], *branches):
                self._collect(arg, scope, leaves)
        elif tree.symbol != "applies":
            for arg in tree.args:
                self._collect(arg, scope, leaves)


def _chooses(node: Node) -> bool:
    """Whether there is an IF at or below the node; found once, because most expressions have none."""
    known: bool | None = node.__dict__.get("chooses")
    if known is None:
        known = isinstance(node, Op) and (node.symbol == "if" or any(map(_chooses, node.args)))
        node.__dict__["chooses"] = known
    return known
