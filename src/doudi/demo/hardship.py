"""Who receives what, whose figures say so, and where the figures are wrong.

Recipients are chosen by need and their incomes are made to fit the rules; everybody else is made to be clearly above
the line. Then the hidden exceptions are planted: what really is (`true`) departs from what was believed (`believed`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import NEVER, TODAY, Bools, Floats, Ints, chance, stream
from .economy import (
    DWELLINGS,
    EDUCATION,
    FINANCIAL,
    MEDICAL,
    OVER_RULE,
    REHABILITATION,
    RIGID,
    VEHICLE_VALUE,
    VEHICLES,
    WAGE,
    YUAN,
    Economy,
    choose_without,
    counted,
    fit,
    household_income,
    income_of_persons,
    line_year,
    rounded,
)
from .families import Households, People, shape
from .life import Life

NONE, DIBAO, NEAR, RIGID_SPENDING, RELAPSE, INDIVIDUAL, TEKUN, OTHER = range(8)
CATEGORIES = ("none", "dibao", "near_threshold", "rigid_expenditure", "relapse_watch", "individual_dibao", "tekun",
              "other")  # fmt: skip

# category: share of (rural, urban) households, and its income as multiples of the line (low, high)
SHARES = {DIBAO: (0.035, 0.010, 0.15, 0.95), NEAR: (0.010, 0.004, 1.03, 1.44),
          INDIVIDUAL: (0.004, 0.002, 1.05, 1.44), RIGID_SPENDING: (0.003, 0.002, 1.62, 1.95),
          RELAPSE: (0.010, 0.0, 1.6, 2.2), OTHER: (0.001, 0.0005, 1.7, 2.4)}  # fmt: skip
TEKUN_SHARE = 0.0035  # of people
SECURE = 1.62
"""Everybody else has at least this multiple of the line: the near-threshold limit is 1.5."""

# The labels of the hidden truth, chosen among non-recipients and recipients.
OK = "ok"
MISSED = {"unreported_illness": 0.0022, "lost_job": 0.0016, "elder_unaware": 0.0012}
STALE = {"income_undeclared": 0.022, "vehicle_undeclared": 0.008, "death_unreported": 0.010, "moved_away": 0.006}
LABELS = (OK, *MISSED, *STALE)


@dataclass
class Standings:
    """Per household: category, whether there was dibao before, how much is known; per person: tekun, individual."""

    category: Ints
    past: Bools
    complete: Bools
    surveyed: Bools
    tekun: Bools
    individual: Bools


@dataclass
class Hidden:
    """Per household: the label, since when, the person it hangs on (or -1), whether a department's data shows it."""

    label: Ints
    since: Ints
    person: Ints
    traced: Bools


def stand(seed: int, urban: Bools, homes: Households, people: People, life: Life, guest: Bools) -> Standings:
    """Choose the recipients, current and past, and how much is on file about each household."""
    rng = stream(seed, "standings")
    n = len(homes)
    size = np.bincount(people.hh[people.alive], minlength=n)
    eligible = (size > 0) & (np.bincount(people.hh[guest], minlength=n) == 0)
    need = _need(homes, people, life, size)
    category = np.zeros(n, np.int64)
    tekun = _tekun(rng, people, life, eligible, size)
    category[people.hh[tekun]] = TEKUN
    weak = (people.alive & ((life.grade == 1) | (life.grade == 2) | life.ill)) & (people.age > 16)
    has_weak = np.bincount(people.hh[weak], minlength=n) > 0
    for kind, (rural_share, urban_share, _, _) in SHARES.items():
        for town, share in ((False, rural_share), (True, urban_share)):
            open_ = eligible & (category == NONE) & (urban == town) & ((kind != INDIVIDUAL) | (has_weak & (size > 1)))
            chosen = choose_without(rng, open_, need**1.3, round(share * int((urban == town).sum())))
            category[chosen] = kind
    past = (category == NONE) & eligible & chance(rng, np.clip(0.006 * need, 0, 0.12), n)
    individual = np.zeros(len(people), bool)
    candidates = np.flatnonzero(weak & (category[people.hh] == INDIVIDUAL))
    individual[candidates[np.unique(people.hh[candidates], return_index=True)[1]]] = True
    complete = (category > NONE) | past | (eligible & chance(rng, 0.012, n))
    surveyed = ~complete & (size > 0) & chance(rng, 0.55, n)
    return Standings(category, past, complete, surveyed, tekun, individual)


