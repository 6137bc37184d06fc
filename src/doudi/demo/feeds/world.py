"""The county as its departments see it: who everybody is, what truly happened, and the months of the year told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import polars as pl

from .. import papers
from ..county import County
from ..draws import DEMO_DAY, TODAY, Bools, Ints, day, stream
from ..frames import dates, words
from ..names import pool
from .happenings import Happenings, happen

T = TypeVar("T")
MONTHS = tuple(date(2025 + (10 + m) // 12, (10 + m) % 12 + 1, 1) for m in range(12))
"""The months told, November 2025 to October 2026: as many as lie before the demo day."""
STARTS = np.array([day(m) for m in (*MONTHS, DEMO_DAY)])
"""Their first days, and the day after the last, in days since 1970."""
LAST = len(MONTHS) - 1
OUTSIDERS = 0.012
"""Share of people in a department's file whom the county does not have."""


@dataclass(frozen=True, eq=False)
class World:
    """What every source draws from."""

    county: County
    happened: Happenings
    _drawn: dict[str, Any] = field(default_factory=dict)

    def rng(self, name: str, month: int = -1) -> np.random.Generator:
        """The stream of one source, or of one month of it."""
        return stream(self.county.seed, f"feeds {name} {month}")

    @cached_property
    def own(self) -> Bools:
        """People who live, second records left out; hidden deaths are only taken out by the day they happened."""
        own = self.county.people.alive.copy()
        own[self.county.copies] = False
        return own

    @cached_property
    def died(self) -> Ints:
        """The day of death of everybody, as it truly is; far in the future for the living."""
        who = self.county.people
        day_of = np.where(who.alive, TODAY + 9_999, who.death)
        for kind in ("dead_but_paid", "earner_died"):
            gone = self.happened.of(kind)
            day_of[gone.person] = gone.since
        return day_of

    @cached_property
    def names(self) -> pl.Series:
        """Everybody's name."""
        found = pool()
        return words(found.surnames, self.county.names.surname) + words(found.given, self.county.names.given)

    @cached_property
    def numbers(self) -> pl.Series:
        """Everybody's true number: departments know those of people whom the county has without one, too."""
        return _text(papers.identity_numbers(self.county.seed, self.county.people)[0])

    @cached_property
    def places(self) -> pl.Series:
        """Everybody's village, by name."""
        return words([v.name for v in self.county.terrain.villages], self.county.homes.village[self.county.people.hh])

    @cached_property
    def addresses(self) -> pl.Series:
        """Every household's address."""
        return pl.Series(papers.addresses(self.county.seed, self.county.terrain, self.county.homes))

    @cached_property
    def phones(self) -> pl.Series:
        """Everybody's telephone, or null."""
        numbers = papers.telephones(self.county.seed, self.county.people)
        return pl.select(pl.when(pl.Series(numbers >= 0)).then(pl.Series(numbers).cast(pl.String))).to_series()

    @cached_property
    def heads(self) -> Ints:
        """The head of every household."""
        who = self.county.people
        found = np.zeros(len(self.county.homes), np.int64)
        found[who.hh[who.head]] = np.flatnonzero(who.head)
        return found

    def alive(self, month: int) -> Bools:
        """Who truly lives at the end of a month (second records left out)."""
        alive = self.died >= STARTS[month + 1]
        alive[self.county.copies] = False
        return alive & (self.county.people.birth < STARTS[month + 1])

    @cached_property
    def everybody(self) -> pl.DataFrame:
        """Who everybody is as files have it: the people of the county by their index, behind them the strangers."""
        who, home = self.county.people, pl.Series(self.county.people.hh)
        own = pl.DataFrame(
            {
                "resident_id": self.numbers,
                "name": self.names,
                "sex": pl.Series(who.sex).cast(pl.String),
                "birth_date": dates(who.birth),
                "place": self.places,
                "address": self.addresses.gather(home),
                "phone": self.phones,
            }
        )
        return pl.concat([own, self._strangers(own)])

    def _strangers(self, own: pl.DataFrame) -> pl.DataFrame:
        """Made-up people of other places; nobody of the county has one of their numbers."""
        rng = self.rng("strangers")
        count = max(400, round(own.height * OUTSIDERS))
        birth, sex = TODAY - rng.integers(18 * 365, 80 * 365, count), rng.integers(1, 3, count)
        serial = 2 * rng.integers(0, 500, count) + sex % 2
        borrowed = own[pl.Series(rng.integers(0, own.height, count))].select("name", "place", "address", "phone")
        return (
            borrowed.with_columns(
                _text(papers.number_matrix(birth, serial)).alias("resident_id"),
                pl.Series(sex).cast(pl.String).alias("sex"),
                dates(birth).alias("birth_date"),
                pl.lit(None, pl.String).alias("phone"),
            )
            .select(own.columns)
            .filter(~pl.col("resident_id").is_in(own["resident_id"].implode()))
            .unique("resident_id", keep="first", maintain_order=True)
        )

    def stranger(self, nth: Ints) -> Ints:
        """Index into `everybody` of the n-th strangers."""
        first, count = len(self.names), self.everybody.height - len(self.names)
        return np.asarray(first + nth % count)

    def stranger_women(self, count: int) -> Ints:
        """Index into `everybody` of so many women from elsewhere."""
        first = len(self.names)
        women = np.flatnonzero((self.everybody["sex"][first:] == "2").to_numpy())
        return np.asarray(first + women[np.arange(count) % len(women)])

    def household_of(self, rows: Ints) -> Ints:
        """The household of each of these people of the county, counted from one."""
        return np.asarray(self.county.people.hh[rows] + 1)

    @cached_property
    def townships(self) -> pl.Series:
        """Everybody's township, as schools are named after it."""
        villages = self.county.terrain.villages
        names = words([f"{v.letters or 'MS'}乡镇" for v in villages], self.county.homes.village[self.county.people.hh])
        return names

    def once(self, name: str, draw: Callable[[World], T]) -> T:
        """What one source draws for the whole year, drawn when it is first asked for."""
        if name not in self._drawn:
            self._drawn[name] = draw(self)
        return cast(T, self._drawn[name])


def world(county: County) -> World:
    """The county with what happened in it."""
    return World(county, happen(county))


def _text(numbers: np.ndarray) -> pl.Series:
    return pl.Series(numbers.astype("U18").tolist(), dtype=pl.String)


def month_of(days: Ints) -> Ints:
    """The month told in which each day lies; below zero or above LAST outside the year."""
    return np.searchsorted(STARTS, days, side="right") - 1


def within(days: Ints, month: int) -> Bools:
    """Which days lie in a month."""
    return (days >= STARTS[month]) & (days < STARTS[month + 1])


def delivered(month: int, lag_days: int) -> date:
    """The day the file of a month arrives."""
    return date.fromordinal(DEMO_DAY.toordinal() + int(STARTS[month + 1]) - TODAY) + timedelta(days=lag_days)
