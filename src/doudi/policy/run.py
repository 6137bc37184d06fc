"""The facts of a whole run: the price indices of a month."""

from __future__ import annotations

import re
from dataclasses import dataclass

from doudi.policy.errors import PolicyError
from doudi.policy.facts import RUN_FACTS


@dataclass(frozen=True)
class Run:
    """Index month (year × 12 + month − 1) and year-on-year changes in tenths of a percent; None is not known."""

    index_month: int | None = None
    cpi: int | None = None
    food_cpi: int | None = None

    @classmethod
    def read(cls, index_month: str | None = None, cpi: int | None = None, food_cpi: int | None = None) -> Run:
        """From a month written YYYY-MM; PolicyError if it is none, or if an index is out of its domain."""
        for name, value in (("cpi", cpi), ("food_cpi", food_cpi)):
            refusal = RUN_FACTS[name].refusal(value) if value is not None else None
            if refusal:
                raise PolicyError(f"{name}（{RUN_FACTS[name].label}，以千分之一计）{refusal}，现在是 {value!r}。")
        if index_month is None:
            return cls(None, cpi, food_cpi)
        match = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", index_month)
        if match is None:
            raise PolicyError(f"指数月份“{index_month}”应写成 YYYY-MM，例如 2022-09。")
        return cls(int(match[1]) * 12 + int(match[2]) - 1, cpi, food_cpi)

    def facts(self) -> dict[str, int | None]:
        """By name, as rules ask for them."""
        return {"index_month": self.index_month, "cpi": self.cpi, "food_cpi": self.food_cpi}
