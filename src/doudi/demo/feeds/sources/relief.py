"""Disasters, unsafe dwellings, the list against relapse, and benefits of other places."""

from __future__ import annotations

import numpy as np
import polars as pl

from ... import evidence
from ...draws import NEVER, TODAY, Ints, chance
from ...economy import YUAN
from ...families import shape
from ...frames import dates, whole, words
from ...hardship import NONE
from ..world import STARTS, World, within

ELSEWHERE = ("陇川县", "瑞丽市", "盈江县", "龙陵县", "昆明市官渡区")
DIBAO, CHILD = 0, 1
RISKS = ("因病", "因残", "因学", "缺劳动力", "产业失败")


def disaster(w: World, month: int) -> pl.DataFrame:
    """Households struck in a month."""
    struck = w.happened.of("disaster")
    rows = np.flatnonzero(within(struck.since, month))
    home, on = struck.household[rows], struck.since[rows]
    return pl.DataFrame(
        {
            "#person": pl.Series(w.heads[home]),
            "disaster": words(["flood", "landslide", "fire", "hail"], home % 4),
            "happened_on": dates(on),
            "rooms_down": pl.Series(home % 3),
            "loss": pl.Series((2_000 + home % 40 * 700) * YUAN),
            "rescued_on": dates(np.full(len(home), NEVER)),
        }
    )


def _circumstances(w: World) -> pl.DataFrame:
    return evidence.circumstances(w.county)


def housing(w: World, month: int) -> pl.DataFrame:
    """Dwellings inspected so far: what the county has as unsafe, and many that are sound."""
    told = w.once("circumstances", _circumstances).filter(pl.col("kind") == "dwelling_unsafe", pl.col("code") == "yes")
    unsafe = told["household_id"].to_numpy() - 1
    n = len(w.county.homes)
    rng = w.rng("housing")
    sound = np.setdiff1d(np.flatnonzero(~w.county.urban & chance(rng, 0.09, n)), unsafe)
    home = np.r_[unsafe, sound]
    grade = np.r_[2 + unsafe % 2, sound % 2]
    on = np.r_[told["starts_on"].to_physical().to_numpy(), TODAY - 400 - sound % 300].astype(np.int64)
    here = (on < STARTS[month + 1]) & w.alive(month)[w.heads[home]]
    home, grade, on = home[here], grade[here], on[here]
    return pl.DataFrame(
        {
            "#person": pl.Series(w.heads[home]),
            "address": w.addresses.gather(pl.Series(home)),
            "grade": words(list("abcd"), grade),
            "inspected_on": dates(on),
            "repaired_on": dates(np.full(len(home), NEVER)),
        }
    )


def revitalisation(w: World, month: int) -> pl.DataFrame:
    """Households lifted from poverty or watched for relapse."""
    told = w.once("circumstances", _circumstances)
    lifted = (
        told.filter(pl.col("kind") == "lifted_from_poverty", pl.col("code") == "yes")["household_id"].to_numpy() - 1
    )
    watched = told.filter(pl.col("kind") == "relapse_watch", pl.col("code") != "none")
    n = len(w.county.homes)
    kind, since = np.zeros(n, np.int64), np.full(n, NEVER)
    home = watched["household_id"].to_numpy() - 1
    names = {"unstable": 1, "marginal": 2, "sudden_hardship": 3}
    kind[home] = watched["code"].replace_strict(names, return_dtype=pl.Int64).to_numpy()
    since[home] = watched["starts_on"].to_physical().to_numpy()
    late = since >= STARTS[month + 1]
    kind[late], since[late] = 0, NEVER
    is_lifted = np.zeros(n, bool)
    is_lifted[lifted] = True
    rows = np.flatnonzero((is_lifted | (kind > 0)) & w.alive(month)[w.heads])
    return pl.DataFrame(
        {
            "#person": pl.Series(w.heads[rows]),
            "#key": pl.Series(rows),
            "lifted": words(["no", "yes"], is_lifted[rows].astype(np.int64)),
            "watch": words(["none", "unstable", "marginal", "sudden_hardship"], kind[rows]),
            "since": dates(since[rows]),
            "removed_on": dates(np.full(len(rows), NEVER)),
            "risk": words([*RISKS, None], np.where(kind[rows] > 0, rows % len(RISKS), len(RISKS))),
            "as_of": dates(np.full(len(rows), STARTS[month + 1] - 1)),
        }
    )


def other_benefits(w: World, month: int) -> pl.DataFrame:
    """Benefits paid in other counties, and allowances for children whose parents cannot raise them."""
    c = w.once("other benefits", _benefits)
    here = (c["since"] < STARTS[month + 1]) & w.alive(month)[c["person"]]
    c = {name: column[here] for name, column in c.items()}
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "benefit": words(["dibao", "child_support"], c["kind"]),
            "paying_place": words(
                [*ELSEWHERE, "芒市"], np.where(c["kind"] == CHILD, len(ELSEWHERE), c["person"] % len(ELSEWHERE))
            ),
            "since": dates(c["since"]),
            "until": dates(c["until"]),
            "amount": whole(np.where(c["kind"] == CHILD, 1_100 * YUAN, 420 * YUAN)),
            "as_of": dates(np.full(len(c["kind"]), STARTS[month + 1] - 1)),
        }
    )


def _benefits(w: World) -> dict[str, Ints]:
    rng, who = w.rng("other benefits"), w.county.people
    twice, ended = w.happened.of("double_benefit"), w.happened.of("benefit_elsewhere_ended")
    guests = np.flatnonzero(w.own & w.county.whereabouts.guest & chance(rng, 0.01, len(who)))
    alone = w.own & (who.age < 16) & (w.county.homes.shape == shape("left_behind"))[who.hh]
    alone &= (w.county.standings.category == NONE)[who.hh] & chance(rng, 0.04, len(who))
    children = np.flatnonzero(alone)
    since = TODAY - rng.integers(400, 1_400, len(guests) + len(children))
    parts = (
        (twice.person, twice.since, np.full(len(twice), NEVER), DIBAO),
        (ended.person, ended.since - 700, ended.since, DIBAO),
        (guests, since[: len(guests)], np.full(len(guests), NEVER), DIBAO),
        (children, np.maximum(since[len(guests) :], who.birth[children]), np.full(len(children), NEVER), CHILD),
    )
    found = {name: np.concatenate([part[i] for part in parts]) for i, name in enumerate(("person", "since", "until"))}
    return found | {"kind": np.concatenate([np.full(len(part[0]), part[3]) for part in parts])}
