"""Made-up cases are the same for the same seed, and who knows the rules answers everything right."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.casework.programmes import Programme
from doudi.policy import rulebook
from doudi.practice.folder import folder
from doudi.practice.generate import FIRST, generate
from doudi.practice.questions import Sort, judge
from doudi.practice.scenario import Hukou, Placing
from doudi.practice.tasks import TASKS, tasks_of
from doudi.practice.tasks.acceptance import ground
from doudi.practice.tasks.decisions import months_after
from doudi.practice.topics import Level, Outcome, Topic

from .world import CALENDAR, COUNTY, Oracle, a_desk

SEEDS = range(500)
LEVELS = list(Level)
ANY = st.tuples(st.integers(0, 2**31 - 1), st.sampled_from(LEVELS))


def case_of(seed: int) -> tuple[int, Level]:
    return seed, LEVELS[seed % len(LEVELS)]


@pytest.mark.parametrize("tens", range(0, 500, 50))
def test_who_knows_the_rules_scores_everything(tens: int) -> None:
    wrong = []
    for seed in range(tens, tens + 50):
        desk = a_desk(*case_of(seed))
        oracle = Oracle(desk)
        wrong += [(seed, key) for key, task in TASKS.items()
                  if judge(task, desk, oracle.answer(key)).outcome is not Outcome.RIGHT]  # fmt: skip
    assert wrong == []


def test_the_same_seed_makes_the_same_case() -> None:
    for seed in range(20):
        again = generate(seed, Level.HARD, book=rulebook(), calendar=CALENDAR, county=COUNTY)
        assert again == a_desk(seed, Level.HARD).scenario


def test_other_seeds_make_other_cases() -> None:
    assert len({str(a_desk(seed, Level.HARD).scenario) for seed in range(40)}) == 40


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_every_case_can_be_asked_about_and_every_question_has_an_answer(drawn: tuple[int, Level]) -> None:
    desk = a_desk(*drawn)
    assert FIRST <= desk.scenario.accepted_on <= date(2026, 10, 20)
    assert CALENDAR.is_workday(desk.scenario.accepted_on)
    for task in TASKS.values():
        right, fields = task.right(desk), task.fields(desk)
        asked = {f.name: f for f in fields}
        assert any(right.get(name) is not None for name in asked), task.key
        for name, field in asked.items():
            given_ = right.get(name)
            choices = {key for key, _label in field.choices}
            if given_ is not None and field.sort is Sort.ONE:
                assert given_ in choices, (task.key, name)
            if given_ is not None and field.sort is Sort.MANY:
                assert set(given_) <= choices, (task.key, name)
        assert folder(desk, task.shows)


@settings(max_examples=30, deadline=None)
@given(ANY)
def test_an_empty_answer_is_never_right_where_a_choice_is_asked_and_is_always_explained(
    drawn: tuple[int, Level],
) -> None:
    desk = a_desk(*drawn)
    for task in TASKS.values():
        verdict = judge(task, desk, {})
        if any(f.sort is not Sort.MANY and task.right(desk).get(f.name) is not None for f in task.fields(desk)):
            assert verdict.outcome is not Outcome.RIGHT, task.key
        assert verdict.why.lines or verdict.why.findings
        assert verdict.why.clauses, task.key


def test_a_wrong_list_names_what_was_missed_and_what_was_too_much() -> None:
    desk = a_desk(1, Level.EASY)
    verdict = judge(TASKS["notice"], desk, {"shown": ["name", "resident_id"]})
    point = verdict.points[0]
    assert (point.outcome, point.missed, point.extra) == (
        Outcome.PARTLY, ("保障人数", "拟保障金额"), ("身份证号",)
    )  # fmt: skip
    assert "身份证号" in verdict.why.lines[0]


def test_one_fen_beside_the_line_is_wrong() -> None:
    desk = next(d for d in (a_desk(s, Level.HARD) for s in SEEDS) if d.value("income_year") is not None)
    right = Oracle(desk).income()
    beside = judge(TASKS["income"], desk, {**right, "income": right["income"] + 1})
    assert beside.outcome is Outcome.PARTLY
    assert any(finding.name == "income_year" and finding.arithmetic for finding in beside.why.findings)


def test_every_programme_and_the_open_question_come_up() -> None:
    found = Counter(Oracle(a_desk(*case_of(seed))).programme()["programme"] for seed in range(200))
    assert set(found) >= {p.value for p in Programme if p.value in found} | {
        "household_dibao", "individual_dibao", "near_threshold", "tekun", "none", "unknown",
    }  # fmt: skip


def test_hard_cases_lie_at_the_line() -> None:
    near = 0
    for seed in range(60):
        home = Oracle(a_desk(seed, Level.HARD)).home
        line = a_desk(seed, Level.HARD).scenario.accepted_on and home["income_year"]
        if line is not None and home["size"]:
            standard = Oracle(a_desk(seed, Level.HARD))._parameter("dibao_standard") * 12 * home["size"]
            near += min(abs(line - standard), abs(line - standard * 3 // 2)) <= 1200
    assert near >= 15


def test_a_residence_permit_counts_where_the_township_takes_it() -> None:
    def at(**changes: bool) -> str:
        return ground(Placing(Hukou.ELSEWHERE, **{"permit": True, "switched": True, "relative": False, **changes}))

    assert (at(), at(switched=False), at(permit=False)) == ("permit", "elsewhere", "elsewhere")


def test_three_months_end_with_the_month() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2025, 3, 15), 3) == date(2025, 6, 15)


def test_every_topic_has_a_task() -> None:
    assert {task.topic for task in TASKS.values()} == set(Topic)
    assert [t.key for t in tasks_of(Topic.DECISION)] == ["decision", "letter"]


@pytest.mark.planted
def test_a_trainee_who_counts_the_day_of_the_event_is_caught() -> None:
    """Planted: the usual mistake of starting to count on the first day instead of the next."""
    desk = a_desk(3, Level.EASY)
    right = Oracle(desk).limits()
    early = {key: date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat() for key, day in right.items()}
    assert judge(TASKS["limits"], desk, early).outcome is Outcome.WRONG
