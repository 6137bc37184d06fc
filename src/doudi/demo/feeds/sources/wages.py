"""Money by the month: tax returns, pensions, the provident fund, and who is paid by the treasury."""

from __future__ import annotations

import numpy as np
import polars as pl

from ...draws import NEVER, TODAY, Ints, chance
from ...economy import BUSINESS, PENSION, TRANSFER, YUAN
from ...frames import dates, whole, words
from ...hardship import NONE
from ..world import LAST, STARTS, World, month_of
from .work import EMPLOYERS, FORMAL_TRADE, jobs

FORMAL_WAGE = 30_000 * YUAN
SMALL_BUSINESS = 30_000 * YUAN
EMPLOYEE_PENSION = 20_000 * YUAN
UNITS = ("市财政局", "市教育体育局", "市第一小学", "市人民医院", "遮放镇人民政府", "勐戛镇人民政府", "市林业和草原局")
SHOPS = "个体经营（自行申报）"


def tax(w: World, month: int) -> pl.DataFrame:
    """Wages as withheld, and what traders declare; the months of the year come to what somebody truly earned."""
    found, who = jobs(w), w.county.people
    amount, paid = _wages(w, month)
    rows = np.flatnonzero(paid & w.alive(month))
    trader = w.county.true.money[:, BUSINESS]
    trading = np.flatnonzero(w.alive(month) & (trader > SMALL_BUSINESS) & (w.county.hidden.label == 0)[who.hh])
    income = np.r_[amount[rows], _part(trader[trading], np.zeros(len(trading), np.int64), month)]
    is_wage = np.arange(len(income)) < len(rows)
    return pl.DataFrame(
        {
            "#person": pl.Series(np.r_[rows, trading]),
            "payer": words([*EMPLOYERS, SHOPS], np.r_[found.employer[rows], np.full(len(trading), len(EMPLOYERS))]),
            "item": words(["business", "wage"], is_wage.astype(np.int64)),
            "month": dates(np.full(len(income), STARTS[month])),
            "income": pl.Series(income),
            "tax": pl.Series(np.maximum(income - 5_000 * YUAN, 0) * 3 // 100),
        }
    )


def _wages(w: World, month: int) -> tuple[Ints, np.ndarray]:
    """What everybody is paid in a month, and whom an employer reports."""
    found = jobs(w)
    first = np.clip(month_of(np.maximum(found.starts, STARTS[0])), 0, LAST)
    last = np.where(found.ends == NEVER, LAST, np.clip(month_of(found.ends), 0, LAST))
    inside = (first <= month) & (month <= last)
    whole_year = found.wage // np.maximum(last - first + 1, 1)
    amount = np.where(month == first, found.wage - whole_year * (last - first), whole_year)
    return np.where(inside, amount, 0), found.known & inside


def _part(year: Ints, first: Ints, month: int) -> Ints:
    """The month's part of a yearly sum paid from the month `first` on; the first month takes the remainder."""
    months = LAST + 1 - first
    return np.where(month == first, year - year // months * (months - 1), np.where(month > first, year // months, 0))


def pension(w: World, month: int) -> pl.DataFrame:
    """Everybody paid a pension that month; payment stops the month after a death."""
    rng, who, true = w.rng("pension"), w.county.people, w.county.true.money
    above = w.happened.of("pension_above")
    secure = (w.county.standings.category == NONE) & (w.county.hidden.label == 0)
    employee = (who.age >= 60) & (true[:, TRANSFER] >= EMPLOYEE_PENSION) & secure[who.hh]
    yearly = np.where(employee, true[:, TRANSFER], true[:, PENSION])
    yearly[above.person], employee[above.person] = above.value, True
    first = np.zeros(len(who), np.int64)
    first[above.person] = np.clip(month_of(above.since), 0, LAST)
    official = employee & chance(rng, 0.15, len(who))
    personal = np.where(employee, 0, rng.integers(0, 32, len(who)) * YUAN)
    rows = np.flatnonzero(w.own & (yearly > 0) & (w.died >= STARTS[month]) & (month >= first))
    amount = _part(yearly[rows], first[rows], month)
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "scheme": words(["resident", "employee", "official"], employee[rows] + official[rows].astype(np.int64)),
            "month": dates(np.full(len(rows), STARTS[month])),
            "amount": pl.Series(amount + personal[rows]),
            "basic": whole(np.where(employee[rows], NEVER, amount)),
            "personal": whole(np.where(employee[rows], NEVER, personal[rows])),
        }
    )


def provident_fund(w: World, month: int) -> pl.DataFrame:
    """Who pays into the provident fund, with the monthly base."""
    found, who = jobs(w), w.county.people
    amount, paid = _wages(w, month)
    formal = (w.county.real.trade[who.hh] == FORMAL_TRADE) & (found.wage > FORMAL_WAGE)
    formal[w.happened.of("fiscal_payroll").person] = True
    rows = np.flatnonzero(formal & paid & w.alive(month) & (amount > 0))
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "employer": words(EMPLOYERS, found.employer[rows]),
            "month": dates(np.full(len(rows), STARTS[month])),
            "base": pl.Series(amount[rows]),
            "balance": pl.Series(amount[rows] * (6 + rows % 40)),
            "state": words(["normal"], np.zeros(len(rows), np.int64)),
        }
    )


def fiscal_payroll(w: World, month: int) -> pl.DataFrame:
    """Who is paid by the treasury: officials, teachers, the retired; and posts on contract, which do not count."""
    rng, found, who = w.rng("fiscal_payroll"), jobs(w), w.county.people
    n, hidden = len(who), w.happened.of("fiscal_payroll")
    secure = (w.county.standings.category == NONE)[who.hh]
    post = np.full(n, -1)
    post[secure & found.known & (found.wage > 40_000 * YUAN) & ~found.away & chance(rng, 0.12, n)] = 0
    post[secure & (who.age >= 60) & (w.county.true.money[:, TRANSFER] >= EMPLOYEE_PENSION) & chance(rng, 0.15, n)] = 2
    post[w.own & (who.age > 25) & (who.age < 58) & chance(rng, 0.002, n) & (post < 0)] = 3
    post = np.where((post == 0) & (np.arange(n) % 3 > 0), 1, post)
    post[hidden.person] = 1
    since = np.full(n, TODAY) - rng.integers(900, 4_000, n)
    since[hidden.person] = hidden.since
    rows = np.flatnonzero((post >= 0) & w.alive(month) & (since < STARTS[month + 1]))
    wage = np.select([post[rows] == 3, post[rows] == 2], [1_800 * YUAN, 3_600 * YUAN], found.wage[rows] // 12)
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "unit": words(UNITS, rows % len(UNITS)),
            "post": words(["official", "institution", "retired", "contract"], post[rows]),
            "since": dates(np.maximum(since[rows], who.birth[rows] + 18 * 365)),
            "wage": pl.Series(wage),
            "as_of": dates(np.full(len(rows), STARTS[month + 1] - 1)),
        }
    )
