"""Rows of certificates, statements and circumstances: what is on file, by whom, and what nobody has stated."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import economy as money
from .county import County
from .draws import NEVER, TODAY, Bools, Ints, chance, stream
from .economy import ASSETS, MONEY, rounded
from .frames import Collector, dated, moments, whole, words
from .hardship import LABELS, NONE, RELAPSE
from .life import CAPACITY, ILLNESSES, STAGES
from .terrain import TRADES

SOURCES = ("declared", "visit", "civil_affairs", "police", "human_resources", "tax", "medical", "disabled", "education",
           "housing", "land", "market", "bank", "agriculture", "revitalisation", "justice", "emergency")  # fmt: skip
DECLARED, VISIT, CIVIL, POLICE, HUMAN, TAX, MEDICAL, DISABLED, EDUCATION, HOUSING = range(10)
BANK, REVITALISATION, JUSTICE, EMERGENCY = 12, 14, 15, 16

KINDS = ("disability", "severe_illness", "study", "employment", "labour_capacity", "self_care", "support_setting",
         "prison", "detox", "missing", "clergy", "child_support", "obligors_complete")  # fmt: skip
(A_DISABILITY, AN_ILLNESS, STUDY, EMPLOYMENT, CAPACITY_OF, SELF_CARE, SETTING, PRISON, DETOX, MISSING, CLERGY,
 CHILD_SUPPORT, OBLIGORS) = range(13)  # fmt: skip
YES, NO = len(STAGES) + len(CAPACITY), len(STAGES) + len(CAPACITY) + 1
HOME, INSTITUTION, KIND_0, BLANK = YES + 2, YES + 3, YES + 4, YES + 12
CODES = (*STAGES, *CAPACITY, "yes", "no", "home", "institution", *"01234567", "")
CAPACITY_0 = len(STAGES)

YEAR_BEGINS = TODAY - 365
REFERENCES = (
    "",
    *TRADES,
    "农业补贴、赡养费等",
    "城乡居民养老保险",
    "土地流转、房租",
    "结算单",
    "个税申报",
    "社保缴费",
    "机动车登记",
)
SUPPORT, PENSION_FUND, RENT, BILL, TAX_RETURN, CONTRIBUTIONS, CAR_REGISTER = range(len(TRADES) + 1, len(TRADES) + 8)


def certificates(county: County) -> pl.DataFrame:
    """`registry_certificate`, with the illness still readable in `detail`: `sealing` replaces it."""
    rng, who, life, standings = stream(county.seed, "certificates"), county.people, county.life, county.standings
    rows = Collector("person", "kind", "code", "starts", grade=NEVER, illness=NEVER, source=DECLARED)
    complete, surveyed = standings.complete[who.hh] & who.alive, standings.surveyed[who.hh] & who.alive
    _health(rows, rng, county, complete)
    _school_and_work(rows, rng, county, complete, surveyed)
    _rare(rows, county, complete)
    for kind in (PRISON, DETOX, MISSING, CLERGY, CHILD_SUPPORT):
        has = {PRISON: life.prison, DETOX: life.detox}.get(kind, np.zeros(len(who), bool))
        # Asked of children, and of whoever applies for tekun: the two exclude each other (M43-9).
        under = (who.age < 18) | standings.tekun if kind == CHILD_SUPPORT else np.ones(len(who), bool)
        some = np.flatnonzero(complete & ~has & under)
        rows.add(len(some), person=some, kind=kind, code=NO, starts=_filed(county, some), source=DECLARED)
    _tekun_papers(rows, rng, county)
    c = rows.columns()
    n = len(c["person"])
    return pl.DataFrame(
        {
            **dated(
                _places(county, who.hh[c["person"]]),
                c["starts"],
                np.full(n, NEVER),
                moments(np.maximum(c["starts"], county.opened[who.hh[c["person"]]]), rng),
            ),
            "person_id": pl.Series(c["person"] + 1),
            "kind": words(KINDS, c["kind"]),
            "code": words(CODES, c["code"]),
            "grade": whole(c["grade"]),
            "detail": words([*ILLNESSES, None], np.where(c["illness"] == NEVER, len(ILLNESSES), c["illness"])),
            "source": words(SOURCES, c["source"]),
        }
    )


def _places(county: County, households: Ints) -> pl.Series:
    return words([v.code for v in county.terrain.villages], county.homes.village[households])


def _filed(county: County, persons: Ints) -> Ints:
    """The day a fact was put on file: some weeks to three years ago, not before the file or the birth."""
    spread = TODAY - 30 - (persons * 7919) % 900
    earliest = np.maximum(county.opened[county.people.hh[persons]], county.people.birth[persons])
    return np.minimum(np.maximum(spread, earliest), TODAY - 1)


def _health(rows: Collector, rng: np.random.Generator, county: County, complete: Bools) -> None:
    who, life = county.people, county.life
    has = np.flatnonzero((life.grade > 0) & who.alive)
    card = chance(rng, 0.8, len(has)) | complete[has]
    has = has[card]
    rows.add(len(has), person=has, kind=A_DISABILITY, code=KIND_0 + life.disability[has], grade=life.grade[has],
             starts=life.since[has], source=np.where(chance(rng, 0.7, len(has)), DISABLED, DECLARED))  # fmt: skip
    none = np.flatnonzero(complete & (life.grade == 0))
    rows.add(len(none), person=none, kind=A_DISABILITY, code=KIND_0, grade=0, starts=_filed(county, none))
    ill = np.flatnonzero(life.ill & who.alive & (complete[np.arange(len(who))] | chance(rng, 0.6, len(who))))
    rows.add(len(ill), person=ill, kind=AN_ILLNESS, code=YES, starts=life.since[ill], illness=life.illness[ill],
             source=np.where(chance(rng, 0.55, len(ill)), MEDICAL, DECLARED))  # fmt: skip
    well = np.flatnonzero(complete & ~life.ill)
    rows.add(len(well), person=well, kind=AN_ILLNESS, code=NO, starts=_filed(county, well))
    # A fresh illness that the household did not report shows in the hospital's data, where it shows at all.
    hidden = county.hidden
    seen = np.flatnonzero((hidden.label == LABELS.index("unreported_illness")) & hidden.traced)
    rows.add(len(seen), person=hidden.person[seen], kind=AN_ILLNESS, code=YES, starts=hidden.since[seen],
             illness=life.illness[hidden.person[seen]], source=MEDICAL)  # fmt: skip
    frail = np.flatnonzero((life.failed_items > 0) & who.alive & (complete | chance(rng, 0.25, len(who))))
    rows.add(len(frail), person=frail, kind=SELF_CARE, code=BLANK, grade=life.failed_items[frail],
             starts=_filed(county, frail), source=VISIT)  # fmt: skip


def _school_and_work(
    rows: Collector, rng: np.random.Generator, county: County, complete: Bools, surveyed: Bools
) -> None:
    who, life = county.people, county.life
    term = TODAY - 61  # 1 September
    learning = np.flatnonzero(who.alive & (life.stage > 0) & (complete | chance(rng, 0.93, len(who))))
    years = np.array([0, 1, 4, 1, 1, 2, 1])[life.stage[learning]] * 365
    rows.add(len(learning), person=learning, kind=STUDY, code=life.stage[learning],
             starts=np.maximum(term - years, who.birth[learning] + 1000),
             source=np.where(chance(rng, 0.35, len(learning)), EDUCATION, DECLARED))  # fmt: skip
    over = np.flatnonzero(complete & (life.stage == 0))
    rows.add(len(over), person=over, kind=STUDY, code=0, starts=_filed(county, over))
    asked = np.flatnonzero(complete | (surveyed & (who.age >= 16) & (life.stage == 0)))
    rows.add(
        len(asked),
        person=asked,
        kind=EMPLOYMENT,
        code=np.where(life.employed[asked], YES, NO),
        starts=_filed(county, asked),
    )
    judged = np.flatnonzero(complete | (surveyed & (who.age >= 16) & chance(rng, 0.15, len(who))))
    rows.add(len(judged), person=judged, kind=CAPACITY_OF, code=CAPACITY_0 + life.capacity[judged],
             starts=_filed(county, judged), source=np.where(complete[judged], VISIT, DECLARED))  # fmt: skip
    hidden = county.hidden
    idle = np.flatnonzero((hidden.label == LABELS.index("lost_job")) & hidden.traced)
    rows.add(len(idle), person=hidden.person[idle], kind=EMPLOYMENT, code=NO, starts=hidden.since[idle], source=HUMAN)
    paid = np.flatnonzero((hidden.label == LABELS.index("income_undeclared")) & hidden.traced)
    rows.add(len(paid), person=hidden.person[paid], kind=EMPLOYMENT, code=YES, starts=hidden.since[paid], source=HUMAN)


def _rare(rows: Collector, county: County, complete: Bools) -> None:
    for kind, has in ((PRISON, county.life.prison), (DETOX, county.life.detox)):
        some = np.flatnonzero(has & county.people.alive)
        rows.add(len(some), person=some, kind=kind, code=YES, starts=_filed(county, some), source=JUSTICE)


def _tekun_papers(rows: Collector, rng: np.random.Generator, county: County) -> None:
    some = np.flatnonzero(county.standings.tekun)
    where = np.where(chance(rng, 0.16 + 0.1 * county.life.failed_items[some], len(some)), INSTITUTION, HOME)
    rows.add(len(some), person=some, kind=SETTING, code=where, starts=_filed(county, some), source=CIVIL)
    rows.add(len(some), person=some, kind=OBLIGORS, code=YES, starts=_filed(county, some), source=VISIT)
    able = some[county.life.failed_items[some] == 0]
    rows.add(len(able), person=able, kind=SELF_CARE, code=BLANK, grade=0, starts=_filed(county, able), source=VISIT)


def statements(county: County) -> pl.DataFrame:
    """`registry_statement`: figures of persons and households by source."""
    rng, who, standings = stream(county.seed, "statements"), county.people, county.standings
    rows = Collector("person", "household", "kind", "amount", source=DECLARED, reference=0, age=0)
    complete, surveyed = standings.complete[who.hh] & who.alive, standings.surveyed[who.hh] & who.alive
    for kind in range(len(MONEY)):
        _person_figures(rows, rng, county, kind, complete, surveyed)
    _household_figures(rows, rng, county)
    _traces(rows, rng, county)
    c = rows.columns()
    n = len(c["kind"])
    of_person = c["person"] != NEVER
    household = np.where(of_person, who.hh[np.where(of_person, c["person"], 0)], c["household"])
    # Figures of the last year; `age` 1 is the year before. An asset is as of one day.
    ends = np.where(of_person, TODAY, TODAY - 2 - (household * 31) % 200)
    ends, starts = ends - c["age"] * 365, np.where(of_person, YEAR_BEGINS, ends - 1) - c["age"] * 365
    return pl.DataFrame(
        {
            **dated(
                _places(county, household),
                starts,
                ends,
                moments(np.maximum(ends - rng.integers(0, 25, n), county.opened[household]), rng),
            ),
            "household_id": whole(np.where(of_person, NEVER, c["household"] + 1)),
            "person_id": whole(np.where(of_person, c["person"] + 1, NEVER)),
            "kind": words((*MONEY, *ASSETS), c["kind"]),
            "amount": pl.Series(c["amount"]),
            "source": words(SOURCES, c["source"]),
            "reference": words(REFERENCES, c["reference"]),
        }
    )


VERIFIER = {money.WAGE: TAX, money.TRANSFER: HUMAN, money.PENSION: HUMAN, money.ALLOWANCE: CIVIL,
            money.MEDICAL: MEDICAL, money.EDUCATION: EDUCATION}  # fmt: skip


def _person_figures(
    rows: Collector, rng: np.random.Generator, county: County, kind: int, complete: Bools, surveyed: Bools
) -> None:
    """Complete households state every kind, zero too, others what they have; visits and departments differ a little."""
    who, amount = county.people, county.believed.money[:, kind]
    stated = np.flatnonzero(complete | (surveyed & (amount != 0)))
    rows.add(len(stated), person=stated, kind=kind, amount=amount[stated], reference=_reference(county, kind, stated))
    older = stated[(amount[stated] > 0) & complete[stated] & chance(rng, 0.35, len(stated)) & (who.age[stated] > 1.5)]
    rows.add(
        len(older),
        person=older,
        kind=kind,
        age=1,
        amount=rounded(amount[older] * rng.uniform(0.6, 1.15, len(older)), 10),
    )
    seen = np.flatnonzero(complete & (amount > 0))
    differs = np.where(chance(rng, 0.3, len(seen)), rng.uniform(0.85, 1.25, len(seen)), 1.0)
    close = rounded(amount[seen] * differs, 10) if kind not in (money.PENSION, money.ALLOWANCE) else amount[seen]
    rows.add(len(seen), person=seen, kind=kind, amount=close, source=VISIT)
    if kind in VERIFIER:
        known = np.flatnonzero((amount > 0) & (complete | surveyed) & chance(rng, 0.04 + 0.26 * complete, len(who)))
        exact = (
            amount[known]
            if kind != money.MEDICAL
            else np.maximum(amount[known] + rng.integers(-9_000, 9_000, len(known)), 100)
        )
        rows.add(len(known), person=known, kind=kind, amount=exact, source=VERIFIER[kind])


def _reference(county: County, kind: int, persons: Ints) -> Ints:
    """What the money came from, in words."""
    trade = 1 + np.where(
        county.life.migrant[persons], TRADES.index("外出务工"), county.life.trade[county.people.hh[persons]]
    )
    fixed = {money.TRANSFER: SUPPORT, money.PENSION: PENSION_FUND, money.PROPERTY: RENT, money.MEDICAL: BILL}
    value = trade if kind in (money.WAGE, money.BUSINESS) else np.full(len(persons), fixed.get(kind, 0))
    return np.where(county.believed.money[persons, kind] == 0, 0, value)


def _household_figures(rows: Collector, rng: np.random.Generator, county: County) -> None:
    standings, assets, base = county.standings, county.believed.assets, len(MONEY)
    alive = np.bincount(county.people.hh[county.people.alive], minlength=len(county.homes)) > 0
    for kind in range(len(ASSETS)):
        has = assets[:, kind] != 0
        stated = np.flatnonzero(alive & (standings.complete | (standings.surveyed & (has | (kind in (0, 1))))))
        rows.add(len(stated), household=stated, kind=base + kind, amount=assets[stated, kind])
        seen = np.flatnonzero(alive & standings.complete & chance(rng, 0.6, len(alive)))
        rows.add(len(seen), household=seen, kind=base + kind, amount=assets[seen, kind], source=VISIT)
    checked = np.flatnonzero(alive & standings.complete & chance(rng, 0.5, len(alive)))
    differs = np.where(chance(rng, 0.25, len(checked)), rng.uniform(0.8, 1.3, len(checked)), 1.0)
    rows.add(len(checked), household=checked, kind=base, amount=rounded(assets[checked, 0] * differs, 10), source=BANK)


def _traces(rows: Collector, rng: np.random.Generator, county: County) -> None:
    """What departments' data show of the hidden exceptions, where they show at all."""
    hidden, true = county.hidden, county.true

    def traced(label: str) -> Ints:
        return np.flatnonzero((hidden.label == LABELS.index(label)) & hidden.traced)

    ill, earning, driving = traced("unreported_illness"), traced("income_undeclared"), traced("vehicle_undeclared")
    person = hidden.person[ill]
    rows.add(
        len(ill),
        person=person,
        kind=money.MEDICAL,
        amount=true.money[person, money.MEDICAL],
        source=MEDICAL,
        reference=BILL,
    )
    person = hidden.person[earning]
    wage = rounded(np.maximum(true.money[person, money.WAGE], rng.integers(1_800_000, 4_200_000, len(earning))), 10)
    rows.add(len(earning), person=person, kind=money.WAGE, amount=wage, source=TAX, reference=TAX_RETURN)
    for kind in (money.VEHICLES, money.VEHICLE_VALUE):
        rows.add(len(driving), household=driving, kind=len(MONEY) + kind, amount=true.assets[driving, kind],
                 source=POLICE, reference=CAR_REGISTER)  # fmt: skip


