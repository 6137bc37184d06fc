"""What people own and use: vehicles, dwellings, businesses, money in banks, and electricity."""

from __future__ import annotations

import numpy as np
import polars as pl

from ...draws import TODAY, Ints, chance
from ...economy import BUSINESS, DWELLINGS, FINANCIAL, OVER_RULE, VEHICLE_VALUE, VEHICLES, YUAN
from ...families import shape
from ...frames import dates, whole, words
from ...terrain import TRADES
from ..world import STARTS, World

BANKS = ("芒市惠民银行（演示）", "德宏农商银行（演示）", "邮储银行芒市支行（演示）")
CAR, LORRY, MOTORCYCLE, FARM = range(4)
TYPES = ("car", "lorry", "motorcycle", "farm")
FAILING_DAYS = 60
"""So long it takes until somebody who fails uses hardly any power."""
OLD = 2_000
"""Days ago, at most, that what is not new was registered."""


def vehicles(w: World, month: int) -> pl.DataFrame:
    """Every vehicle on the register that day."""
    c = w.once("vehicles", _vehicles)
    here = (c["since"] < STARTS[month + 1]) & w.alive(month)[c["person"]]
    c = {name: column[here] for name, column in c.items()}
    sold = (c["sold"] > 0) & (c["sold"] < STARTS[month + 1])
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "#key": pl.Series(c["key"]),
            "vehicle_type": words(TYPES, c["type"]),
            "registered_on": dates(c["since"]),
            "state": words(["normal", "transferred"], sold.astype(np.int64)),
            "value": whole(c["value"]),
            "as_of": dates(np.full(len(sold), STARTS[month + 1] - 1)),
        }
    )


def _vehicles(w: World) -> dict[str, Ints]:
    rng, homes, assets = w.rng("vehicles"), len(w.county.homes), w.county.true.assets
    farm, sold, hidden = w.happened.of("farm_tricycle"), w.happened.of("car_sold"), w.happened.of("vehicle")
    since = TODAY - rng.integers(380, OLD, homes)
    since[hidden.household] = hidden.since
    owners = np.flatnonzero(assets[:, VEHICLES] > 0)
    owners = np.repeat(owners, assets[owners, VEHICLES])
    share = assets[owners, VEHICLE_VALUE] // assets[owners, VEHICLES]
    bikes = np.flatnonzero(~w.county.urban & chance(rng, 0.28, homes))
    tractors = np.setdiff1d(np.flatnonzero(~w.county.urban & chance(rng, 0.05, homes)), farm.household)
    kind = np.where(chance(rng, 0.1, len(owners)), LORRY, CAR)
    heads = w.heads
    parts = (
        (heads[owners], since[owners], kind, share, np.zeros(len(owners))),
        (heads[bikes], since[bikes], np.full(len(bikes), MOTORCYCLE), np.full(len(bikes), 3_000 * YUAN), bikes * 0),
        (
            heads[tractors],
            since[tractors],
            np.full(len(tractors), FARM),
            np.full(len(tractors), 6_000 * YUAN),
            tractors * 0,
        ),
        (farm.person, farm.since, np.full(len(farm), FARM), farm.value, np.zeros(len(farm))),
        (sold.person, sold.since - 900, np.full(len(sold), CAR), sold.value, sold.since),
    )
    names = ("person", "since", "type", "value", "sold")
    found = {name: np.concatenate([part[i] for part in parts]).astype(np.int64) for i, name in enumerate(names)}
    return found | {"key": np.arange(len(found["person"]))}


def real_estate(w: World, month: int) -> pl.DataFrame:
    """Registered dwellings: the home of most in town and of few in the country, and what is owned besides."""
    c = w.once("real estate", _dwellings)
    here = (c["since"] < STARTS[month + 1]) & w.alive(month)[c["person"]]
    c = {name: column[here] for name, column in c.items()}
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "#key": pl.Series(c["key"]),
            "location": w.addresses.gather(pl.Series(c["address"])),
            "use": words(["dwelling", "shop", "garage"], c["use"]),
            "area": pl.Series(60 + c["key"] * 37 % 90).cast(pl.String),
            "share": words(["单独所有", "共同共有"], (c["key"] % 3 == 0).astype(np.int64)),
            "registered_on": dates(c["since"]),
            "as_of": dates(np.full(len(c["key"]), STARTS[month + 1] - 1)),
        }
    )


def _dwellings(w: World) -> dict[str, Ints]:
    rng, n = w.rng("real estate"), len(w.county.homes)
    more, hidden = w.county.true.assets[:, DWELLINGS], w.happened.of("second_home")
    extra = np.repeat(np.arange(n), more)
    home = np.flatnonzero(
        chance(rng, np.where(w.county.urban, 0.7, 0.12), n) | (more > 0) | np.isin(np.arange(n), hidden.household)
    )
    garage = home[chance(rng, 0.06, len(home))]
    since = TODAY - rng.integers(400, 4_000, n)
    parts = (
        (home, since[home], home, 0),
        (extra, since[extra] + 200, (extra * 7 + 11) % n, 0),
        (hidden.household, hidden.since, (hidden.household * 7 + 11) % n, 0),
        (garage, since[garage], garage, 2),
    )
    owner, on, address = (np.concatenate([part[i] for part in parts]) for i in range(3))
    use = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    return {"person": w.heads[owner], "since": on, "address": address, "use": use, "key": np.arange(len(owner))}