def _need(homes: Households, people: People, life: Life, size: Ints) -> Floats:
    """How likely a household is to be poor, relative to others."""
    n = len(homes)

    def count(mask: Bools) -> Ints:
        return np.bincount(people.hh[mask & people.alive], minlength=n)

    need = (
        1.0 + 4.0 * count((life.grade == 1) | (life.grade == 2)) + 1.2 * count(life.grade >= 3) + 3.5 * count(life.ill)
    )
    need += 2.5 * np.isin(homes.shape, [shape("father_children"), shape("mother_children"), shape("left_behind")])
    need += 2.0 * (size == 1) + 1.5 * (count(life.capacity < 2) == 0) + 0.8 * (count(life.stage >= 1) >= 3)
    return np.asarray(need)


def _tekun(rng: np.random.Generator, people: People, life: Life, eligible: Bools, size: Ints) -> Bools:
    """People alone without labour capacity: elders, and severely disabled adults."""
    alone = people.alive & (size[people.hh] == 1) & eligible[people.hh]
    unable = (people.age >= 61) | (np.isin(life.disability, (4, 5, 6)) & (life.grade > 0) & (life.grade <= 2))
    weights = np.where(people.sex == 1, 3.0, 1.0) * (1 + life.failed_items) * np.where(people.age < 60, 4, 1)
    chosen = choose_without(rng, alone & unable, weights.astype(float), round(TEKUN_SHARE * len(people)))
    mask = np.zeros(len(people), bool)
    mask[chosen] = True
    return mask


def fit_to_rules(seed: int, urban: Bools, homes: Households, people: People, life: Life, economy: Economy,
                 standings: Standings) -> None:  # fmt: skip
    """Bring every household's income to where its category has it, and everybody else's clearly above."""
    rng = stream(seed, "fit")
    member = counted(people, life, np.zeros(len(people), bool))
    size = np.bincount(people.hh[member], minlength=len(homes))
    line = line_year(urban) * size
    ratio = _current(people, life, economy, urban, member) / np.maximum(line, 1)
    low, high = np.full(len(homes), SECURE), np.full(len(homes), 3.2)
    for kind, (_, _, at_least, at_most) in SHARES.items():
        low[standings.category == kind], high[standings.category == kind] = at_least, at_most
    low[standings.category == TEKUN], high[standings.category == TEKUN] = 0.0, 0.5
    factor = low + (high - low) * np.where(high > 3, rng.random(len(homes)) ** 2, rng.random(len(homes)))
    rows = np.flatnonzero((size > 0) & ((standings.category > NONE) | (ratio < SECURE)))
    fit(people, life, economy, urban, (line * factor).astype(np.int64)[rows], rows, member)
    modest = standings.category > NONE
    _modest_assets(rng, economy.assets, modest, line)
    _heavy_spending(rng, people, economy, member, standings.category == RIGID_SPENDING)


def _current(people: People, life: Life, economy: Economy, urban: Bools, member: Bools) -> Ints:
    return household_income(people, income_of_persons(people, life, economy.money, urban), member, len(urban))


def _modest_assets(rng: np.random.Generator, assets: Ints, rows: Bools, line: Ints) -> None:
    """What is within every limit: savings below the line of a year and a half, no car, no second dwelling."""
    count = int(rows.sum())
    assets[rows, FINANCIAL] = rounded(line[rows] * 1.4 * rng.random(count) ** 2, 100)
    for kind in (VEHICLES, VEHICLE_VALUE, DWELLINGS, OVER_RULE):
        assets[rows, kind] = 0


def _heavy_spending(rng: np.random.Generator, people: People, economy: Economy, member: Bools, homes: Bools) -> None:
    """Necessary spending of more than 60 % of income, entered with the head where the bills do not reach."""
    mine = member & homes[people.hh]
    gross = np.bincount(people.hh[mine], economy.money[mine, :6].sum(axis=1) - economy.money[mine, 4], len(homes))
    spent = np.bincount(
        people.hh[mine], economy.money[mine][:, [MEDICAL, EDUCATION, REHABILITATION, RIGID]].sum(axis=1), len(homes)
    )
    short = np.maximum(gross * rng.uniform(0.64, 0.95, len(homes)) - spent, 0)
    head = mine & people.head
    economy.money[head, RIGID] += rounded(short[people.hh[head]] + 50 * YUAN, 100)


