"""Births, deaths, moves, marriages and imprisonment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ...draws import NEVER, TODAY, Bools, Ints, chance
from ...frames import dates, words
from ...kinship import M
from ...kinship import W as WIFE
from ..world import STARTS, World, within

PARLOURS = ("芒市殡仪馆", "德宏州殡仪馆")
AWAY = ("云南省昆明市官渡区", "云南省瑞丽市", "广东省深圳市龙华区", "广东省东莞市", "云南省保山市龙陵县")
DEATH, MOVED_OUT, BIRTH, CHANGE, RESTORED = range(5)
EVENTS = ("death", "moved_out", "birth", "change", "restored")


@dataclass(frozen=True)
class Deaths:
    """Who died when, and in which file it stands."""

    person: Ints
    on: Ints
    in_register: Bools
    in_cremation: Bools


def deaths(w: World) -> Deaths:
    """Every death of the year, and which of the two files tells of it: one of them always does."""
    return w.once("deaths", _deaths)


def _deaths(w: World) -> Deaths:
    rng, who = w.rng("deaths"), w.county.people
    # A second record is of the same person, whose death is told once.
    single = np.ones(len(who), bool)
    single[w.county.copies] = False
    person = np.flatnonzero(single & (w.died >= STARTS[0]) & (w.died < TODAY))
    told = rng.random(len(person))
    # Seven in ten stand in both files, the others in one only.
    return Deaths(person, w.died[person], told < 0.85, (told < 0.7) | (told >= 0.85))


def register(w: World, month: int) -> pl.DataFrame:
    """What the household register changed in a month."""
    c = w.once("register", _register)
    c = {name: column[within(c["on"], month)] for name, column in c.items()}
    n = len(c["on"])
    other = np.where(c["event"] == MOVED_OUT, c["person"] % len(AWAY), len(AWAY))
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "event": words(EVENTS, c["event"]),
            "changed_on": dates(c["on"]),
            "other_place": words([*AWAY, None], other),
            "household_no": "H" + pl.Series(w.household_of(c["person"])).cast(pl.String).str.zfill(9)
            if n
            else pl.Series([], dtype=pl.String),
        }
    )


def _register(w: World) -> dict[str, Ints]:
    rng, who = w.rng("register"), w.county.people
    died, moved, wrong = deaths(w), w.happened.of("moved_away"), w.happened.of("death_taken_back")
    gone = np.isin(who.hh, moved.household) & w.own
    since = np.full(len(w.county.homes), TODAY)
    since[moved.household] = moved.since
    movers, born = np.flatnonzero(gone), np.flatnonzero(w.own & (who.birth >= STARTS[0]))
    settled = w.county.hidden.label[who.hh] == 0
    changed = np.flatnonzero(w.own & settled & chance(rng, 0.004, len(who)))
    parts = (
        (died.person[died.in_register], died.on[died.in_register], DEATH),
        (movers, since[who.hh[movers]], MOVED_OUT),
        (born, np.minimum(who.birth[born] + 12, TODAY - 1), BIRTH),
        (changed, TODAY - 1 - rng.integers(0, 364, len(changed)), CHANGE),
        (wrong.person, wrong.since, DEATH),
        (wrong.person, wrong.since + 40, RESTORED),
    )
    return {
        "person": np.concatenate([person for person, _, _ in parts]),
        "on": np.concatenate([on for _, on, _ in parts]),
        "event": np.concatenate([np.full(len(person), event) for person, _, event in parts]),
    }


def cremation(w: World, month: int) -> pl.DataFrame:
    """Cremations of a month. A namesake is somebody of the same name whom the county does not have."""
    died, same = deaths(w), w.happened.of("namesake_died")
    here = died.in_cremation & within(died.on, month)
    other = within(same.since, month)
    on = np.r_[died.on[here], same.since[other]]
    namesakes = np.arange(int(other.sum()))
    person = np.r_[died.person[here], w.stranger(np.flatnonzero(other))]
    name = np.r_[died.person[here], same.person[other]]
    frame = pl.DataFrame(
        {
            "#person": pl.Series(person),
            "died_on": dates(on),
            "cremated_on": dates(np.minimum(on + 3, STARTS[month + 1] - 1)),
            "parlour": words(PARLOURS, (on % 5 == 0).astype(np.int64)),
            "#name": w.names.gather(pl.Series(name)),
        }
    )
    return frame.with_columns(pl.Series("#unnumbered", np.arange(len(on)) >= len(on) - len(namesakes)))


def marriage(w: World, month: int) -> pl.DataFrame:
    """Couples who registered, and the few who parted. A spouse nobody declared is mostly from elsewhere."""
    c = w.once("marriage", _marriages)
    c = {name: column[within(c["on"], month)] for name, column in c.items()}
    spouse = w.everybody[pl.Series(c["spouse"])]
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "event": words(["married", "divorced"], c["event"]),
            "registered_on": dates(c["on"]),
            "spouse_id": spouse["resident_id"],
            "spouse_name": spouse["name"],
            "spouse_birth_date": spouse["birth_date"],
            "spouse_place": spouse["place"],
        }
    )


def _marriages(w: World) -> dict[str, Ints]:
    rng, who = w.rng("marriage"), w.county.people
    n = len(w.county.homes)
    man, wife = (np.full(n, -1) for _ in range(2))
    for seat, found in ((M, man), (WIFE, wife)):
        rows = np.flatnonzero(w.own & (who.seat == seat) & (who.age > 22) & (who.age < 34))
        found[who.hh[rows]] = rows
    fresh = np.flatnonzero((man >= 0) & (wife >= 0) & (w.county.hidden.label == 0) & chance(rng, 0.12, n))
    parted = fresh[chance(rng, 0.05, len(fresh))]
    undeclared, again = w.happened.of("undeclared_spouse"), w.happened.of("divorced_again")
    brides = w.stranger_women(len(undeclared) + len(again))
    first, second = brides[: len(undeclared)], brides[len(undeclared) :]
    wedding = TODAY - 1 - rng.integers(0, 364, len(fresh))
    parts = (
        (man[fresh], wife[fresh], wedding, 0),
        (man[parted], wife[parted], TODAY - 1 - rng.integers(0, 364, len(parted)), 1),
        (undeclared.person, first, undeclared.since, 0),
        (again.person, second, again.since, 0),
        (again.person, second, again.since + 45, 1),
    )
    told = {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(("person", "spouse", "on"))}
    return told | {"event": np.concatenate([np.full(len(part[0]), part[3]) for part in parts])}


def prison(w: World, month: int) -> pl.DataFrame:
    """Who is in prison, in compulsory treatment, or under supervision at home, which does not count."""
    rng, who, real, new = w.rng("prison"), w.county.people, w.county.real, w.happened.of("imprisoned")
    n = len(who)
    kind = np.select([real.prison, real.detox], [0, 1], -1)
    kind[new.person] = 0
    home = w.own & (who.age > 18) & (who.age < 65) & chance(rng, 0.0006, n) & (kind < 0)
    kind[home] = 2
    admitted = TODAY - rng.integers(400, 1_500, n)
    admitted[new.person] = new.since
    released = np.where(kind == 0, TODAY + rng.integers(60, 2_000, n), TODAY + rng.integers(60, 300, n))
    rows = np.flatnonzero((kind >= 0) & w.alive(month) & (admitted < STARTS[month + 1]))
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "kind": words(["prison", "detox", "community"], kind[rows]),
            "admitted_on": dates(admitted[rows]),
            "released_on": dates(np.where(rows % 4 == 0, NEVER, released[rows])),
            "as_of": dates(np.full(len(rows), STARTS[month + 1] - 1)),
        }
    )