def business(w: World, month: int) -> pl.DataFrame:
    """Traders, companies beyond the rule, and one or the other shell that was cancelled."""
    c = w.once("business", _businesses)
    here = (c["since"] < STARTS[month + 1]) & w.alive(month)[c["person"]]
    c = {name: column[here] for name, column in c.items()}
    gone = (c["gone"] > 0) & (c["gone"] < STARTS[month + 1])
    kinds = words(
        ["商店", "小吃店", "农资经营部", "建材有限公司", "贸易有限公司"],
        np.where(c["role"] == 0, 3 + c["key"] % 2, c["key"] % 3),
    )
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "#key": pl.Series(c["key"]),
            "business": "芒市" + w.names.gather(pl.Series(c["person"])) + kinds,
            "role": words(["legal_person", "self_employed"], c["role"]),
            "state": words(["active", "cancelled"], gone.astype(np.int64)),
            "capital": whole(c["capital"]),
            "since": dates(c["since"]),
            "as_of": dates(np.full(len(gone), STARTS[month + 1] - 1)),
        }
    )


def _businesses(w: World) -> dict[str, Ints]:
    rng, n, who = w.rng("business"), len(w.county.homes), w.county.people
    company, shell = w.happened.of("company"), w.happened.of("company_cancelled")
    trade = w.county.real.trade == TRADES.index("个体经营")
    taking = np.bincount(who.hh, w.county.true.money[:, BUSINESS], n)
    traders = np.flatnonzero(trade & (taking > 20_000 * YUAN) & (w.county.hidden.label == 0) & chance(rng, 0.7, n))
    large = np.flatnonzero(w.county.true.assets[:, OVER_RULE] > 0)
    since = TODAY - rng.integers(400, 3_000, n)
    heads = w.heads
    parts = (
        (heads[traders], since[traders], 1, 30_000 * YUAN + traders * 0, traders * 0),
        (heads[large], since[large], 0, 800_000 * YUAN + large * 0, large * 0),
        (company.person, company.since, 0, company.value, company.household * 0),
        (shell.person, shell.since - 900, 0, shell.value, shell.since),
    )
    found = {
        name: np.concatenate([part[i] for part in parts])
        for i, name in ((0, "person"), (1, "since"), (3, "capital"), (4, "gone"))
    }
    role = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    return found | {"role": role, "key": np.arange(len(role))}


def bank(w: World, month: int) -> pl.DataFrame:
    """Balances of families who have consented, per head and bank; they come to what the household truly has."""
    known = np.flatnonzero(w.county.standings.complete | w.county.standings.surveyed)
    known = known[w.alive(month)[w.heads[known]]]
    total = w.county.true.assets[known, FINANCIAL]
    second = np.where(known % 3 == 0, total // 3, 0)
    two = np.flatnonzero(second > 0)
    balance = np.r_[total - second, second[two]]
    home = np.r_[known, known[two]]
    number = np.r_[known % 2, np.full(len(two), 2)]
    return pl.DataFrame(
        {
            "#person": pl.Series(w.heads[home]),
            "institution": words(BANKS, number),
            "accounts": pl.Series(1 + home % 3),
            "balance": pl.Series(balance),
            "average": pl.Series(balance * 9 // 10),
            "as_of": dates(np.full(len(home), STARTS[month + 1] - 1)),
        }
    )


def power(w: World, month: int) -> pl.DataFrame:
    """One meter a household, in the name of its head; what falls silent shows."""
    c = w.once("power", _use)
    rng, n = w.rng("power", month), len(w.county.homes)
    season = 1 + 0.25 * np.cos((month - 9) / 12 * 2 * np.pi)
    since = c["failing"]
    passed = np.clip((STARTS[month + 1] - since) / FAILING_DAYS, 0, 1)
    use = c["usual"] * season * rng.uniform(0.88, 1.12, n) * np.where(since > 0, 1 - 0.72 * passed, 1)
    silent = (c["silent"] > 0) & (c["silent"] <= STARTS[month]) & (STARTS[month] < c["back"])
    use = np.where(silent, 0, use)
    homes = np.flatnonzero(c["usual"] > 0)
    return pl.DataFrame(
        {
            "#person": pl.Series(w.heads[homes]),
            "#key": pl.Series(homes),
            "address": w.addresses.gather(pl.Series(homes)),
            "read_on": dates(np.full(len(homes), STARTS[month + 1] - 1)),
            "days": pl.Series(np.full(len(homes), STARTS[month + 1] - STARTS[month])),
            "kwh": pl.Series(use[homes].round().astype(np.int64)),
        }
    )


def _use(w: World) -> dict[str, Ints]:
    """A month's usual use, since when it fails slowly, and between which days there is none."""
    rng, n, who = w.rng("power"), len(w.county.homes), w.county.people
    size = np.bincount(who.hh[w.own], minlength=n)
    elders = np.isin(w.county.homes.shape, [shape("elder_man"), shape("elder_woman"), shape("elder_couple")])
    usual = (30 + 38 * size + 25 * w.county.urban) * rng.uniform(0.6, 1.5, n) * np.where(elders, 0.6, 1)
    failing, silent, back = (np.zeros(n, np.int64) for _ in range(3))
    weak = w.happened.of("elder_failing")
    failing[weak.household] = weak.since
    empty = np.bincount(who.hh[w.own & (w.died > TODAY)], minlength=n) == 0
    last = np.zeros(n, np.int64)
    np.maximum.at(last, who.hh[w.own], w.died[w.own])
    silent, back = np.where(empty, last, 0), np.full(n, TODAY + 1)
    for kind, months in (("moved_away", 99), ("seasonal_absence", 3)):
        gone = w.happened.of(kind)
        silent[gone.household], back[gone.household] = gone.since, gone.since + 30 * months
    return {
        "usual": np.where(size > 0, usual, 0).round().astype(np.int64),
        "failing": failing,
        "silent": silent,
        "back": back,
    }
