"""What happened that departments know and the office does not: true events, and traps that only look like one.

Some follow from the hidden exceptions of the county (`hardship`); the rest is planted here among households that are
in order otherwise. Traps are harmless: a car that is a farm tricycle, a wage that has ended, a namesake's death.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .. import hardship
from ..county import County
from ..draws import NEVER, TODAY, Bools, Ints, chance, stream
from ..economy import (
    MEDICAL,
    WAGE,
    YUAN,
    choose_without,
    counted,
    household_income,
    income_of_persons,
    line_year,
    rounded,
)
from ..frames import Collector, dates, whole, words
from ..hardship import DIBAO, INDIVIDUAL, LABELS, NEAR, NONE, TEKUN
from ..life import STAGES

HELP = ("eligible_not_receiving", "new_severe_illness", "job_lost", "elder_failing", "child_not_at_school",
        "new_severe_disability", "earner_died", "disaster")  # fmt: skip
STOP = ("dead_but_paid", "imprisoned", "moved_away", "vehicle", "second_home", "company", "pension_above",
        "wage_above", "undeclared_spouse", "double_benefit", "fiscal_payroll")  # fmt: skip
TRAPS = ("rich_with_big_bill", "farm_tricycle", "wage_ended", "namesake_died", "seasonal_absence",
         "company_cancelled", "benefit_elsewhere_ended", "divorced_again", "car_sold", "death_taken_back",
         "school_elsewhere")  # fmt: skip
KINDS = HELP + STOP + TRAPS
PROGRAMMES = ("", "dibao", "individual_dibao", "tekun", "near_threshold")
COMPULSORY = STAGES.index("compulsory")
WINDOW = 365
SETTLED_DAYS = 150
"""Wages that nobody declared have been paid at least so long."""

WAGE_ENDED = 3_700 * YUAN
# What is planted among recipients who are in order: share of them, at least one household each.
AMONG_RECIPIENTS = {
    "dead_but_paid": 0.006, "imprisoned": 0.004, "second_home": 0.005, "company": 0.005, "pension_above": 0.005,
    "undeclared_spouse": 0.005, "double_benefit": 0.004, "fiscal_payroll": 0.003, "farm_tricycle": 0.02,
    "wage_ended": 0.015, "namesake_died": 0.01, "seasonal_absence": 0.02, "company_cancelled": 0.005,
    "benefit_elsewhere_ended": 0.004, "divorced_again": 0.003, "car_sold": 0.005, "death_taken_back": 0.002,
}  # fmt: skip
AMONG_OTHERS = {"earner_died": 0.0006, "disaster": 0.003, "rich_with_big_bill": 0.002}
SINCE_LABEL = {"income_undeclared": "wage_above", "vehicle_undeclared": "vehicle",
               "death_unreported": "dead_but_paid", "moved_away": "moved_away"}  # fmt: skip


@dataclass(frozen=True)
class Happened:
    """Events of one kind, one entry each; `value` is fen or NEVER."""

    household: Ints
    person: Ints
    since: Ints
    value: Ints

    def __len__(self) -> int:
        return len(self.household)


@dataclass(frozen=True)
class Happenings:
    """Every event in columns of whole numbers: kind, household, person, since, value, programme."""

    columns: dict[str, Ints]

    def of(self, kind: str) -> Happened:
        """The events of one kind."""
        rows = self.columns["kind"] == KINDS.index(kind)
        return Happened(*(self.columns[name][rows] for name in ("household", "person", "since", "value")))


def happen(county: County) -> Happenings:
    """Draw everything that happened in the year before the demo day."""
    rng = stream(county.seed, "happenings")
    rows = Collector("kind", "household", "person", "since", "value", programme=0)
    free = county.hidden.label == 0
    _from_labels(rows, rng, county)
    _not_receiving(rows, county)
    _natural(rows, rng, county)
    _among_recipients(rows, rng, county, free)
    _among_others(rows, rng, county, free)
    return Happenings(rows.columns())


def recipients(county: County) -> Bools:
    """Households that receive monthly money."""
    return np.isin(county.standings.category, (DIBAO, TEKUN, INDIVIDUAL))


def _add(rows: Collector, kind: str, household: Ints, person: Ints | int, since: Ints, value: Ints | int = NEVER,
         programme: Ints | int = 0) -> None:  # fmt: skip
    rows.add(len(household), kind=KINDS.index(kind), household=household, person=person, since=since, value=value,
             programme=programme)  # fmt: skip


def _from_labels(rows: Collector, rng: np.random.Generator, county: County) -> None:
    """What the labels of the county mean for the departments."""
    hidden, true = county.hidden, county.true

    def labelled(label: str) -> tuple[Ints, Ints, Ints]:
        homes = np.flatnonzero((hidden.label == LABELS.index(label)) & (hidden.person >= 0))
        return homes, hidden.person[homes], np.maximum(hidden.since[homes], TODAY - WINDOW)

    homes, person, since = labelled("unreported_illness")
    _add(rows, "new_severe_illness", homes, person, since, true.money[person, MEDICAL])
    homes, person, since = labelled("lost_job")
    _add(rows, "job_lost", homes, person, since, county.believed.money[person, WAGE])
    homes, person, since = labelled("elder_unaware")
    _add(rows, "elder_failing", homes, person, since)
    for label, kind in SINCE_LABEL.items():
        homes, person, since = labelled(label)
        value = np.full(len(homes), NEVER)
        if kind == "wage_above":
            # Who did not work before is believed to; the county's own trace of it has the same floor.
            value = np.maximum(true.money[person, WAGE], rng.integers(18_000, 42_000, len(homes)) * YUAN)
            since = np.minimum(since, TODAY - SETTLED_DAYS)
        elif kind == "vehicle":
            value = true.assets[homes, hardship.VEHICLE_VALUE]
        _add(rows, kind, homes, person, since, value)


def _not_receiving(rows: Collector, county: County) -> None:
    """Who would receive if the office knew: below the line, or near it with somebody gravely ill or disabled."""
    who = county.people
    income, line, member = means(county)
    category, label = county.standings.category, county.hidden.label
    carless = county.true.assets[:, hardship.VEHICLES] == 0
    poor = np.flatnonzero((category == NONE) & (label > 0) & (income < line) & carless)
    since = np.maximum(county.hidden.since[poor], TODAY - WINDOW)
    _add(rows, "eligible_not_receiving", poor, county.hidden.person[poor], since, programme=PROGRAMMES.index("dibao"))
    severe = member & (np.isin(county.real.grade, (1, 2)) | county.real.ill) & (who.age > 16)
    near = np.flatnonzero(severe & ((category == NEAR) & (label == 0) & (income > line))[who.hh])
    _add(rows, "eligible_not_receiving", who.hh[near], near, county.real.since[near],
         programme=PROGRAMMES.index("individual_dibao"))  # fmt: skip


def _natural(rows: Collector, rng: np.random.Generator, county: County) -> None:
    """What the county has anyhow: children who are at no school, disabilities of the last year."""
    who, life = county.people, county.real
    own = who.alive.copy()
    own[county.copies] = False
    at = np.floor(who.age - 1 / 6)
    idle = np.flatnonzero(own & (at >= 6) & (at < 15) & (life.stage == 0))
    _add(rows, "child_not_at_school", who.hh[idle], idle, np.full(len(idle), TODAY - 61))
    fresh = np.flatnonzero(own & np.isin(life.grade, (1, 2)) & (life.since > TODAY - WINDOW))
    _add(rows, "new_severe_disability", who.hh[fresh], fresh, life.since[fresh])
    away = np.flatnonzero(own & (life.stage == COMPULSORY) & (at < 14) & chance(rng, 0.002, len(who)))
    _add(rows, "school_elsewhere", who.hh[away], away, np.full(len(away), TODAY - 61))


def means(county: County) -> tuple[Ints, Ints, Bools]:
    """Of each household what it truly has a year, and the line for its members; and who counts as a member."""
    who, homes = county.people, len(county.homes)
    member = counted(who, county.real, np.zeros(len(who), bool))
    member[county.copies] = False
    income = household_income(who, income_of_persons(who, county.real, county.true.money, county.urban), member, homes)
    return income, line_year(county.urban) * np.bincount(who.hh[member], minlength=homes), member


def living(county: County) -> Ints:
    """How many living people each household has, second records left out."""
    own = county.people.alive.copy()
    own[county.copies] = False
    return np.bincount(county.people.hh[own], minlength=len(county.homes))


def _some(county: County, fitting: Bools) -> Ints:
    """One fitting person of each household, or -1; never a second record."""
    fitting = fitting & county.people.alive
    fitting[county.copies] = False
    found = np.full(len(county.homes), -1)
    rows = np.flatnonzero(fitting)[::-1]
    found[county.people.hh[rows]] = rows
    return found


def _among_recipients(rows: Collector, rng: np.random.Generator, county: County, free: Bools) -> None:
    who = county.people
    paid = recipients(county)
    income, line, _ = means(county)
    spare = line - income
    family = paid & (county.standings.category == DIBAO) & (living(county) > 1)
    adult = _some(county, (who.age > 19) & (who.age < 58))
    single = _some(county, (who.age > 24) & (who.age < 60) & who.head & (county.people.sex == 1))
    member = {"dead_but_paid": _some(county, ~who.head & (who.age > 55)), "pension_above": _some(county, who.age > 60),
              "undeclared_spouse": single, "divorced_again": single, "namesake_died": _some(county, who.age > 40),
              "seasonal_absence": _some(county, who.age > 50), "farm_tricycle": _some(county, who.age > 18),
              "imprisoned": _some(county, ~who.head & (who.age > 19) & (who.age < 58))}  # fmt: skip
    taken = ~free
    for kind, share in AMONG_RECIPIENTS.items():
        person = member.get(kind, adult)
        pool = paid if kind in ("namesake_died", "seasonal_absence", "farm_tricycle") else family
        if kind == "wage_ended":
            pool = pool & (spare > WAGE_ENDED)  # with it the household is still below the line
        count = max(1, round(share * int(paid.sum())))
        chosen = choose_without(rng, pool & ~taken & (person >= 0), np.ones(len(pool)), count)
        taken[chosen] = True
        since = TODAY - (
            rng.integers(310, 350, len(chosen)) if kind == "wage_ended" else rng.integers(60, 330, len(chosen))
        )
        value = _value(rng, kind, chosen)
        if kind in ("pension_above", "fiscal_payroll"):
            since, value = np.minimum(since, TODAY - SETTLED_DAYS), value + np.maximum(spare[chosen], 0)
        _add(rows, kind, chosen, person[chosen], since, value)


def _value(rng: np.random.Generator, kind: str, chosen: Ints) -> Ints:
    """What it is worth: fen a year of money, fen of capital; nothing for the other kinds."""
    bounds = {"pension_above": (8_000, 24_000), "fiscal_payroll": (24_000, 50_000), "wage_ended": (2_000, 3_600),
              "company": (300_000, 2_000_000), "company_cancelled": (100_000, 500_000), "car_sold": (20_000, 60_000),
              "farm_tricycle": (3_000, 9_000), "rich_with_big_bill": (22_000, 90_000)}.get(kind)  # fmt: skip
    if bounds is None:
        return np.full(len(chosen), NEVER)
    return rounded(rng.integers(*bounds, len(chosen)) * YUAN, 100)


def _among_others(rows: Collector, rng: np.random.Generator, county: County, free: Bools) -> None:
    """Deaths of earners and floods among all; heavy bills of the rich, whose means bear them."""
    who, n = county.people, len(county.homes)
    other = free & (county.standings.category == NONE)
    gross = np.bincount(who.hh, county.true.money[:, :4].sum(axis=1), n) / np.maximum(living(county), 1)
    secure = gross > 4 * line_year(county.urban)
    earner = _some(county, county.real.employed & (county.true.money[:, WAGE] > 12_000 * YUAN) & (who.age > 22))
    ill = _some(county, (who.age > 20) & ~county.real.ill)
    pools = {"earner_died": (other & secure & (living(county) > 2), earner),
             "disaster": (free & (living(county) > 0) & ~county.urban, _some(county, who.head)),
             "rich_with_big_bill": (other & secure, ill)}  # fmt: skip
    taken = np.zeros(n, bool)
    for kind, share in AMONG_OTHERS.items():
        pool, person = pools[kind]
        count = max(1, round(share * n))
        chosen = choose_without(rng, pool & ~taken & (person >= 0), np.ones(n), count)
        taken[chosen] = True
        since = TODAY - (
            rng.integers(60, 150, len(chosen)) if kind == "disaster" else rng.integers(60, 330, len(chosen))
        )
        _add(rows, kind, chosen, person[chosen], since, _value(rng, kind, chosen))


def events(county: County, happenings: Happenings) -> pl.DataFrame:
    """The hidden truth of the feeds: one row per event, for benchmarks and nobody else."""
    c = happenings.columns
    kind, home = words(KINDS, c["kind"]), c["household"]
    paid = recipients(county)[home]
    return pl.DataFrame(
        {
            "kind": kind,
            "side": words(["help"] * len(HELP) + ["stop"] * len(STOP) + ["trap"] * len(TRAPS), c["kind"]),
            "household_id": pl.Series(home + 1),
            "division_code": pl.Series(county.codes(home), dtype=pl.String),
            "person_id": whole(np.where(c["person"] < 0, NEVER, c["person"] + 1)),
            "since": dates(np.minimum(c["since"], TODAY)),
            "programme": words([p or None for p in PROGRAMMES], c["programme"]),
            "amount_fen": whole(c["value"]),
            "registered_category": words(hardship.CATEGORIES, county.standings.category[home]),
            "receives": pl.Series(paid),
        }
    )
