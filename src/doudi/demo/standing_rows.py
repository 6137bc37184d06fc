"""Rows of the low-income registry and of relatives with a duty to support."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import hardship
from .county import County
from .draws import DEMO_DAY, NEVER, TODAY, YEAR, Bools, Ints, chance, day, month_start, pick, skewed, stream
from .frames import Collector, codes, dated, dates, moments, whole, words
from .hardship import DIBAO, INDIVIDUAL, NEAR, RELAPSE, RIGID_SPENDING, TEKUN
from .names import pool

CIVIL, REVITALISATION, AGRICULTURE = range(3)
DEPARTMENTS = ("civil_affairs", "rural_revitalisation", "agriculture_rural_affairs")
GROUNDS = ("", "共同生活家庭成员年人均收入低于当地低保标准，且家庭财产符合规定",
           "家庭人均收入高于低保标准、低于低保标准的1.5倍，且家庭财产符合规定",
           "医疗、教育等必需支出超过家庭总收入的60%", "经村级评议、乡镇核查，存在返贫致贫风险，纳入防止返贫监测",
           "低保边缘家庭中的重度残疾人或重病患者，按单人户纳入",
           "无劳动能力、无生活来源、无法定义务人或义务人无履行义务能力",
           "经乡镇民政部门认定的其他困难家庭")  # fmt: skip
HANDOVER = day(DEMO_DAY.replace(2025, 1, 1))
"""From this day another department determines relapse watch, and civil affairs the rigid-expenditure households."""


def statuses(county: County) -> pl.DataFrame:
    """`registry_lowincomestatus`: current periods, and some that ended."""
    rng, standings, who = stream(county.seed, "statuses"), county.standings, county.people
    rows = Collector("household", "category", "starts", "ends", "review", person=NEVER, department=CIVIL)
    for category in (DIBAO, NEAR, INDIVIDUAL, hardship.OTHER, RELAPSE, RIGID_SPENDING):
        homes = np.flatnonzero(standings.category == category)
        kind = NEAR if category == INDIVIDUAL else category
        _current(rows, rng, county, homes, kind, np.full(len(homes), NEVER))
    for category, mask in ((TEKUN, standings.tekun), (INDIVIDUAL, standings.individual)):
        persons = np.flatnonzero(mask)
        _current(rows, rng, county, who.hh[persons], category, persons)
    _ended(rows, rng, county)
    c = rows.columns()
    table = [v.code for v in county.terrain.villages]
    return pl.DataFrame(
        {
            **dated(
                words(table, county.homes.village[c["household"]]), c["starts"], c["ends"], moments(c["starts"], rng)
            ),
            "household_id": pl.Series(c["household"] + 1),
            "person_id": whole(np.where(c["person"] == NEVER, NEVER, c["person"] + 1)),
            "category": words(hardship.CATEGORIES, c["category"]),
            "ground": words(GROUNDS, c["category"]),
            "department": words(DEPARTMENTS, c["department"]),
            "review_by": dates(c["review"]),
        }
    )


def _current(
    rows: Collector, rng: np.random.Generator, county: County, homes: Ints, category: int, persons: Ints
) -> None:
    """Standing today; a period that crosses the hand-over is two rows with two departments."""
    n = len(homes)
    starts = month_start(np.maximum(TODAY - rng.integers(45, 2400, n), county.opened[homes]) + 31)
    starts = np.minimum(starts, TODAY)
    review = TODAY + 20 + (starts * 13) % 345
    before, after = {RELAPSE: (REVITALISATION, AGRICULTURE), RIGID_SPENDING: (REVITALISATION, CIVIL)}.get(
        category, (CIVIL, CIVIL)
    )
    crossing = (starts < HANDOVER) & (before != after)
    old = np.flatnonzero(crossing)
    rows.add(len(old), household=homes[old], person=persons[old], category=category, starts=starts[old],
             ends=HANDOVER, department=before)  # fmt: skip
    rows.add(n, household=homes, person=persons, category=category, starts=np.where(crossing, HANDOVER, starts),
             department=after, review=review)  # fmt: skip


def _ended(rows: Collector, rng: np.random.Generator, county: County) -> None:
    """Dibao that ended, and support for people in extreme hardship that ended with their death."""
    homes = np.flatnonzero(county.standings.past)
    ends = month_start(TODAY - rng.integers(60, 1700, len(homes)))
    starts = month_start(np.maximum(ends - rng.integers(180, 1500, len(homes)), county.opened[homes]) + 31)
    fits = ends - starts > 60
    rows.add(int(fits.sum()), household=homes[fits], category=DIBAO, starts=starts[fits], ends=ends[fits])
    who = county.people
    alone = np.bincount(who.hh, minlength=len(county.homes))[who.hh] == 1
    gone = np.flatnonzero(~who.alive & alone & chance(rng, 0.4, len(who)))
    ends = month_start(who.death[gone] + 31)
    starts = np.maximum(month_start(ends - rng.integers(200, 1500, len(gone))), county.opened[who.hh[gone]])
    fits = (ends - starts > 40) & (ends <= TODAY)
    gone = gone[fits]
    rows.add(len(gone), household=who.hh[gone], person=gone, category=TEKUN, starts=starts[fits], ends=ends[fits])


def kin_ties(county: County) -> pl.DataFrame:
    """`registry_kintie`: children of elders who live alone, mostly outside the registry, known by name."""
    rng, who = stream(county.seed, "kin"), county.people
    alone = np.bincount(who.hh[who.alive], minlength=len(county.homes))[who.hh] == 1
    elder = who.alive & alone & (who.age > 60)
    few = np.where(county.standings.tekun, 0.12, 0.75)
    rows = Collector("person", "relative", "relation", "surname", "given", "birth")
    for nth in range(3):
        has = np.flatnonzero(elder & chance(rng, few * (1.0, 0.6, 0.25)[nth], len(who)))
        _children(rows, rng, county, has, nth)
    c = rows.columns()
    n = len(c["person"])
    found = pool()
    named = words(found.surnames, c["surname"]) + words(found.given, c["given"])
    table = [v.code for v in county.terrain.villages]
    known = c["relative"] != NEVER
    return pl.DataFrame(
        {
            **dated(
                words(table, county.homes.village[who.hh[c["person"]]]),
                who.birth[np.where(known, c["relative"], 0)] * known + np.where(known, 0, c["birth"]),
                np.full(n, NEVER),
                moments(county.opened[who.hh[c["person"]]], rng),
            ),
            "person_id": pl.Series(c["person"] + 1),
            "relative_id": whole(np.where(known, c["relative"] + 1, NEVER)),
            "relation": codes(c["relation"], 2),
            "relative_name": pl.select(pl.when(pl.Series(known)).then(pl.lit("")).otherwise(named)).to_series(),
            "relative_birth_date": dates(np.where(known, NEVER, c["birth"])),
            "source": words(["declared", "visit"], (c["person"] % 3 == 0).astype(np.int64)),
        }
    )


def _children(rows: Collector, rng: np.random.Generator, county: County, parents: Ints, nth: int) -> None:
    """One child of each parent: somebody of the same surname in the village if there is one of the age, else a name."""
    who, names, n = county.people, county.names, len(parents)
    adult = np.flatnonzero(who.alive & (who.age > 22) & (who.age < 58) & ~np.isin(np.arange(len(who)), county.copies))
    key = _key(county, adult)
    order = np.argsort(key, kind="stable")
    wanted = _key(county, parents)
    low, high = np.searchsorted(key[order], wanted, "left"), np.searchsorted(key[order], wanted, "right")
    drawn = adult[order[np.minimum(low + (rng.random(n) * (high - low)).astype(np.int64), len(order) - 1)]]
    gap = who.age[parents] - who.age[drawn]
    fits: Bools = (high > low) & (gap > 19) & (gap < 42) & (who.hh[drawn] != who.hh[parents]) & chance(rng, 0.8, n)
    taken = np.unique(drawn[fits], return_index=True)[1]
    linked = np.zeros(n, bool)
    linked[np.flatnonzero(fits)[taken]] = nth == 0
    birth = who.birth[parents] + ((20 + 3 * nth + 12 * rng.random(n)) * YEAR).astype(np.int64)
    sex = np.where(linked, who.sex[drawn], 1 + pick(rng, [1, 1], n))
    given = _given_name(rng, sex)
    rows.add(n, person=parents, relative=np.where(linked, drawn, NEVER), relation=20 + 10 * (sex - 1),
             surname=names.surname[parents], given=given, birth=np.minimum(birth, TODAY - 8000))  # fmt: skip


def _key(county: County, persons: Ints) -> Ints:
    return np.asarray(county.names.surname[persons] * 4096 + county.homes.village[county.people.hh[persons]])


def _given_name(rng: np.random.Generator, sex: Ints) -> Ints:
    men, women = pool().blocks["han", 1, 1], pool().blocks["han", 2, 1]
    start = np.where(sex == 1, men.start, women.start)
    return start + skewed(rng, np.where(sex == 1, men.firsts * men.seconds, women.firsts * women.seconds), len(sex))
