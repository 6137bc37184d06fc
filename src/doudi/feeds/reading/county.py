"""Whether a file is about this county at all: another county's file looks exactly like ours but for its places."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

FEWEST = 20
"""With fewer rows that name a place nothing is concluded."""
LEAST_SHARE = 0.5
_ENDINGS = re.compile(
    r"(村民委员会|村委会|社区居民委员会|社区居委会|居民委员会|居委会|民族乡|乡|镇|街道|街道办事处|社区|村)$"
)


@dataclass(frozen=True)
class County:
    """The code of the county and the names of its villages, townships and itself."""

    code: str
    names: frozenset[str]

    @property
    def stems(self) -> frozenset[str]:
        """The names without their endings; one character is no stem."""
        plain = {_ENDINGS.sub("", name) for name in self.names}
        return frozenset(name for name in {*self.names, *plain} if len(name) >= 2)


def foreign_share(places: pl.Series, county: County) -> float | None:
    """The share of the named places that are not in the county; None if too few are named."""
    counts = places.drop_nulls().value_counts()
    total = int(counts["count"].sum())
    if total < FEWEST:
        return None
    stems = county.stems
    known = [_is_ours(str(place), county.code, stems) for place in counts[counts.columns[0]].to_list()]
    ours = int(counts.filter(pl.Series(known, dtype=pl.Boolean))["count"].sum())
    return 1 - ours / total


def _is_ours(place: str, code: str, stems: frozenset[str]) -> bool:
    if place.isdigit() and len(place) >= 6:
        return place.startswith(code)
    return any(stem in place for stem in stems)
