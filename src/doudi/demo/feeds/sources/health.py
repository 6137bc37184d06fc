"""Medical settlements and disability certificates."""

from __future__ import annotations

import numpy as np
import polars as pl

from ...draws import NEVER, TODAY, Ints, chance
from ...economy import MEDICAL, YUAN
from ...frames import dates, words
from ...life import ILLNESSES
from ..world import STARTS, World, within

HOSPITALS = (
    "市人民医院",
    "市中医医院",
    "州人民医院",
    "遮放镇中心卫生院",
    "勐戛镇中心卫生院",
    "轩岗乡卫生院",
    "省第一人民医院",
)
PASSING = ("骨折", "急性阑尾炎", "肺炎", "胆囊结石", "车祸外伤", "白内障")
A_BILL = 4_000 * YUAN
DEARER = 8_000 * YUAN
YEARS_VALID = 3_652


def medical(w: World, month: int) -> pl.DataFrame:
    """The settlements of a month; over the year they come to what each person truly paid."""
    all_bills = w.once("bills", _bills)
    return all_bills.filter(pl.Series(within(all_bills["#day"].to_numpy(), month))).drop("#day")


def _bills(w: World) -> pl.DataFrame:
    """Every settlement of the year: the true sum of a person in as many bills as it is large."""
    rng, who, real = w.rng("medical"), w.county.people, w.county.real
    amount = w.county.true.money[:, MEDICAL].copy()
    rich, sick = w.happened.of("rich_with_big_bill"), w.happened.of("new_severe_illness")
    amount[rich.person] += rich.value
    begins = np.full(len(who), STARTS[0])
    begins[sick.person] = sick.since
    begins[rich.person] = np.maximum(begins[rich.person], rich.since)
    ends = np.minimum(w.died, TODAY)
    paid = np.flatnonzero(w.own & (amount > 0) & (ends > begins))
    count = 1 + np.minimum(amount[paid] // A_BILL, 5)
    person = np.repeat(paid, count)
    nth = np.arange(len(person)) - np.repeat(np.cumsum(count) - count, count)
    share = amount[paid] // count
    self_paid = np.where(nth == 0, np.repeat(amount[paid] - share * (count - 1), count), np.repeat(share, count))
    on = begins[person] + (rng.random(len(person)) * (ends - begins)[person]).astype(np.int64)
    return _as_rows(w, rng, person, on, self_paid, real.ill[person] & (amount[person] >= DEARER))


def _as_rows(
    w: World, rng: np.random.Generator, person: Ints, on: Ints, self_paid: Ints, severe: np.ndarray
) -> pl.DataFrame:
    n = len(person)
    total = (self_paid / rng.uniform(0.28, 0.6, n)).astype(np.int64)
    aid = np.where(chance(rng, 0.08, n), (total - self_paid) // 5, 0)
    kind = np.where(severe, np.where(chance(rng, 0.6, n), 0, 2), np.where(self_paid > 1_500 * YUAN, 0, 1))
    named = np.where(severe, w.county.real.illness[person], len(ILLNESSES) + rng.integers(0, len(PASSING), n))
    known = severe | (kind == 0)
    order = np.argsort(on, kind="stable")
    return pl.DataFrame(
        {
            "#person": pl.Series(person),
            "#day": pl.Series(on),
            "settled_on": dates(on),
            "visit_type": words(["inpatient", "outpatient", "special_outpatient"], kind),
            "hospital": words(HOSPITALS, rng.integers(0, len(HOSPITALS), n)),
            "total": pl.Series(total),
            "fund_paid": pl.Series(total - self_paid - aid),
            "aid_paid": pl.Series(aid),
            "self_paid": pl.Series(self_paid),
            "severe": words(["no", "yes"], severe.astype(np.int64)),
            "illness": words([*ILLNESSES, *PASSING, None], np.where(known, named, len(ILLNESSES) + len(PASSING))),
        }
    )[order]


def disability(w: World, month: int) -> pl.DataFrame:
    """Everybody who holds a certificate at the end of the month."""
    real = w.county.real
    fresh = w.happened.of("new_severe_disability")
    holds = (real.grade > 0) & (
        chance(w.rng("disability"), 0.85, len(real.grade)) | w.county.standings.complete[w.county.people.hh]
    )
    holds[fresh.person] = True
    person = np.flatnonzero(holds & w.alive(month) & (real.since < STARTS[month + 1]))
    issued = real.since[person]
    return pl.DataFrame(
        {
            "#person": pl.Series(person),
            "disability_kind": pl.Series(real.disability[person]).cast(pl.String),
            "grade": pl.Series(real.grade[person]).cast(pl.String),
            "issued_on": dates(issued),
            "valid_until": dates(np.where(issued < TODAY - 3_500, NEVER, issued + YEARS_VALID)),
            "status": words(["valid"], np.zeros(len(person), np.int64)),
        }
    )
