"""Units of the values of rules, so that fen are never compared with fen per month, nor percents with counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Dims = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Unit:
    """A kind of value: numbers with dimensions, or one of the kinds that cannot be calculated with."""

    kind: str
    dims: Dims = ()

    @cached_property
    def money(self) -> bool:
        """Whether an amount of money."""
        return any(name == "fen" for name, _ in self.dims)

    @cached_property
    def monthly(self) -> bool:
        """Whether an amount for each month."""
        return ("month", -1) in self.dims

    @property
    def numeric(self) -> bool:
        """Whether one can calculate with it."""
        return self.kind == "number"

    def times(self, other: Unit) -> Unit:
        """The unit of a product."""
        powers = dict(self.dims)
        for name, power in other.dims:
            powers[name] = powers.get(name, 0) + power
        return Unit("number", tuple(sorted((n, p) for n, p in powers.items() if p)))

    def over(self, other: Unit) -> Unit:
        """The unit of a quotient."""
        return self.times(Unit("number", tuple((n, -p) for n, p in other.dims)))


def _number(**powers: int) -> Unit:
    return Unit("number", tuple(sorted(powers.items())))


COUNT = _number()
FEN = _number(fen=1)
FEN_MONTH = _number(fen=1, month=-1)
MONTHS = _number(month=1)
PERCENT = _number(percent=1)
PERMILLE = _number(permille=1)
YEARS = _number(year=1)
CALENDAR_MONTH = _number(calendar_month=1)
BOOLEAN = Unit("boolean")
TEXT = Unit("text")
DATE = Unit("date")

NAMES = {
    "count": COUNT, "fen": FEN, "fen_month": FEN_MONTH, "months": MONTHS, "percent": PERCENT, "permille": PERMILLE,
    "years": YEARS, "boolean": BOOLEAN, "text": TEXT,
}  # fmt: skip
"""The units that a parameter file may name."""
