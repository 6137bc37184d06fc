"""What the amounts of a place and class rest on, on a day: values of parameters with their origin, and clauses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from doudi.policy import Rulebook
from doudi.policy.decision import Used
from doudi.policy.engine.case import Unknown
from doudi.policy.parameters import Found
from doudi.policy.run import Run

from ..entitlements import clauses_on, told_of

# What only somebody in extreme hardship is paid by.
TEKUN_ONLY = ("tekun_basic", "care")


class Grounds:
    """The parameters that hold at a place, for a class, on a day; in the words of `entitlements`."""

    def __init__(self, book: Rulebook, area: str, residence: str | None, on: date) -> None:
        self.book, self.on = book, on
        self.settings: Mapping[object, Any] = book.settings(area, residence, on, Run())
        self.said: dict[tuple[str, ...], Any] = {}
        self.against: dict[int, set[str]] = {}

    def value(self, name: str) -> Any:
        """The value of a parameter; None if it is not known."""
        value = self.settings.get((name, None))
        return None if isinstance(value, Unknown) else value

    def applies(self, name: str) -> bool:
        """Whether the parameter has a value here at all."""
        return self.settings.get(("applies", name)) is True

    @cached_property
    def found(self) -> dict[tuple[str, str], Found]:
        """Every parameter that the rules reach, by name and class."""
        held = {key[1:]: value for key, value in self.settings.items() if isinstance(value, Found)}  # type: ignore[index]
        return {(name, cls or ""): held[name, cls] for name, cls in sorted(held, key=lambda k: (k[0], k[1] or ""))}

    def told(self, *names: str) -> list[dict[str, Any]]:
        """The parameters as they are kept with a line; the same list for every line that rests on them."""
        if names not in self.said:
            labels = self.book.parameters.quantities
            self.said[names] = [
                told_of(Used(name, cls or None, found, labels[name].label))
                for wanted in names
                for (name, cls), found in self.found.items()
                if name == wanted
            ]
        found: list[dict[str, Any]] = self.said[names]
        return found

    def clauses(self, *names: str) -> list[str]:
        """The clauses of rules that are in force on the day."""
        key = ("clauses", *names)
        if key not in self.said:
            self.said[key] = list(clauses_on(self.book, self.on, *names))
        found: list[str] = self.said[key]
        return found

    def changed(self, other: Grounds) -> set[str]:
        """The names of parameters that have another value there, by class where they are asked for by class."""
        if id(other) not in self.against:
            keys = self.found.keys() | other.found.keys()
            self.against[id(other)] = {key[0] for key in keys if _value(self, key) != _value(other, key)}
        return self.against[id(other)]


def _value(grounds: Grounds, key: tuple[str, str]) -> Any:
    found = grounds.found.get(key)
    return (None, False) if found is None else (found.value, True)


class GroundsOf:
    """The grounds of one rulebook on one day, looked up once for each place that has values of its own."""

    def __init__(self, book: Rulebook, on: date) -> None:
        self.book, self.on = book, on
        blocks = (block for quantity in book.parameters.quantities.values() for block in quantity.blocks)
        self.areas = sorted({block.area for block in blocks if block.area}, key=len, reverse=True)
        self.known: dict[tuple[str, str | None], Grounds] = {}
        self.by_place: dict[tuple[str, str | None], Grounds] = {}

    def at(self, code: str, residence: str | None) -> Grounds:
        """Those of a division and class."""
        found = self.by_place.get((code, residence))
        if found is None:
            key = next((area for area in self.areas if code.startswith(area)), ""), residence
            found = self.known[key] if key in self.known else Grounds(self.book, *key, self.on)
            self.known[key] = self.by_place[code, residence] = found
        return found


def concerns(programme: str, changed: set[str], grounds: Grounds) -> bool:
    """Whether an amount of the programme can rest on one of the changed values."""
    of_tekun = {name for name in changed if name.partition(".")[0] in TEKUN_ONLY}
    if programme != "tekun":
        return bool(changed - of_tekun)
    # Without a basic standard of its own, extreme hardship is paid by the urban standard of dibao.
    return bool(of_tekun) or ("dibao_standard" in changed and not grounds.applies("tekun_basic"))
