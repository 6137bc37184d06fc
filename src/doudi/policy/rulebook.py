"""The rulebook: rules and parameters together, immutable; a what-if is another rulebook laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from doudi.policy.decision import Decision
from doudi.policy.engine.case import Evaluate, Scope, Surroundings, Unknown, compiled
from doudi.policy.engine.declare import Rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node, Op, Param
from doudi.policy.engine.programme import Programme, build, walk
from doudi.policy.facts import FIRST_DAY, Plain, check_day
from doudi.policy.parameters import Found, Parameters, load
from doudi.policy.parameters.lookup import Value
from doudi.policy.reading import Case
from doudi.policy.run import Run
from doudi.policy.schemes import RULES

Settings = dict[object, object]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """What decides: the rules with their dates, and the parameters with theirs."""

    rules: tuple[Rule, ...] = RULES
    parameters: Parameters = field(default_factory=load)

    @cached_property
    def version(self) -> str:
        """A short fingerprint of parameters and rules, the same on every machine; kept with a determination."""
        told = [f"{q.name}{q.blocks}" for q in self.parameters.quantities.values()]
        told += sorted(map(str, self.parameters.overlay.items()))
        told += [f"{rule.name} {rule.start} {rule.end}" for rule in self.rules]
        told += sorted({Path(rule.body.__code__.co_filename).read_text(encoding="utf-8") for rule in self.rules})
        return sha256("\n".join(told).encode()).hexdigest()[:12]

    def laid_over(self, values: Mapping[str, Value] | None = None, rules: tuple[Rule, ...] = ()) -> Rulebook:
        """The same rulebook with other parameter values, or with rules put in place of those of the same name."""
        instead = {rule.name for rule in rules}
        kept = tuple(rule for rule in self.rules if rule.name not in instead)
        book = replace(self, rules=(*kept, *rules), parameters=self.parameters.laid_over(values or {}))
        if not rules:  # the trees do not depend on the values of parameters
            book.__dict__["_programmes"], book.__dict__["_compiled"] = self._programmes, self._compiled
        return book

    def programme(self, on: date) -> Programme:
        """What is calculated on a day; PolicyError for a day before the first."""
        check_day(on)
        active = tuple(rule.applies_on(on) for rule in self.rules)
        if active not in self._programmes:
            self._programmes[active] = build(self.rules, self.parameters.units(), on)
        return self._programmes[active]

    @cached_property
    def _programmes(self) -> dict[tuple[bool, ...], Programme]:
        return {}

    @cached_property
    def _compiled(self) -> dict[Programme, dict[str, Evaluate]]:
        return {}

    @cached_property
    def _settings(self) -> dict[tuple[object, ...], Settings]:
        return {}

    def change_dates(self) -> list[date]:
        """Every day from the first on which a rule or a parameter changes."""
        rules = {day for rule in self.rules for day in (rule.start, rule.end) if day}
        return sorted(day for day in {FIRST_DAY, *rules, *self.parameters.change_dates()} if day >= FIRST_DAY)

    def compiled(self, on: date) -> dict[str, Evaluate]:
        """The rules of the day as functions of a scope."""
        programme = self.programme(on)
        if programme not in self._compiled:
            self._compiled[programme] = {name: compiled(tree) for name, tree in programme.trees.items()}
        return self._compiled[programme]

    def settings(self, area: str | None, residence: str | None, on: date, run: Run) -> Settings:
        """Every parameter that a case of the place, class and day can need; MissingParameter if one has no value."""
        key = (area, residence, on, run.index_month)
        if key not in self._settings:
            self._settings[key] = _settings(self, *key)
        return self._settings[key]

    def scopes(self, case: Case, on: date, run: Run) -> Scope:
        """The household, its persons and their obligors, ready to be evaluated."""
        case.check_dates(on)
        facts = case.household
        settings = self.settings(_text(facts.get("division_code")), _text(facts.get("residence_class")), on, run)
        around = Surroundings(on, self.compiled(on), settings, run.facts())
        return case.scopes(around)

    def decide(self, case: Case, on: date, run: Run | None = None) -> Decision:
        """Every variable of one household, with the reasons of what is not known. PolicyError if it cannot be."""
        run = run or Run()
        return Decision(self, case, on, run, self.scopes(case, on, run))


@cache
def rulebook() -> Rulebook:
    """The rulebook of this package."""
    return Rulebook()


def _text(value: Plain | None) -> str | None:
    return None if value is None else str(value)


def _settings(book: Rulebook, area: str | None, residence: str | None, on: date, index_month: int | None) -> Settings:
    """Look up what the trees reach, following an IF only where its condition is still open."""
    settings: Settings = {}
    month = None if index_month is None else date(index_month // 12, index_month % 12 + 1, 1)

    def visit(node: Node) -> None:
        if isinstance(node, Param):
            found = find(node)
            settings[node.name, node.residence] = Unknown(found.reasons) if found.value is None else found.value
            settings["found", node.name, node.residence] = found
        elif isinstance(node, Op) and node.symbol == "applies":
            param = node.args[0]
            assert isinstance(param, Param)
            settings["applies", param.name] = book.parameters.applies(param.name, area, residence, on)
        elif isinstance(node, Op) and node.symbol == "if" and _settled(node.args[0]):
            visit(node.args[0])
            condition = compiled(node.args[0])(scope)
            branches = (
                node.args[1:] if isinstance(condition, Unknown) else node.args[1:2] if condition else node.args[2:]
            )
            for branch in branches:
                visit(branch)
        elif isinstance(node, Op):
            for arg in node.args:
                visit(arg)

    def find(node: Param) -> Found:
        day = month if book.parameters.quantity(node.name).by_index_month else on
        return book.parameters.find(node.name, area, node.residence or residence, day)

    scope = Scope(HOUSEHOLD, "household", {}, Surroundings(on, {}, settings, {}))
    for tree in book.programme(on).trees.values():
        visit(tree)
    return settings


def _settled(condition: Node) -> bool:
    """Whether the condition depends on parameters only."""
    kinds = {type(node).__name__ for node in walk(condition)}
    return "Param" in kinds and not kinds & {"Fact", "RunFact", "Ref"}
