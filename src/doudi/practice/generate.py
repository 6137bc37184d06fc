"""A made-up case from a seed: the same seed, level, rulebook and calendar make the same case, down to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from doudi.casework.counting import working_days
from doudi.kernel.calendar import WorkCalendar
from doudi.kernel.money import percent_of
from doudi.policy import Case, Rulebook

from .happening import timeline
from .households import Draft, Row, draw
from .papers import needed
from .pools import CAUSES, FAR, TOWNS, Namer, surname
from .scenario import Difference, Emergency, Hukou, Kind, Later, Placing, Reason, Scenario
from .topics import Level

FIRST, LAST = date(2021, 7, 5), date(2026, 9, 4)  # the calendars known today reach beyond the longest limit
HOLIDAY_STRETCH, FEW = 14, 8  # fewer working days than this within two weeks: a holiday lies in between
SEEDS = 2**31


def generate(seed: int, level: Level, *, book: Rulebook, calendar: WorkCalendar, county: str) -> Scenario:
    """The case of a seed."""
    rng = Random(f"{seed}:{level.value}")  # noqa: S311 - a made-up case, no secret
    kind = rng.choices((Kind.FAMILY, Kind.ELDER, Kind.ORPHAN), (7, 2, 1))[0]
    on = _day(rng, level, calendar)
    drawn = draw(rng, kind, on, level)
    home = _home(rng, county)
    case = _settled(drawn, home, book)
    difference = _difference(drawn)
    line = timeline(rng, kind, level, on, calendar)
    scenario = Scenario(
        seed=seed, level=level, kind=kind, town=rng.choice(TOWNS), accepted_on=on, case=case, names=drawn.names,
        placing=_placing(rng, drawn), handed=frozenset(), difference=difference, timeline=line,
        emergency=_emergency(rng, on), later=_later(rng, line.decided_on),
    )  # fmt: skip
    return replace(scenario, handed=_handed(rng, scenario))


def _day(rng: Random, level: Level, calendar: WorkCalendar) -> date:
    """A working day of acceptance; before a holiday where the case is not easy."""
    ruler = working_days(calendar)
    for _try in range(40):
        day = ruler.nth(FIRST + timedelta(days=rng.randrange((LAST - FIRST).days)), 1)
        if level is Level.EASY or ruler.between(day, day + timedelta(days=HOLIDAY_STRETCH)) <= FEW:
            break
    return day


def _home(rng: Random, county: str) -> Row:
    return {
        "household_id": "h1", "division_code": f"{county}000000", "residence_class": rng.choice(("rural", "urban")),
        "on_dibao": False, "lifted_from_poverty": False, "relapse_watch": "none", "financial_assets_fen": 0,
        "vehicle_count": 0, "vehicle_value_fen": 0, "extra_dwellings": 0, "business_over_rule": False,
        "dwelling_unsafe": False, "disaster_event": False, "emergency_event": False,
    }  # fmt: skip


def _settled(drawn: Draft, home: Row, book: Rulebook) -> Case:
    """The case with a wage and assets that bring it near a line."""
    rough = Case(home, tuple(drawn.persons), tuple(drawn.obligors))
    standard = _parameter(book, "dibao_standard", rough, drawn.on)
    size = book.decide(rough, drawn.on).value("size")
    _assets(drawn, home, standard * 12 * max(size or 1, 1))
    head = drawn.persons[0]
    if head["employed"] and size:
        rate = _parameter(book, "employment_cost_rate", rough, drawn.on)
        target = _target(drawn, standard * 12 * size)
        head["wage_income_fen"] = max(0, target - _rest(drawn, rough, book) + percent_of(rate, standard * 12))
    return Case(home, tuple(drawn.persons), tuple(drawn.obligors))


def _parameter(book: Rulebook, name: str, case: Case, on: date) -> int:
    home = case.household
    found = book.parameters.find(name, str(home["division_code"]), str(home["residence_class"]), on)
    return int(found.value or 0)


def _target(drawn: Draft, line: int) -> int:
    """A yearly income near the line of dibao or of near-threshold, nearer the harder the case."""
    edge = drawn.rng.choice((line, line, line * 3 // 2))
    if drawn.level is Level.EASY:
        return edge * drawn.rng.choice((60, 75, 120, 135)) // 10_000 * 100
    if drawn.level is Level.MEDIUM:
        return edge * drawn.rng.choice((93, 97, 103, 106)) // 10_000 * 100
    return edge + drawn.rng.choice((0, -1, 1, -100, 100, -1200, 1200))


def _rest(drawn: Draft, case: Case, book: Rulebook) -> int:
    """What the counted members have without the applicant's wage, after deductions, pensions left aside."""
    plain = case
    for person in case.persons:
        plain = plain.with_fact(f"person:{person['person_id']}.basic_pension_fen", 0)
    decision = book.decide(plain, drawn.on)
    total = 0
    for person in case.persons:
        key = f"person:{person['person_id']}"
        if decision.value("counted", key):
            income, cost, rigid = (
                decision.value(n, key) for n in ("countable_income", "employment_cost", "rigid_deduction")
            )
            total += (income or 0) - (cost or 0) - (rigid or 0)
    return total


