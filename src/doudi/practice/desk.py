"""A case on the desk: the scenario, and what rulebook and calendar say of it. The answers are made here, never kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from doudi.casework.clocks import Clock
from doudi.casework.programmes import SETTINGS, TRIED, Programme
from doudi.kernel.calendar import WorkCalendar
from doudi.policy import Decision, Rulebook
from doudi.policy.explanation import Finding, explain

from . import happening
from .scenario import Scenario

HOME = "household"


@dataclass(frozen=True)
class Best:
    """The first programme that fits, and for whom; `programme` None: none fits, or `unknown` comes before."""

    programme: Programme | None
    persons: tuple[str, ...] = ()
    unknown: bool = False
    asked: str = ""


@dataclass(frozen=True)
class Desk:
    """One practice case with what decides it."""

    scenario: Scenario
    book: Rulebook
    calendar: WorkCalendar

    @cached_property
    def decision(self) -> Decision:
        return self.book.decide(self.scenario.case, self.scenario.accepted_on)

    @cached_property
    def persons(self) -> Mapping[str, str]:
        """The people of the case: id and name."""
        return {str(p["person_id"]): self.scenario.names[str(p["person_id"])] for p in self.scenario.case.persons}

    @cached_property
    def clocks(self) -> Mapping[str, Clock]:
        return happening.clocks_of(self.scenario, self.calendar)

    @cached_property
    def best(self) -> Best:
        """What the application ends in: the programmes are tried in their order (seed 二（九）)."""
        for programme in TRIED:
            setting = SETTINGS[programme]
            if not setting.variable:
                continue
            keys = [f"person:{p}" for p in self.persons] if setting.about_person else [HOME]
            values = {key: self.decision.value(setting.variable, key) for key in keys}
            if fitting := tuple(key for key, fits in values.items() if fits):
                return Best(programme, tuple(k.partition(":")[2] for k in fitting if k != HOME), asked=setting.variable)
            if any(fits is None for fits in values.values()):
                return Best(None, unknown=True, asked=setting.variable)
        return Best(None)

    def value(self, name: str, person: str = "") -> Any:
        """A value of the rulebook for the household or a person."""
        return self.decision.value(name, f"person:{person}" if person else HOME)

    def total(self, *names: str) -> int | None:
        """A sum over the counted members; None if one part is not known."""
        parts = [self.value(n, p) for p in self.persons if self.value("counted", p) for n in names]
        return None if None in parts else sum(parts)

    def why(self, *names: str, persons: bool = False) -> tuple[Finding, ...]:
        """The rulebook's own explanation."""
        keys = [f"person:{p}" for p in self.persons] if persons else [HOME]
        return tuple(self._explained(name, key) for name in names for key in keys)

    def _explained(self, name: str, key: str) -> Finding:
        return explain(self.decision, name, key, self.scenario.names)

    def amount(self) -> int | None:
        """The monthly sum of the programme that fits; 0 where it pays nothing, None where it is not known."""
        programme = self.best.programme
        if programme is None or not (variable := SETTINGS[programme].amount):
            return None if self.best.unknown else 0
        values = [self.value(variable, p) for p in self.best.persons or ("",)]
        return None if None in values else sum(values)

    def failed(self) -> Iterator[str]:
        """Every condition of household dibao that does not hold, by the fact or finding it rests on."""
        if self.value("income_below_dibao") is False:
            yield "income"
        texts = [c.text for c in self.why("assets_within_dibao")[0].failed]
        yield from (name for name, label in ASSETS.items() if any(label in text for text in texts))


ASSETS: Mapping[str, str] = {
    "financial_assets_fen": "金融资产",
    "vehicle_count": "机动车辆数",
    "vehicle_value_fen": "机动车辆价值",
    "extra_dwellings": "自住以外的住房套数",
    "business_over_rule": "经营情况超过规定",
}