CIRCUMSTANCES = ("lifted_from_poverty", "relapse_watch", "dwelling_unsafe", "disaster_event", "emergency_event")
ANSWERS = ("yes", "no", "none", "unstable", "marginal", "sudden_hardship")


def circumstances(county: County) -> pl.DataFrame:
    """`registry_circumstance`: lifted households, relapse watch, unsafe dwellings, disasters and emergencies."""
    rng = stream(county.seed, "circumstances")
    c = _circumstances(county, rng).columns()
    return pl.DataFrame(
        {
            **dated(
                _places(county, c["household"]),
                np.minimum(c["starts"], TODAY),
                c["ends"],
                moments(c["starts"] + 3, rng),
            ),
            "household_id": pl.Series(c["household"] + 1),
            "kind": words(CIRCUMSTANCES, c["kind"]),
            "code": words(ANSWERS, c["code"]),
            "source": words(SOURCES, c["source"]),
        }
    )


def _circumstances(county: County, rng: np.random.Generator) -> Collector:
    """Who has which, and for complete households also who has not."""
    standings, n = county.standings, len(county.homes)
    rows = Collector("household", "kind", "code", "starts", "ends", "source")
    poor = standings.category > NONE
    lifted = ~county.urban & chance(rng, np.where(poor, 0.42, 0.11), n)
    watched = standings.category == RELAPSE
    unsafe, hit = chance(rng, np.where(poor, 0.02, 0.003), n), chance(rng, 0.002, n)
    struck = chance(rng, np.where(poor, 0.01, 0.0008), n)
    starts = county.opened
    recent = np.maximum(TODAY - rng.integers(5, 500, n), starts + 1)
    kind_of_watch = np.where(lifted, 3, np.where(chance(rng, 0.45, n), 4, 5))
    for kind, has, code, since, source in (
        (0, lifted, np.zeros(n, np.int64), starts, REVITALISATION),
        (1, watched, kind_of_watch, recent, REVITALISATION),
        (2, unsafe, np.zeros(n, np.int64), recent, HOUSING),
        (3, hit, np.zeros(n, np.int64), recent, EMERGENCY),
        (4, struck, np.zeros(n, np.int64), recent, VISIT),
    ):
        yes = np.flatnonzero(has)
        rows.add(len(yes), household=yes, kind=kind, code=code[yes], starts=since[yes], source=source)
        no = np.flatnonzero(standings.complete & ~has)
        rows.add(
            len(no),
            household=no,
            kind=kind,
            code=2 if kind == 1 else 1,
            starts=since[no],
            source=VISIT if kind else source,
        )
    return rows
