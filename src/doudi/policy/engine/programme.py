"""The rules of one day as a tree each, in the order of evaluation, checked for every mistake at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter

from doudi.policy.engine.declare import Rule
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, RUN, Depth, Fact, Node, Op, Param, Parts, Ref, RunFact
from doudi.policy.engine.units import Unit
from doudi.policy.errors import RuleError
from doudi.policy.facts import FACTS, RUN_FACTS


@dataclass(frozen=True, eq=False)
class Programme:
    """What is calculated on a day: each variable once, with its tree, dependencies first."""

    rules: Mapping[str, Rule]
    trees: Mapping[str, Node]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables in an order in which each comes after those it needs."""
        return tuple(self.trees)

    def only(self, wanted: frozenset[str]) -> Programme:
        """These variables and what they rest on, nothing else; only they are results."""
        return _only(self, wanted)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of the facts that its rules ask for."""
        return frozenset(node.name for tree in self.trees.values() for node in walk(tree) if isinstance(node, Fact))

    def variables(self, depth: Depth) -> tuple[str, ...]:
        """The variables of an entity that are results, without internal steps, in the order of the schemes."""
        return tuple(name for name, rule in self.rules.items() if rule.depth == depth and not rule.internal)


def build(rules: Iterable[Rule], units: Mapping[str, Unit], day: date) -> Programme:
    """The programme of ``day``; RuleError for two versions, undefined names, cycles or disagreeing units."""
    chosen = _versions(rules, day)
    trees = {name: _tree(rule, chosen, units) for name, rule in chosen.items()}
    graph = {name: {node.name for node in walk(tree) if isinstance(node, Ref)} for name, tree in trees.items()}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise RuleError(f"规则互相引用，无法计算：{' → '.join(error.args[1])}。") from error
    return Programme(chosen, {name: trees[name] for name in order})


@lru_cache(maxsize=64)
def _only(programme: Programme, wanted: frozenset[str]) -> Programme:
    needed, waiting = set[str](), list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += (node.name for node in walk(programme.trees[name]) if isinstance(node, Ref))
    rules = {name: rule if name in wanted else replace(rule, internal=True) for name, rule in programme.rules.items()
             if name in needed}  # fmt: skip
    return Programme(rules, {name: tree for name, tree in programme.trees.items() if name in needed})


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it in the same rule."""
    yield node
    if isinstance(node, Op):
        for arg in node.args:
            yield from walk(arg)


def _versions(rules: Iterable[Rule], day: date) -> dict[str, Rule]:
    """The one version of every rule that applies on the day."""
    everything = tuple(rules)
    chosen: dict[str, Rule] = {}
    for rule in everything:
        if rule.applies_on(day):
            if rule.name in chosen:
                raise RuleError(f"规则 {rule.name} 在 {day} 有两个版本。")
            chosen[rule.name] = rule
    for name in {rule.name for rule in everything} - chosen.keys():
        raise RuleError(f"规则 {name} 在 {day} 没有适用的版本。")
    return chosen


def _tree(rule: Rule, rules: Mapping[str, Rule], units: Mapping[str, Unit]) -> Node:
    """The body called with nodes in place of values."""
    arguments = {name: resolve(name, rule.depth, rule.name, rules, units) for name in rule.needs}
    try:
        tree = rule.body(**arguments)
    except RuleError as error:
        raise RuleError(f"规则 {rule.name}：{error}") from error
    if tree.unit != rule.unit:
        raise RuleError(f"规则 {rule.name} 声明的单位是 {rule.unit}，算出来是 {tree.unit}。")
    if tree.depth > rule.depth:
        raise RuleError(f"规则 {rule.name} 用了下一级的值，应先求和或逐一判断。")
    return tree


def resolve(name: str, depth: Depth, own: str, rules: Mapping[str, Rule], units: Mapping[str, Unit]) -> Node | Parts:
    """What a name means in a rule of an entity: its own value, one above it, one below, a parameter."""
    below = () if depth == OBLIGOR else (Depth(depth + 1),)
    for level in (*range(depth, RUN, -1), *below):
        at = Depth(level)
        if name in FACTS[at]:
            return Fact(FACTS[at][name].unit, at, name)
        if name in rules and name != own and rules[name].depth == at:
            return Ref(rules[name].unit, at, name)
    if name in RUN_FACTS:
        return RunFact(RUN_FACTS[name].unit, RUN, name)
    if name in units:
        return Param(units[name], HOUSEHOLD, name)
    if any(key.startswith(f"{name}.") for key in units):
        return Parts(dict(units), name)
    raise RuleError(f"没有名为 {name} 的事实、参数或规则。")
