# ruff: noqa: S608  (statements of SQL read better whole; what is put in are names of ours)
"""What an index month costs before it is paid, and what is different once it was: counted, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .subsidy_amounts import Terms
from .subsidy_people import DUE, STANDING, arguments, rows
from .subsidy_proof import GROUPS

COUNTS = f"""{DUE} SELECT left(code, 9), grp, residence, what, count(*), sum(due) FROM owed
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
HOUSEHOLDS = f"{DUE} SELECT left(code, 9), count(DISTINCT household_id) FROM owed GROUP BY 1"
CLASSLESS = f"{STANDING} SELECT count(*) FROM best WHERE fen IS NULL AND code >= %(low)s AND code < %(high)s"
# Paid and no longer due, or paid more than is due: who, how much, on which line.
TOO_MUCH = f"""{STANDING} SELECT paid.person_id, paid.fen, coalesce(b.fen, 0),
  (SELECT max(lp.line_id) FROM payments_lineperson lp WHERE lp.person_id = paid.person_id AND lp.month = %(month)s
     AND lp.what <> 'base' AND lp.counts)
FROM paid LEFT JOIN best b ON b.person_id = paid.person_id
WHERE paid.fen > coalesce(b.fen, 0) ORDER BY paid.person_id"""
TOO_LITTLE = f"{DUE} SELECT person_id, before, before + due, NULL FROM owed ORDER BY person_id"


@dataclass(frozen=True)
class Count:
    """People of a township, group and class, and what they get."""

    place: str
    group: str
    residence: str
    what: str
    people: int
    fen: int


@dataclass(frozen=True)
class Township:
    """A line of the table: a township with its people, households and sum."""

    place: str
    households: int
    people: int
    fen: int


@dataclass(frozen=True)
class Measure:
    """What a run would hold now."""

    counts: Sequence[Count]
    households: dict[str, int]
    classless: int

    @property
    def people(self) -> int:
        """How many people."""
        return sum(one.people for one in self.counts)

    @property
    def fen(self) -> int:
        """How much."""
        return sum(one.fen for one in self.counts)

    @property
    def all_households(self) -> int:
        """How many households."""
        return sum(self.households.values())

    @property
    def townships(self) -> list[Township]:
        """By township."""
        return [
            Township(place, n, sum(c.people for c in self._of(place)), sum(c.fen for c in self._of(place)))
            for place, n in sorted(self.households.items())
        ]

    @property
    def groups(self) -> list[tuple[str | Promise, int, int]]:
        """By group: what it is called, people, sum."""
        found = []
        for group, label in GROUPS.items():
            mine = [one for one in self.counts if one.group == group]
            if mine:
                found.append((label, sum(c.people for c in mine), sum(c.fen for c in mine)))
        return found

    def _of(self, place: str) -> list[Count]:
        return [one for one in self.counts if one.place == place]


def measure(terms: Terms, place: str = "") -> Measure:
    """Count, for the county or a place in it."""
    values = arguments(terms, place or terms.county)
    counts = [Count(p, g, r, w, n, int(fen)) for p, g, r, w, n, fen in rows(COUNTS, values, terms.using)]
    households = dict(rows(HOUSEHOLDS, values, terms.using))
    ((classless,),) = rows(CLASSLESS, values, terms.using)
    return Measure(counts, households, classless)


class Why:
    """Why a person's subsidy is not what it should be."""

    MISSED = _("漏发：待遇后来追溯到本月，或当时没有列入")
    SHORT = _("少发：指数或标准更正后应补")
    OVER = _("多发：更正后应少发")
    NOT_DUE = _("不应发：待遇后来追溯终止，或当月不在册")


@dataclass(frozen=True)
class Difference:
    """A person who got something else than is due now."""

    person: int
    paid_fen: int
    due_fen: int
    line: int | None

    @property
    def fen(self) -> int:
        """What is missing; below zero: what was too much."""
        return self.due_fen - self.paid_fen

    @property
    def over_fen(self) -> int:
        """What was too much; 0 where nothing was."""
        return max(-self.fen, 0)

    @property
    def why(self) -> str | Promise:
        """In words."""
        if self.fen > 0:
            return Why.SHORT if self.paid_fen else Why.MISSED
        return Why.OVER if self.due_fen else Why.NOT_DUE


@dataclass(frozen=True)
class Differences:
    """What to pay later, once, and what may have to be claimed back."""

    owed: Sequence[Difference]
    over: Sequence[Difference]

    @property
    def owed_fen(self) -> int:
        """What a further run would pay."""
        return sum(one.fen for one in self.owed)

    @property
    def over_fen(self) -> int:
        """What was paid too much."""
        return -sum(one.fen for one in self.over)

    def __bool__(self) -> bool:
        return bool(self.owed or self.over)


def differences(terms: Terms, place: str = "") -> Differences:
    """Compare what is due now with every line of the month that is not given up."""
    values = arguments(terms, place or terms.county, paid_too=True)
    owed, over = (
        [Difference(person, int(paid), int(due), line) for person, paid, due, line in rows(one, values, terms.using)]
        for one in (TOO_LITTLE, TOO_MUCH)
    )
    return Differences(owed, over)
