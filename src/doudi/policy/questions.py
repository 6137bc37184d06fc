"""What to ask first: the missing facts in an order in which the fewest questions are likely to settle the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from doudi.policy.decision import Decision
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.units import BOOLEAN, DATE, FEN
from doudi.policy.facts import FACTS, Plain
from doudi.policy.letters import fact_said

TARGETS = ("category",)
PERSON_TARGETS = ("tekun_eligible", "individual_dibao_eligible")
DEPTHS: dict[str, Depth] = {"household": HOUSEHOLD, "person": PERSON, "obligor": OBLIGOR}
Target = tuple[str, str]
LIMIT = 50
"""More questions than this nobody asks at one visit."""
AGAIN = 5
"""How many of the best candidates are tried again after each answer."""


@dataclass(frozen=True)
class Question:
    """One fact to find out, and how much hangs on it."""

    fact: str
    text: str
    settles: tuple[str, ...]
    """The variables that some answer would settle at once."""
    of: int
    """How many variables were open when it was chosen."""


def questions(decision: Decision, targets: Iterable[Target] = (), limit: int = LIMIT) -> list[Question]:
    """The questions in order, at most ``limit``.

    After each one the least helpful answer is assumed, so the list is a worst case: ask the first, then plan again.
    """
    wanted = list(targets) or list(default_targets(decision))
    told: list[Question] = []
    ranked: list[str] = []
    while len(told) < limit:
        open_ = [target for target in wanted if decision.reasons(*target)]
        asked = {question.fact for question in told}  # "no" to a complete list of obligors leaves it a reason
        candidates = {f for t in open_ for f in decision.reasons(*t) if askable(f)} - asked
        if not candidates:
            break
        # Only those that looked best last time are tried again: the order changes little from one answer to the next.
        again = [fact for fact in ranked if fact in candidates][:AGAIN]
        tried = sorted((_tried(decision, fact, open_) for fact in again or sorted(candidates)), key=_rank)
        ranked = ranked if again else [fact for _, fact, _, _ in tried]
        _, fact, settles, decision = tried[0]
        told.append(Question(fact, _text(fact, decision), settles, len(open_)))
    return told


def default_targets(decision: Decision) -> Iterator[Target]:
    """The category of the household, and what each member may get alone."""
    for name in TARGETS:
        yield name, "household"
    for person in decision.home.children:
        for name in PERSON_TARGETS:
            yield name, person.key


def askable(fact: str) -> bool:
    """Facts can be asked of people; parameters and price indices cannot."""
    return fact.partition(":")[0].partition(".")[0] in DEPTHS


Tried = tuple[tuple[int, int, str], str, tuple[str, ...], Decision]


def _rank(tried: Tried) -> tuple[int, int, str]:
    return tried[0]


def _tried(decision: Decision, fact: str, open_: list[Target]) -> Tried:
    """How much remains to be asked after each likely answer: the worst counts, then the sum; ties by name."""
    left: list[tuple[int, Decision]] = []
    settled: set[str] = set()
    for answer in answers(fact, decision.on):
        after = decision.book.decide(decision.case.with_fact(fact, answer), decision.on, decision.run)
        remaining = {each for target in open_ for each in after.reasons(*target) if askable(each)}
        settled |= {name for name, key in open_ if not after.reasons(name, key)}
        left.append((len(remaining), after))
    worst, after = max(left, key=lambda pair: pair[0])
    return (worst, sum(count for count, _ in left), fact), fact, tuple(sorted(settled)), after


def answers(fact: str, on: date) -> list[Plain]:
    """A few answers that stand for all: both sides of what matters."""
    owner, _, name = fact.rpartition(".")
    spec = FACTS[DEPTHS[owner.partition(":")[0]]][name]
    if spec.unit == BOOLEAN:
        return [True, False]
    if spec.choices:
        return list(spec.choices)
    if spec.unit == DATE:
        return [on.replace(year=on.year - years, day=1) for years in (10, 17, 40, 65, 75)]
    if spec.unit == FEN:
        return [0, 1_000_000, 100_000_000]
    return ["533103000000"] if name == "division_code" else [0, 1, min(spec.high, 10) - 1]


def _text(fact: str, decision: Decision) -> str:
    return f"请问{fact_said(fact, decision)}是什么情况？"
