"""Who works where, who has lost work: the lists of the human resources bureau."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ...draws import NEVER, TODAY, YEAR, Bools, Ints, chance
from ...economy import WAGE, YUAN
from ...frames import dates, whole, words
from ...terrain import TRADES
from ..world import STARTS, World

EMPLOYERS = ("德宏绿源食品有限公司", "芒市丰源糖业有限公司", "勐焕商贸有限公司", "孔雀酒店管理有限公司",
             "边城物流有限公司", "后谷茶业合作社", "咖啡种植专业合作社", "东莞恒达电子有限公司",
             "深圳新联制衣有限公司", "昆明建工劳务有限公司",
             "杭州顺捷物流有限公司", "芒市城投物业有限公司")  # fmt: skip
FROM_ELSEWHERE = 7
"""The employers from here on are those of the coast and of Kunming."""
FORMAL_TRADE, MIGRANT_TRADE = TRADES.index("工资"), TRADES.index("外出务工")


@dataclass(frozen=True)
class Jobs:
    """Per person: whether an office knows of the work, the yearly wage in truth, first and last day, employer."""

    known: Bools
    wage: Ints
    starts: Ints
    ends: Ints
    employer: Ints
    away: Bools


def jobs(w: World) -> Jobs:
    """Everybody's work as employers report it; drawn once."""
    return w.once("jobs", _jobs)


def _jobs(w: World) -> Jobs:
    rng, who, real = w.rng("jobs"), w.county.people, w.county.real
    n = len(who)
    wage = w.county.true.money[:, WAGE].copy()
    formal = (real.trade[who.hh] == FORMAL_TRADE) | real.migrant | chance(rng, 0.25, n)
    # Where somebody has lost work or fallen ill, the employer goes on reporting, zero if there is nothing to report.
    unseen = (w.county.hidden.label > 0)[who.hh] & (w.county.believed.money[:, WAGE] > 0)
    known = w.own & (who.age > 16) & ((formal & (wage > 0) & real.employed) | unseen)
    starts = np.maximum(TODAY - rng.integers(420, 3_600, n), who.birth + round(16 * YEAR))
    ends = np.full(n, NEVER)
    for kind in ("job_lost", "new_severe_illness"):
        lost = w.happened.of(kind)
        ends[lost.person] = np.where(known[lost.person], lost.since, NEVER)
    ended = w.happened.of("wage_ended")
    known[ended.person], wage[ended.person] = True, ended.value
    starts[ended.person], ends[ended.person] = ended.since - 400, ended.since
    for kind in ("wage_above", "fiscal_payroll"):
        earning = w.happened.of(kind)
        known[earning.person], wage[earning.person], starts[earning.person] = True, earning.value, earning.since
    starts = np.where(ends == NEVER, starts, np.minimum(starts, ends - 30))
    local = rng.integers(0, FROM_ELSEWHERE, n)
    away = rng.integers(FROM_ELSEWHERE, len(EMPLOYERS), n)
    return Jobs(known, wage, starts, ends, np.where(real.migrant, away, local), real.migrant)


def employment(w: World, month: int) -> pl.DataFrame:
    """Everybody whose work is on file; who has left it stands there for the quarter after."""
    found, who = jobs(w), w.county.people
    lasted = (found.ends == NEVER) | (found.ends >= STARTS[month + 1] - 92)
    rows = np.flatnonzero(found.known & w.alive(month) & lasted & (found.starts < STARTS[month + 1]))
    formal = w.county.real.trade[who.hh[rows]] == FORMAL_TRADE
    form = np.select([found.away[rows], formal], [1, 0], 2)
    ends = found.ends[rows]
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "employer": words(EMPLOYERS, found.employer[rows]),
            "form": words(["employed", "away", "flexible"], form),
            "starts_on": dates(found.starts[rows]),
            "ends_on": dates(np.where(ends < STARTS[month + 1], ends, NEVER)),
            "as_of": dates(np.full(len(rows), STARTS[month + 1] - 1)),
        }
    )


def unemployment(w: World, month: int) -> pl.DataFrame:
    """Who is registered as out of work: those who truly lost it, and others who found work again."""
    c = w.once("unemployed", _unemployed)
    end = STARTS[month + 1]
    c = {name: column[(c["since"] < end) & (c["until"] >= STARTS[month])] for name, column in c.items()}
    insured = c["pay"] > 0
    return pl.DataFrame(
        {
            "#person": pl.Series(c["person"]),
            "registered_on": dates(c["since"]),
            "cancelled_on": dates(np.where(c["until"] < end, c["until"], NEVER)),
            "reason": words(["合同到期", "单位裁员", "本人辞职", "单位关停"], c["person"] % 4),
            "insured": words(["no", "yes"], insured.astype(np.int64)),
            "paid_from": dates(np.where(insured, c["since"] + 20, NEVER)),
            "paid_until": dates(np.where(insured, c["since"] + 200, NEVER)),
            "pay": whole(np.where(insured, c["pay"], NEVER)),
            "as_of": dates(np.full(len(insured), end - 1)),
        }
    )


def _unemployed(w: World) -> dict[str, Ints]:
    rng, who, real = w.rng("unemployment"), w.county.people, w.county.real
    lost = w.happened.of("job_lost")
    fit = w.own & (who.age > 20) & (who.age < 55) & ~real.employed & (real.stage == 0) & (real.capacity == 0)
    fit &= ~real.prison & ~real.detox & (w.county.hidden.label[who.hh] == 0)
    other = np.flatnonzero(fit & chance(rng, 0.06, len(who)))
    person = np.r_[lost.person, other]
    since = np.r_[lost.since, TODAY - rng.integers(10, 500, len(other))]
    again = chance(rng, 0.5, len(other))
    until = np.r_[np.full(len(lost), TODAY + 9_999), np.where(again, since[len(lost) :] + 150, TODAY + 9_999)]
    pay = np.where(chance(rng, np.r_[np.full(len(lost), 0.2), np.full(len(other), 0.5)], len(person)), 1_560 * YUAN, 0)
    order = np.argsort(person, kind="stable")
    return {"person": person[order], "since": since[order], "until": until[order], "pay": pay[order]}
