"""Who reads too much: how many curious readers the watch finds in a quarter, and how many honest ones it accuses.

A county's quarter is drawn from a seed: the work of every role with its busy days (annual review, the days of payment,
a hail storm), the questions on the phone that leave no trace, the wrong person of two with one name. Then some of the
staff turn curious in one of seven ways. The rule of the product (`oversight/rule.py`) looks at every day as the nightly
job does; nothing of the drawing is known to it. The table goes to `benchmarks/results/`.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src")]

from doudi.oversight.rule import Look, Sign, Unusual, Work, unexplained, unusual  # noqa: E402

TOWNSHIPS, VILLAGES, HOUSEHOLDS = 12, 8, 120  # per township, per village: those with a file
FIRST, WARM_UP, QUARTER = date(2026, 7, 1), 60, 92
STORM, REVIEW = range(75, 83), range(95, 125)  # days of the drawing: a hail storm in two townships; the annual review


@dataclass
class Person:
    """A member of staff: their role, where they work, and how they look at files by day."""

    number: int
    role: str
    places: list[str]
    curious: str = ""
    since: int = 0
    target: list[str] = field(default_factory=list)


@dataclass
class County:
    """What was drawn."""

    people: list[Person]
    looks: list[Look] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    opened: dict[str, list[str]] = field(default_factory=dict)


OPEN = 5  # files of a village on which business lies open at any time


def business(n: int, rng: random.Random, county: County) -> None:
    """Every four weeks other files of every village have a case, a task, a review."""
    for place in sorted({place for person in county.people for place in person.places}):
        county.opened[place] = [a_file(rng, [place])[0] for _ in range(OPEN)]
        for file in county.opened[place]:
            county.works.append(Work(file, FIRST + timedelta(days=n - 7), FIRST + timedelta(days=n + 28 + 14)))


# role → (files with work of one's own a day, files asked about on the phone a day, wrong persons a day)
HABIT = {
    "township_clerk": (9.0, 1.2, 0.8),
    "township_head": (5.0, 0.4, 0.1),
    "county_clerk": (14.0, 3.0, 1.0),
    "county_reviewer": (12.0, 0.8, 0.2),
    "payment_maker": (8.0, 2.0, 0.3),
    "hotline": (2.0, 9.0, 1.5),
    "coordinator": (1.2, 0.4, 0.1),
}


def staff(rng: random.Random) -> list[Person]:
    """Three clerks and a head in every township, a coordinator in every village, the county's offices."""
    found: list[Person] = []

    def hire(role: str, places: list[str]) -> None:
        found.append(Person(len(found) + 1, role, places))

    everywhere = [f"{t:02}{v:02}" for t in range(TOWNSHIPS) for v in range(VILLAGES)]
    for t in range(TOWNSHIPS):
        here = [p for p in everywhere if p.startswith(f"{t:02}")]
        for _ in range(3):
            hire("township_clerk", here)
        hire("township_head", here)
        for village in here:
            hire("coordinator", [village])
    for role, many in (("county_clerk", 5), ("county_reviewer", 3), ("payment_maker", 2), ("hotline", 3)):
        for _ in range(many):
            hire(role, everywhere)
    return found


def some(rng: random.Random, mean: float) -> int:
    """A count of things that come by themselves."""
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def a_file(rng: random.Random, places: list[str], place: str = "") -> tuple[str, str]:
    place = place or rng.choice(places)
    return f"{place}-{rng.randrange(HOUSEHOLDS):03}", place


def honest(person: Person, n: int, rng: random.Random, county: County, mood: float) -> None:
    """A day of work: looks that work explains, and those that nothing does."""
    day = FIRST + timedelta(days=n)
    own, asked, wrong = HABIT[person.role]
    storm = n in STORM and person.places[0][:2] in ("03", "04")
    review = n in REVIEW and person.role in ("township_clerk", "county_clerk")
    for _ in range(some(rng, own * mood * (3 if review else 1.5 if storm else 1))):
        # Two of three: a file with open business. Most others: a deed of theirs on it. One of twenty was looked at
        # beforehand, for a case that then never came.
        kind = rng.random()
        file, place = a_file(rng, person.places)
        file = rng.choice(county.opened[place]) if kind < 0.65 else file
        county.looks.append(Look(person.number, person.role, day, file, place))
        if 0.65 <= kind < 0.95:
            county.works.append(Work(file, day - timedelta(14), day + timedelta(14), person.number))
    calls = asked * mood * (4 if storm else 1.6 if review else 1)
    for _ in range(some(rng, calls) + some(rng, wrong * mood)):
        file, place = a_file(rng, person.places)
        county.looks.append(Look(person.number, person.role, day, file, place))
    # A few families ask again and again.
    if rng.random() < 0.02:
        file, place = a_file(rng, person.places)
        for later in sorted(rng.sample(range(21), rng.choice((2, 2, 3)))):
            county.looks.append(Look(person.number, person.role, day + timedelta(days=later), file, place))