def hide(seed: int, urban: Bools, homes: Households, people: People, life: Life, believed: Economy,
         standings: Standings) -> tuple[Hidden, Economy, Life]:  # fmt: skip
    """Plant the exceptions: returns the labels and what is really so."""
    rng = stream(seed, "hidden")
    n = len(homes)
    true = believed.copy()
    real = Life(**{f: getattr(life, f).copy() for f in Life.__dataclass_fields__})
    hidden = Hidden(np.zeros(n, np.int64), np.full(n, NEVER), np.full(n, -1), chance(rng, 0.62, n))
    member = counted(people, life, np.zeros(len(people), bool))
    size = np.bincount(people.hh[member], minlength=n)
    line = line_year(urban) * size
    _plant_missed(rng, people, real, believed, true, standings, hidden, line)
    _plant_stale(rng, people, true, standings, hidden, line)
    hidden.since[hidden.label > 0] = TODAY - rng.integers(40, 420, int((hidden.label > 0).sum()))
    poor = (hidden.label >= 1) & (hidden.label <= len(MISSED))
    earning = hidden.label == LABELS.index("income_undeclared")
    factor = np.where(poor, rng.uniform(0.2, 0.92, n), rng.uniform(1.7, 3.2, n))
    rows = np.flatnonzero((poor | earning) & (size > 0))
    fit(people, real, true, urban, (line * factor).astype(np.int64)[rows], rows, member)
    return hidden, true, real


def _plant_missed(rng: np.random.Generator, people: People, real: Life, believed: Economy, true: Economy,
                  standings: Standings, hidden: Hidden, line: Ints) -> None:  # fmt: skip
    """Households in hardship that nobody has seen: a fresh illness, a lost job, an elder who never asked."""
    n = len(line)
    free = (standings.category == NONE) & ~standings.complete & (line > 0)
    earner = people.alive & real.employed & (true.money[:, WAGE] > 6_000 * YUAN)
    adult = people.alive & (people.age > 18) & (people.age < 72) & ~real.ill
    elder = people.alive & (people.age > 66) & (np.bincount(people.hh[people.alive], minlength=n)[people.hh] <= 2)
    for label, fitting in (("unreported_illness", adult), ("lost_job", earner), ("elder_unaware", elder)):
        index = LABELS.index(label)
        first = np.full(n, -1)
        rows = np.flatnonzero(fitting)[::-1]
        first[people.hh[rows]] = rows
        chosen = choose_without(rng, free & (first >= 0) & (hidden.label == 0), np.ones(n), round(MISSED[label] * n))
        hidden.label[chosen], hidden.person[chosen] = index, first[chosen]
        standings.surveyed[chosen] = True
        struck = first[chosen]
        if label == "unreported_illness":
            real.ill[struck], real.employed[struck] = True, False
            true.money[struck, MEDICAL] += rounded(rng.uniform(16_000, 58_000, len(struck)) * YUAN, 10)
            true.money[struck, :2] = true.money[struck, :2] // 40_000 * 10_000
        elif label == "lost_job":
            real.employed[struck] = False
            true.money[struck, :2] = true.money[struck, :2] // 50_000 * 10_000
    unseen = hidden.label > 0
    for economy in (believed, true):
        _modest_assets(stream(0, "unseen"), economy.assets, unseen, line)


def _plant_stale(rng: np.random.Generator, people: People, true: Economy, standings: Standings, hidden: Hidden,
                 line: Ints) -> None:  # fmt: skip
    """Recipients who should have stopped."""
    n = len(line)
    size = np.bincount(people.hh[people.alive], minlength=n)
    recipient = np.isin(standings.category, (DIBAO, TEKUN)) & (line > 0)
    total = int(recipient.sum())
    single, household = recipient & (size == 1), recipient & (standings.category == DIBAO)
    fitting = {"income_undeclared": household & (size > 1), "vehicle_undeclared": household & (size > 1),
               "death_unreported": single, "moved_away": household}  # fmt: skip
    first = np.full(n, -1)
    rows = np.flatnonzero(people.alive & (people.age > 17))[::-1]
    first[people.hh[rows]] = rows
    for label, share in STALE.items():
        open_ = fitting[label] & (hidden.label == 0) & (first >= 0)
        chosen = choose_without(rng, open_, np.ones(n), round(share * total))
        hidden.label[chosen], hidden.person[chosen] = LABELS.index(label), first[chosen]
        if label == "vehicle_undeclared":
            true.assets[chosen, VEHICLES] = 1
            true.assets[chosen, VEHICLE_VALUE] = rounded(rng.uniform(40_000, 130_000, len(chosen)) * YUAN, 1000)
