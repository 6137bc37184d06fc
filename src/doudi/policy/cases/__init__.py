"""The law's worked cases: each with its source, its arithmetic done by hand, and what must come out.

A case says only what differs from the ordinary family of `world.yaml`. Persons get the ids p1, p2 …, obligors o1, o2 …
(of p1 unless they say otherwise). `set` tries other parameter values.
Expected reasons stand under `because` as ``entity.variable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from doudi.policy.decision import Decision
from doudi.policy.reading import Case
from doudi.policy.rulebook import Rulebook
from doudi.policy.run import Run
from doudi.policy.schemes.temporary import temporary_assistance

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class LawCase:
    """One worked case."""

    name: str
    source: str
    derivation: str
    on: date
    facts: dict[str, Any]
    expect: dict[str, Any]
    run: Run
    values: dict[str, Any]
    temporary: dict[str, Any] | None

    def wrong(self, book: Rulebook) -> list[str]:
        """Where the rulebook disagrees with the hand: one line each, empty if it agrees."""
        book = book.laid_over(self.values) if self.values else book
        if self.temporary is not None:
            given = vars(temporary_assistance(book.parameters, on=self.on, **self.temporary))
            return [line for name, value in self.expect.items() for line in _differs(name, value, given[name])]
        decision = book.decide(Case.read(self.facts), self.on, self.run)
        return [*self._values(decision), *self._reasons(decision)]

    def _values(self, decision: Decision) -> Iterator[str]:
        for name, value in self.expect.get("household", {}).items():
            yield from _differs(name, value, decision.value(name))
        for kind, prefix in (("persons", "person"), ("obligors", "obligor")):
            for entity, row in self.expect.get(kind, {}).items():
                for name, value in row.items():
                    yield from _differs(f"{entity}.{name}", value, decision.value(name, f"{prefix}:{entity}"))

    def _reasons(self, decision: Decision) -> Iterator[str]:
        for place, reasons in self.expect.get("because", {}).items():
            key, _, name = place.rpartition(".")
            yield from _differs(f"{place} because", reasons, decision.reasons(name, key))


def _differs(name: str, expected: object, given: object) -> Iterator[str]:
    if expected != given or type(expected) is not type(given):
        yield f"{name}: by hand {expected!r}, by rule {given!r}"


@cache
def law_cases() -> tuple[LawCase, ...]:
    """All cases, by scheme and day."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    world = yaml.load((FOLDER / "world.yaml").read_text(encoding="utf-8"), loader)  # noqa: S506
    paths = sorted(FOLDER.glob("*/*.yaml"))
    return tuple(
        _case(path, yaml.load(path.read_text(encoding="utf-8"), loader), world)  # noqa: S506
        for path in paths
    )


def _case(path: Path, data: dict[str, Any], world: dict[str, Any]) -> LawCase:
    persons = [
        {**world["person"], "person_id": f"p{n}", "relation": "02" if n == 1 else "80", **person}
        for n, person in enumerate(data.get("persons", []), 1)
    ]
    obligors = [{**world["obligor"], "obligor_id": f"o{n}", **o} for n, o in enumerate(data.get("obligors", []), 1)]
    household = {**world["household"], **data.get("household", {})}
    return LawCase(
        name=f"{path.parent.name}/{path.stem}",
        source=data["source"],
        derivation=data["derivation"],
        on=data["day"],
        facts={"household": household, "persons": persons, "obligors": obligors},
        expect=data["expect"],
        run=Run.read(**data.get("run", {})),
        values=data.get("set", {}),
        temporary=data.get("temporary"),
    )


def flipped(before: Rulebook, after: Rulebook) -> list[LawCase]:
    """The cases that come out right under one rulebook and not under the other: a change needs a signature for each."""
    return [case for case in law_cases() if not case.wrong(before) and case.wrong(after)]
