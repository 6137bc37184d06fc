"""The answer to one case: every variable, the reasons of what is not known, the parameters that were used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from doudi.policy.engine.case import Scope, Unknown
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Param
from doudi.policy.engine.programme import walk
from doudi.policy.parameters import Found

if TYPE_CHECKING:
    from doudi.policy.reading import Case
    from doudi.policy.rulebook import Rulebook
    from doudi.policy.run import Run

KINDS = {HOUSEHOLD: "household", PERSON: "persons", OBLIGOR: "obligors"}


@dataclass(frozen=True)
class Used:
    """A parameter that the answer rests on."""

    name: str
    residence: str | None
    found: Found
    label: str

    @property
    def unconfirmed(self) -> bool:
        """Whether the county has not confirmed it yet: 待当地确认."""
        return self.found.block is not None and self.found.block.unconfirmed


class Decision:
    """One household decided on a day. Values are calculated when they are asked for, each once."""

    def __init__(self, book: Rulebook, case: Case, on: date, run: Run, home: Scope) -> None:
        self.book, self.case, self.on, self.run, self.home = book, case, on, run, home

    def scope(self, key: str) -> Scope:
        """The entity by its key, `household`, `person:<id>` or `obligor:<id>`; KeyError if there is none."""
        return self._scopes[key]

    def value(self, name: str, key: str = "household") -> Any:
        """The value of a variable; None if it is not known."""
        value = self.scope(key).value(name)
        return None if isinstance(value, Unknown) else value

    def reasons(self, name: str, key: str = "household") -> list[str]:
        """Why it is not known, sorted; empty if it is."""
        value = self.scope(key).value(name)
        return sorted(value.reasons) if isinstance(value, Unknown) else []

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        return {scope.key: scope for scope in self._walk(self.home)}

    def _walk(self, scope: Scope) -> Iterator[Scope]:
        yield scope
        for child in scope.children:
            yield from self._walk(child)

    def used(self) -> list[Used]:
        """The parameters of the place and day that the rules reach, by name."""
        programme, settings = self.book.programme(self.on), self.home.settings
        nodes = (node for tree in programme.trees.values() for node in walk(tree) if isinstance(node, Param))
        keys = sorted({(n.name, n.residence or "") for n in nodes})
        found = [
            (name, residence or None, settings.get(("found", name, residence or None))) for name, residence in keys
        ]
        labels = self.book.parameters.quantities
        return [Used(name, cls, each, labels[name].label) for name, cls, each in found if isinstance(each, Found)]

    def as_json(self) -> dict[str, Any]:
        """The answer with exactly the names of the rulebook; amounts in fen, unknown as null."""
        result: dict[str, Any] = {"on": str(self.on), "rulebook": self.book.version}
        because: dict[str, Any] = {"household": {}, "persons": {}, "obligors": {}}
        result["household"] = self._told(self.home, because["household"])
        for kind in ("persons", "obligors"):
            result[kind] = {}
        for scope in self._scopes.values():
            if scope is self.home:
                continue
            kind, entity = KINDS[scope.depth], scope.key.partition(":")[2]
            reasons: dict[str, list[str]] = {}
            result[kind][entity] = self._told(scope, reasons)
            if reasons:
                because[kind][entity] = reasons
        result["unknown_because"] = because
        result["unconfirmed"] = [used.name for used in self.used() if used.unconfirmed]
        result["warnings"] = self.case.warnings()
        return result

    def _told(self, scope: Scope, because: dict[str, list[str]]) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name in self.book.programme(self.on).variables(scope.depth):
            value = scope.value(name)
            row[name] = None if isinstance(value, Unknown) else value
            if isinstance(value, Unknown):
                because[name] = sorted(value.reasons)
        return row
