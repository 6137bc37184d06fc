"""What people earn, receive, spend and own in the year before the demo day: the truth, before any source states it.

Amounts are fen per year unless the name says otherwise. Levels are ours, chosen to resemble the area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from doudi.policy.parameters import load

from .draws import DEMO_DAY, Bools, Floats, Ints, chance, stream
from .families import Households, People
from .life import Life
from .terrain import TRADES

YUAN = 100
AREA = "533103"
BASIC_PENSION = 1_740 * YUAN  # 145 yuan a month

MONEY = (
    "wage_income", "business_net_income", "property_net_income", "transfer_net_income", "basic_pension",
    "old_age_allowance", "exempt_income", "medical_self_paid", "education_fee", "rehabilitation_fee", "other_rigid",
)  # fmt: skip
"""Kinds of statements about a person, in the order of the columns of Economy.money."""
WAGE, BUSINESS, PROPERTY, TRANSFER, PENSION, ALLOWANCE, EXEMPT, MEDICAL, EDUCATION, REHABILITATION, RIGID = range(11)
ASSETS = ("financial_assets", "vehicle_count", "vehicle_value", "extra_dwellings", "business_over_rule")
FINANCIAL, VEHICLES, VEHICLE_VALUE, DWELLINGS, OVER_RULE = range(5)

# trade: (part of the year's earning that is wage, median yuan a worker earns, spread)
EARNINGS = {"工资": (1.0, 52_000, 0.42), "个体经营": (0.05, 46_000, 0.55), "零工": (1.0, 24_000, 0.35),
            "边贸": (0.1, 34_000, 0.55), "水稻": (0.25, 15_500, 0.4), "甘蔗": (0.15, 19_500, 0.4),
            "烤烟": (0.1, 24_000, 0.4), "外出务工": (0.97, 41_000, 0.28), "茶叶": (0.15, 18_500, 0.45),
            "坚果": (0.15, 19_000, 0.5), "咖啡": (0.15, 18_000, 0.5), "玉米": (0.25, 12_500, 0.4),
            "橡胶": (0.3, 20_000, 0.4)}  # fmt: skip


@dataclass
class Economy:
    """`money[person, kind]` and `assets[household, kind]`: fen a year; fen, counts and 0/1."""

    money: Ints
    assets: Ints

    def copy(self) -> Economy:
        return Economy(self.money.copy(), self.assets.copy())


def earn(seed: int, urban: Bools, homes: Households, people: People, life: Life) -> Economy:
    """Draw incomes, expenses and assets. `urban` is per household."""
    rng = stream(seed, "economy")
    n = len(people)
    money = np.zeros((n, len(MONEY)), np.int64)
    _work(rng, people, life, money)
    _transfers(rng, urban[people.hh], people, money)
    _spending(rng, people, life, money)
    money[~people.alive] = 0
    return Economy(money, _assets(rng, urban, homes, people, money))


def rounded(values: Floats | Ints, to: int) -> Ints:
    """Fen rounded to whole hundreds, tens … of yuan."""
    return (np.asarray(values) / (to * YUAN)).round().astype(np.int64) * (to * YUAN)


def _work(rng: np.random.Generator, people: People, life: Life, money: Ints) -> None:
    n = len(people)
    table = np.array([EARNINGS[t] for t in TRADES])
    trade = np.where(life.migrant, TRADES.index("外出务工"), life.trade[people.hh])
    trade = np.where((trade == TRADES.index("外出务工")) & ~life.migrant, TRADES.index("零工"), trade)
    part, median, spread = table[trade].T
    reach = np.select([people.age < 22, people.age < 55, people.age < 62], [0.7, 1.0, 0.8], 0.45)
    reach = reach * np.where(life.capacity == 0, 1.0, 0.55) * np.where(people.sex == 1, 1.06, 0.9)
    prosperity = np.exp(rng.normal(0, 0.22, int(people.hh.max()) + 1))[people.hh]
    earned = median * reach * prosperity * np.exp(rng.normal(0, 1, n) * spread) * life.employed
    money[:, WAGE] = rounded(earned * part * YUAN, 100)
    money[:, BUSINESS] = rounded(earned * (1 - part) * YUAN, 100)


def _transfers(rng: np.random.Generator, urban: Bools, people: People, money: Ints) -> None:
    n, age = len(people), people.age
    elder = age >= 60
    employee = elder & chance(rng, np.where(urban, 0.5, 0.03), n)
    subsidy = people.head & ~urban
    money[:, TRANSFER] = employee * rounded(rng.normal(36_000, 7_000, n).clip(20_000) * YUAN, 10) + subsidy * rounded(
        rng.gamma(2, 380, n) * YUAN, 10
    )
    money[:, PENSION] = (elder & ~employee) * (BASIC_PENSION + rounded(rng.gamma(1.2, 120, n) * YUAN, 10))
    allowance = np.select([age >= 100, age >= 90, age >= 80], [6_000, 1_200, 720], 0)
    money[:, ALLOWANCE] = allowance * YUAN
    rented = people.head & chance(rng, np.where(urban, 0.09, 0.14), n)
    money[:, PROPERTY] = rented * rounded(rng.gamma(2, np.where(urban, 5_000, 1_400), n) * YUAN, 100)
    money[:, EXEMPT] = (elder & chance(rng, 0.05, n)) * 960 * YUAN


def _spending(rng: np.random.Generator, people: People, life: Life, money: Ints) -> None:
    n = len(people)
    small = chance(rng, np.where(people.age > 60, 0.3, 0.1), n) * rng.gamma(1.2, 900, n)
    large = life.ill * rng.lognormal(np.log(9_500), 0.75, n)
    money[:, MEDICAL] = rounded((small + large) * YUAN, 10)
    fee = np.array([0, 3_600, 500, 3_400, 3_000, 13_500, 15_000])[life.stage]
    money[:, EDUCATION] = rounded(fee * rng.uniform(0.7, 1.35, n) * YUAN, 50)
    treated = (life.grade > 0) & chance(rng, 0.16, n)
    money[:, REHABILITATION] = treated * rounded(rng.gamma(2, 900, n) * YUAN, 50)
    money[:, RIGID] = chance(rng, 0.004, n) * rounded(rng.gamma(2, 2_500, n) * YUAN, 100)


def _assets(rng: np.random.Generator, urban: Bools, homes: Households, people: People, money: Ints) -> Ints:
    n = len(homes)
    earned = np.bincount(people.hh, money[:, :4].sum(axis=1), n)
    assets = np.zeros((n, len(ASSETS)), np.int64)
    assets[:, FINANCIAL] = rounded(earned * rng.lognormal(-0.7, 0.9, n), 100)
    ratio = earned / (60_000 * YUAN)
    car = chance(rng, np.clip(0.14 + 0.24 * ratio, 0, 0.75), n)
    assets[:, VEHICLES] = car * (1 + chance(rng, 0.06, n))
    assets[:, VEHICLE_VALUE] = car * rounded(rng.lognormal(np.log(48_000), 0.5, n) * YUAN, 1000)
    assets[:, DWELLINGS] = chance(rng, np.clip(0.05 * ratio, 0, 0.3) * np.where(urban, 1.6, 0.5), n)
    assets[:, OVER_RULE] = chance(rng, np.clip(0.01 * ratio, 0, 0.05), n)
    return assets


def parameter(name: str, residence: str | None = None) -> int:
    """A number of the rulebook as it comes with the software, in the county on the demo day."""
    found = load().find(name, AREA, residence, DEMO_DAY).value
    assert isinstance(found, int)
    return found


def line_year(urban: Bools) -> Ints:
    """The yearly dibao line per head of each household."""
    return np.where(urban, parameter("dibao_standard", "urban"), parameter("dibao_standard", "rural")) * 12


def counted(people: People, life: Life, on_tekun: Bools) -> Bools:
    """Who counts as a member (rules.md variable 1)."""
    return people.alive & ~life.prison & ~life.detox & ~on_tekun


def income_of_persons(people: People, life: Life, money: Ints, urban: Bools) -> Ints:
    """countable_income − employment_cost − rigid_deduction of each person (rules.md variables 3 to 5).

    The basic pension is not counted, the old-age allowance is.
    """
    work = money[:, WAGE] + money[:, BUSINESS]
    income = work + money[:, PROPERTY] + money[:, TRANSFER] + money[:, ALLOWANCE]
    ceiling = parameter("employment_cost_rate") * line_year(urban)[people.hh] // 100
    cost = np.where(life.employed, np.maximum(0, np.minimum(work, ceiling)), 0)
    severe = life.ill | ((life.grade == 1) | (life.grade == 2))
    rigid = np.where(severe, np.minimum(money[:, MEDICAL], parameter("medical_deduction_cap")), 0)
    rigid = rigid + np.where(life.grade >= 1, money[:, REHABILITATION], 0)
    rigid = rigid + np.where(life.stage > 0, np.minimum(money[:, EDUCATION], parameter("education_deduction_cap")), 0)
    return np.asarray(income - cost - rigid)


def household_income(people: People, of_person: Ints, member: Bools, homes: int) -> Ints:
    """income_year of each household (rules.md variable 6): never below zero."""
    total = np.bincount(people.hh[member], of_person[member].astype(float), homes)
    return np.maximum(total.round().astype(np.int64), 0)


def choose_without(rng: np.random.Generator, candidates: Bools, weights: Floats, count: int) -> Ints:
    """`count` different candidates, the heavier the likelier (exponential race)."""
    rows = np.flatnonzero(candidates)
    if not len(rows):
        return rows
    race = rng.exponential(1.0, len(rows)) / np.maximum(weights[rows], 1e-9)
    return np.sort(rows[np.argsort(race, kind="stable")[: min(count, len(rows))]])


def fit(people: People, life: Life, economy: Economy, urban: Bools, wanted: Ints, rows: Ints,
        member: Bools) -> None:  # fmt: skip
    """Scale the earnings of households `rows` so that their income_year comes to about `wanted` (one per row).

    Halving finds the factor; what cannot be earned (nobody works, costs exceed income) comes as support from children.
    """
    position = np.full(len(urban), -1)
    position[rows] = np.arange(len(rows))
    mine = np.flatnonzero(member & (position[people.hh] >= 0))
    part = People(*(getattr(people, f)[mine] for f in People.__dataclass_fields__))
    local = Life(**{f: getattr(life, f)[mine if f != "trade" else slice(0, 0)] for f in Life.__dataclass_fields__})
    at, base = position[part.hh], economy.money[mine]
    low, high = np.zeros(len(rows)), np.full(len(rows), 12.0)

    def income(factor: Floats) -> tuple[Ints, Ints]:
        money = base.copy()
        money[:, :4] = rounded(base[:, :4] * factor[at][:, None], 10)
        of_person = income_of_persons(part, local, money, urban)
        return money, np.bincount(at, of_person.astype(float), len(rows)).round().astype(np.int64)

    for _ in range(18):
        middle = (low + high) / 2
        _, total = income(middle)
        low, high = np.where(total < wanted, middle, low), np.where(total < wanted, high, middle)
    money, total = income(low)
    short = np.maximum(wanted - total, 0)
    first = np.unique(at, return_index=True)
    receiver = np.full(len(rows), -1)
    receiver[first[0]] = first[1]
    # A head in the household receives what is missing, to the nearest 100 yuan below.
    heads = np.flatnonzero(part.head)
    receiver[at[heads]] = heads
    has = receiver >= 0
    add = np.where(short > 100 * YUAN, short // (100 * YUAN) * (100 * YUAN), 0)
    money[receiver[has], TRANSFER] += add[has]
    economy.money[mine] = money