def burst(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """One evening, forty files at random."""
    if n == person.since:
        yield from (a_file(rng, person.places) for _ in range(40))


def village(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The own village, house by house, ten a day for four days."""
    if person.since <= n < person.since + 4:
        place = person.target[0]
        yield from ((f"{place}-{k:03}", place) for k in range((n - person.since) * 10, (n - person.since) * 10 + 10))


def drip(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Three files every working day, to the end."""
    if n >= person.since:
        yield from (a_file(rng, person.places) for _ in range(3))


def faint(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """One file on every other day, to the end."""
    if n >= person.since and n % 2:
        yield a_file(rng, person.places)


def neighbour(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The same two neighbours, each about once a week."""
    for file in person.target:
        if n >= person.since and rng.random() < 0.2:
            yield file, file[:4]


def once(person: Person, n: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """One look at one neighbour, and never again."""
    if n == person.since:
        yield person.target[0], person.target[0][:4]


WAYS: dict[str, Callable[[Person, int, random.Random], Iterator[tuple[str, str]]]] = {
    "burst": burst, "village": village, "drip": drip, "faint": faint, "neighbour": neighbour, "once": once,
}  # fmt: skip
CAN = ("township_clerk", "county_clerk", "township_head", "county_reviewer", "payment_maker")


def turn_curious(people: list[Person], each: int, rng: random.Random) -> None:
    """So many of each way, among the roles that read; and a file everybody talks about, read by seven."""
    free = [p for p in people if p.role in CAN and not p.curious]
    rng.shuffle(free)
    for way in WAYS:
        for _ in range(each):
            person = free.pop()
            person.curious, person.since = way, working_day(WARM_UP + rng.randrange(5, 60))
            one = rng.choice(person.places)
            person.target = [one] if way == "village" else [f"{one}-{rng.randrange(HOUSEHOLDS):03}" for _ in range(2)]


def working_day(n: int) -> int:
    """This day, or the Monday after it."""
    return n + max(0, 7 - (FIRST + timedelta(days=n)).weekday()) % 7 if (FIRST + timedelta(days=n)).weekday() > 4 else n


def draw(seed: int, each: int) -> County:
    """The county's log from the warm-up to the end of the quarter."""
    rng = random.Random(seed)
    county = County(staff(rng))
    talked, start = f"0102-{rng.randrange(HOUSEHOLDS):03}", WARM_UP + rng.randrange(10, 60)
    crowd = rng.sample([p for p in county.people if "0102" in p.places and p.role in CAN], 7)
    for person in crowd:
        person.curious = "talked-about"
        day = FIRST + timedelta(days=working_day(start + rng.randrange(6)))
        county.looks.append(Look(person.number, person.role, day, talked, "0102"))
    turn_curious(county.people, each, rng)
    for n in range(WARM_UP + QUARTER):
        if n % 28 == 0:
            business(n, rng, county)
        if (FIRST + timedelta(days=n)).weekday() > 4:
            continue
        for person in county.people:
            honest(person, n, rng, county, rng.lognormvariate(-0.08, 0.4))
            for file, place in WAYS[person.curious](person, n, rng) if person.curious in WAYS else ():
                county.looks.append(Look(person.number, person.role, FIRST + timedelta(days=n), file, place))
    return county


@dataclass
class Told:
    """What the watch said in a quarter: one open finding a person and sign, settled after seven days."""

    findings: list[Unusual] = field(default_factory=list)
    seconds: float = 0.0


def watch(county: County) -> Told:
    """Every day of the quarter as the nightly job looks at it."""
    told, left = Told(), unexplained(county.looks, county.works)
    quiet: dict[tuple[int, Sign], date] = {}
    for n in range(WARM_UP, WARM_UP + QUARTER):
        day, begun = FIRST + timedelta(days=n), time.perf_counter()
        for found in unusual(left, day):
            key = (found.staff, found.sign)
            if quiet.get(key, date.min) < day:
                told.findings.append(found)
                quiet[key] = day + timedelta(days=28 if found.sign in (Sign.DRIP, Sign.AGAIN) else 7)
        told.seconds = max(told.seconds, time.perf_counter() - begun)
    return told


def measure(seeds: list[int], each: int) -> str:
    """The tables over all seeds."""
    there: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    late: dict[str, list[int]] = defaultdict(list)
    accused: Counter[tuple[str, str]] = Counter()
    people_accused, honest_people, files, slowest = 0, 0, 0, 0.0
    by_role: Counter[str] = Counter()
    for seed in seeds:
        county = draw(seed, each)
        told, who = watch(county), {p.number: p for p in county.people}
        slowest, files = max(slowest, told.seconds), files + len({(k.staff, k.day, k.file) for k in county.looks})
        first: dict[int, date] = {}
        wrong: set[int] = set()
        for found in told.findings:
            person = who[found.staff]
            if not person.curious or found.on < FIRST + timedelta(days=person.since):
                accused[person.role, found.sign.value] += 1
                wrong.add(person.number)
            else:
                first.setdefault(person.number, found.on)
        for person in county.people:
            by_role[person.role] += not person.curious
            honest_people += not person.curious
            if person.curious:
                there[person.curious] += 1
                noticed[person.curious] += person.number in first
                if person.number in first and person.since:
                    late[person.curious].append((first[person.number] - FIRST).days - person.since)
        people_accused += len(wrong)
    return report(seeds, there, noticed, late, accused, people_accused, honest_people, by_role, files, slowest)


WORDS = {
    "burst": "forty files in one evening", "village": "a village house by house, ten a day for four days",
    "drip": "three files every working day", "faint": "a file every other day",
    "neighbour": "the same two neighbours, each about once a week", "once": "one neighbour, once",
    "talked-about": "a file everybody talks about, read once by each of seven",
}  # fmt: skip


def report(seeds, there, noticed, late, accused, people_accused, honest_people, by_role, files, slowest) -> str:  # type: ignore[no-untyped-def]
    """The tables."""
    lines = [
        f"# Curious readers, {date.today():%d %B %Y}", "",
        f"`./run bench curious` on {os.cpu_count()} cores, Python {platform.python_version()}: {len(seeds)} made-up "
        f"quarters (seeds {seeds[0]}–{seeds[-1]}), {len(honest_people_of(seeds, by_role))} roles, "
        f"{files:,} looks at a file on a day, 60 days of warm-up before each quarter. The slowest nightly round took "
        f"{slowest:.1f} s.", "",
        "| who turned curious, and how | noticed | days until then (median) |", "|---|---|---|",
    ]  # fmt: skip
    for way, words in WORDS.items():
        days = sorted(late[way])
        lines.append(f"| {words} | {noticed[way]} of {there[way]} | {days[len(days) // 2] if days else '—'} |")
    total = sum(accused.values())
    lines += [
        "",
        "| false alarms: findings about honest reading | in a quarter of one county |",
        "|---|---|",
        *(f"| {role}, {sign} | {n / len(seeds):.1f} |" for (role, sign), n in sorted(accused.items())),
        f"| **all** | **{total / len(seeds):.1f}** |",
        "",
        f"{people_accused} of {honest_people + sum(there.values())} people were accused wrongly at least once "
        f"({100 * people_accused / (honest_people + sum(there.values())):.1f} %); "
        f"{total / len(seeds) / 13:.1f} false alarms a week for one county of {honest_people // len(seeds)} honest "
        "readers.",
    ]
    return "\n".join(lines) + "\n"


def honest_people_of(seeds: list[int], by_role: Counter[str]) -> dict[str, int]:
    """Honest people a quarter, by role."""
    return {role: n // len(seeds) for role, n in by_role.items()}


def main() -> int:
    """Measure and write the page of the day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--each", type=int, default=3, help="how many people of each curious way")
    parser.add_argument("--first-seed", type=int, default=100)
    said = parser.parse_args()
    page = measure(list(range(said.first_seed, said.first_seed + said.seeds)), said.each)
    target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-curious.md"
    target.write_text(page, encoding="utf-8")
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