def _assets(drawn: Draft, home: Row, year: int) -> None:
    rng = drawn.rng
    at_the_line = (year * 2, year * 2 + 100, year * 3, year * 3 + 100, year * 5 // 2)
    near = drawn.level is not Level.EASY and drawn.chance()
    home["financial_assets_fen"] = rng.choice(at_the_line) if near else year * rng.randrange(5, 120) // 10_000 * 100
    if drawn.chance() and rng.random() < 0.3:
        home |= {"vehicle_count": 1, "vehicle_value_fen": rng.choice((1_800_000, 3_000_000, 3_000_100))}
    if drawn.chance() and rng.random() < 0.3:
        home["extra_dwellings"] = 1


def _difference(drawn: Draft) -> Difference | None:
    """A wage that the sources see otherwise than the family says; the case holds the value that is right in the end."""
    head = drawn.persons[0]
    wage = head["wage_income_fen"]
    if drawn.level is Level.EASY or wage < 600_000 or not drawn.chance():
        return None
    reason = drawn.rng.choice(list(Reason))
    other = drawn.yuan(1000, 4000)
    declared, found = (wage - other, wage) if reason is Reason.UNEXPLAINED else (wage, wage + other)
    return Difference(head["person_id"], declared, found, reason)


def _placing(rng: Random, drawn: Draft) -> Placing:
    places = [Hukou.HERE] if len(drawn.persons) == 1 else [Hukou.HERE, Hukou.SPLIT]
    hukou = rng.choice([*places, Hukou.ELSEWHERE])
    permit = hukou is Hukou.ELSEWHERE and rng.random() < 0.7
    return Placing(hukou, permit, rng.random() < 0.6, relative=drawn.chance())


def _handed(rng: Random, scenario: Scenario) -> frozenset[str]:
    """What the family brought along: something is missing, except now and then."""
    papers = sorted(needed(scenario))
    missing = rng.sample(papers, min(len(papers), rng.choice((0, 1, 1, 2, 3))))
    return frozenset(papers) - frozenset(missing)


def _emergency(rng: Random, on: date) -> Emergency:
    name = Namer(rng).name(surname(rng), rng.random() < 0.5)
    severity, persons = rng.choice(("light", "medium", "severe")), rng.choice((1, 1, 2, 4))
    day = on + timedelta(days=rng.randrange(0, 40))
    return Emergency(name, rng.choice(FAR), rng.choice(CAUSES), day, severity, persons)


def _later(rng: Random, decided_on: date) -> Later:
    died = decided_on + timedelta(days=rng.randrange(40, 200))
    return Later(died, rng.choice((1, 2, 3, 3, 4)), decided_on + timedelta(days=rng.randrange(30, 300)))
