"""Counts that stop counting: a tab or a panel never scans a whole county."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

CAP = 1000


@dataclass(frozen=True, slots=True)
class Capped:
    """A number up to `CAP`; beyond it only that there are more. Prints as 1,000+."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"

    def __format__(self, _spec: str) -> str:
        """As it prints: it groups itself."""
        return str(self)

    def __abs__(self) -> int:
        """For the number of its unit: one household, several households."""
        return self.number + self.more


def capped(rows: QuerySet[Any], cap: int = CAP) -> Capped:
    """Count at most `cap` rows."""
    found = rows.order_by()[: cap + 1].count()
    return Capped(min(found, cap), found > cap)
