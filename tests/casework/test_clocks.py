"""Clocks against the official calendars 2019–2026, on both sides of every limit and of every day a rule changed."""

from __future__ import annotations

import itertools
import time as stopwatch
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.casework.clocks import OFFICE, Clock, Happening, State, clocks, next_due
from doudi.casework.counting import CALENDAR_DAYS, WorkingDays, closed, last_day, working_days
from doudi.casework.limits import LIMITS, M57_DAY, N22_DAY, Course, Unit, limits_of, may_be_extended
from doudi.casework.programmes import RAPID_SINCE, RIGID_MOVED_ON, Programme
from doudi.kernel.calendar import MissingYear, WorkCalendar, official_tables
from doudi.kernel.period import Period

P = Programme
OFFICIAL = WorkCalendar.official()
ONE_DAY = timedelta(days=1)
WATER = {date(2026, 4, 13): "泼水节", date(2026, 4, 14): "泼水节"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), OFFICE)


def steps(*said: tuple[str, str]) -> list[Happening]:
    return [Happening(move, day(on), noon(day(on))) for move, on in said]


def told(
    *said: tuple[str, str],
    today: str,
    programme: Programme = P.HOUSEHOLD_DIBAO,
    course: Course = Course.COUNTY,
    pauses: Sequence[Period] = (),
    calendar: WorkCalendar = OFFICIAL,
    every: bool = False,
) -> list[Clock]:
    happened = steps(*said)
    return clocks(
        programme=programme, accepted_on=happened[0].on, course=course, happened=happened, pauses=pauses,
        today=day(today), now=noon(day(today)), calendar=calendar, every=every,
    )  # fmt: skip


def clock(key: str, *said: tuple[str, str], today: str, **more) -> Clock:
    return next(c for c in told(*said, today=today, **more) if c.limit.key == key)


def total(accepted: str, today: str, *said: tuple[str, str], **more) -> Clock:
    return clock("total", ("accept", accepted), *said, today=today, **more)


def length(programme: Programme, accepted: date, course: Course = Course.COUNTY, key: str = "total") -> int:
    (found,) = [one for one in limits_of(programme, accepted, course) if one.key == key]
    return found.length


# Which limit holds on which day


@pytest.mark.parametrize(
    ("programme", "course", "key", "change", "before", "after"),
    [
        (P.HOUSEHOLD_DIBAO, Course.DELEGATED, "total", N22_DAY, 30, 20),
        (P.INDIVIDUAL_DIBAO, Course.DELEGATED, "total", N22_DAY, 30, 20),
        (P.HOUSEHOLD_DIBAO, Course.COUNTY, "total", N22_DAY, 30, 30),
        (P.HOUSEHOLD_DIBAO, Course.EXTENDED, "total", M57_DAY, 30, 45),
        (P.HOUSEHOLD_DIBAO, Course.EXTENDED, "total", N22_DAY, 45, 45),
        (P.RIGID_EXPENDITURE, Course.EXTENDED, "total", RIGID_MOVED_ON, 30, 45),
        (P.TEMPORARY_EMERGENCY, Course.ANY, "relief", RAPID_SINCE, 24, 3),
    ],
)
def test_a_limit_changes_on_its_day_and_not_before(programme, course, key, change, before, after) -> None:
    assert length(programme, change - ONE_DAY, course, key) == before
    assert length(programme, change, course, key) == after


def test_hours_become_days_with_rapid_assistance() -> None:
    units = {
        d: next(x for x in limits_of(P.TEMPORARY_EMERGENCY, d, Course.COUNTY) if x.key == "relief").unit
        for d in (RAPID_SINCE - ONE_DAY, RAPID_SINCE)
    }
    assert units == {RAPID_SINCE - ONE_DAY: Unit.HOURS, RAPID_SINCE: Unit.DAYS}


def test_before_the_measures_of_2021_every_figure_is_the_countys_own() -> None:
    for programme, course in itertools.product(P, Course):
        assert all(one.assumed for one in limits_of(programme, M57_DAY - ONE_DAY, course))


def test_before_2021_no_limit_is_known_and_none_is_invented() -> None:
    assert told(("accept", "2020-12-31"), today="2021-03-01") == []
    assert told(("accept", "2021-01-01"), today="2021-03-01") != []


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: f"{one.key}-{one.since}")
def test_no_limit_cites_what_was_not_yet_in_force(limit) -> None:
    assert limit.basis, "a figure without a clause"
    assert all(article.instrument.start <= limit.since for article in limit.basis) or limit.assumed


def change_days() -> list[date]:
    changes = {one.since for one in LIMITS} | {one.until for one in LIMITS if one.until}
    return sorted(changes | {d - ONE_DAY for d in changes if d > min(changes)})


@pytest.mark.parametrize("on", change_days())
def test_on_every_day_each_limit_is_named_once(on: date) -> None:
    for programme, course in itertools.product(P, (Course.COUNTY, Course.DELEGATED, Course.EXTENDED)):
        keys = [one.key for one in limits_of(programme, on, course)]
        assert len(keys) == len(set(keys)), (programme, course)
        whole = any(one.total and "reopen" not in one.starts for one in limits_of(programme, on, course))
        assert whole or programme is P.TEKUN


@pytest.mark.parametrize(
    ("programme", "on", "may"),
    [
        (P.HOUSEHOLD_DIBAO, "2021-06-30", False),
        (P.HOUSEHOLD_DIBAO, "2021-07-01", True),
        (P.RIGID_EXPENDITURE, "2024-12-31", False),
        (P.RIGID_EXPENDITURE, "2025-01-01", True),
        (P.TEKUN, "2026-01-05", False),
        (P.TEMPORARY_EXPENDITURE, "2026-01-05", False),
        (P.TEMPORARY_EMERGENCY, "2026-01-05", False),
    ],
)
def test_more_time_is_given_only_where_the_law_names_grounds(programme: Programme, on: str, may: bool) -> None:
    assert may_be_extended(programme, day(on)) is may


# The official calendars


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2021-09-17", "2021-11-04"),  # 中秋, 国庆; 18 Sept, 26 Sept and 9 Oct are worked
        ("2022-01-20", "2022-03-08"),  # 春节 31 Jan to 6 Feb; 29 and 30 Jan are worked
        ("2022-12-30", "2023-02-16"),  # over the year, 元旦 and 春节; 28 and 29 Jan are worked
        ("2023-09-28", "2023-11-15"),  # 29 Sept to 6 Oct off, 7 and 8 Oct worked
        ("2024-04-26", "2024-06-11"),  # 劳动节 five days off, 28 April and 11 May worked; 端午
        ("2025-01-20", "2025-03-07"),  # 春节 eight days, 26 Jan and 8 Feb worked
        ("2025-12-25", "2026-02-06"),
    ],
)
def test_thirty_working_days_by_the_official_calendar(accepted: str, due: str) -> None:
    """The last days were counted on paper from the notices of the General Office of the State Council."""
    by_day = [d for n in range(1, 80) if OFFICIAL.is_workday(d := day(accepted) + timedelta(days=n))]
    assert total(accepted, accepted).due_on == by_day[29]
    assert by_day[29] == day(due)


def test_the_day_of_acceptance_is_not_counted_and_the_last_day_is() -> None:
    due = total("2026-10-27", "2026-10-27").due_on
    assert due == day("2026-12-08")
    assert total("2026-10-27", "2026-12-08").state is State.RUNNING
    assert total("2026-10-27", "2026-12-08").left == 0
    assert total("2026-10-27", "2026-12-09").state is State.LATE
    assert total("2026-10-27", "2026-12-09").left == -1


@pytest.mark.parametrize(("done", "state"), [("2026-12-08", State.KEPT), ("2026-12-09", State.MISSED)])
def test_decided_on_the_last_day_is_kept_and_a_day_later_missed(done: str, state: State) -> None:
    assert total("2026-10-27", "2026-12-20", ("confirm", done)).state is state


def test_a_local_holiday_moves_the_last_day() -> None:
    plain = clock("survey_start", ("accept", "2026-04-10"), today="2026-04-10")
    dehong = clock("survey_start", ("accept", "2026-04-10"), today="2026-04-10", calendar=WorkCalendar.official(WATER))
    assert (plain.due_on, dehong.due_on) == (day("2026-04-15"), day("2026-04-17"))


def test_a_make_up_saturday_counts() -> None:
    assert OFFICIAL.is_workday(day("2022-10-08"))
    assert clock("survey_start", ("accept", "2022-10-07"), today="2022-10-07").due_on == day("2022-10-10")


def test_a_year_without_a_table_is_unknown_and_said() -> None:
    found = total("2026-12-20", "2026-12-21")
    assert (found.state, found.due_on, found.left) == (State.UNKNOWN, None, None)
    assert "2027" in found.trouble
    assert found.open


def test_what_has_run_out_is_late_even_where_the_year_is_missing() -> None:
    found = clock("survey_start", ("accept", "2026-12-20"), today="2027-01-10")
    assert (found.state, found.due_on, found.left) == (State.LATE, day("2026-12-23"), None)


# Steps


def test_tekun_has_fifteen_then_the_notice_then_fifteen() -> None:
    said = [("accept", "2026-03-02"), ("propose_grant", "2026-03-20"), ("end_notice", "2026-03-28")]
    found = {c.limit.key: c for c in told(*said, today="2026-03-30", programme=P.TEKUN)}
    assert found["opinion"].due_on == day("2026-03-23")
    assert found["notice"].due_on == day("2026-03-27")
    assert found["decision"].due_on == day("2026-04-20")


def test_tekun_has_fifteen_again_from_an_objection() -> None:
    said = [("accept", "2026-03-02"), ("propose_grant", "2026-03-20"), ("object", "2026-03-24")]
    found = clock("opinion_after_objection", *said, today="2026-03-25", programme=P.TEKUN)
    assert found.due_on == day("2026-04-15")
    assert next_due(told(*said, today="2026-03-25", programme=P.TEKUN)) == found


@pytest.mark.parametrize("programme", [p for p in P if p is not P.TEMPORARY_EMERGENCY])
@pytest.mark.parametrize("last", ["accept", "object", "answer_objection", "end_notice", "return", "refer", "reopen"])
def test_whoever_still_waits_has_a_clock(programme: Programme, last: str) -> None:
    said = [("accept", "2026-03-02"), ("propose_grant", "2026-03-05"), ("end_notice", "2026-03-13")]
    if last == "reopen":
        said.append(("refuse", "2026-03-14"))
    said = said[: 1 if last == "accept" else 2 if last in ("object", "end_notice") else len(said)]
    found = told(*said, *([] if last == "accept" else [(last, "2026-03-16")]), today="2026-03-17", programme=programme)
    if last != "answer_objection" or programme is not P.TEKUN:  # for tekun it follows `object`, as below
        assert any(c.open and not c.limit.least for c in found)


def test_a_returned_case_does_not_run_on_the_countys_clock() -> None:
    said = [("accept", "2026-03-02"), ("propose_refusal", "2026-03-05"), ("return", "2026-03-09")]
    assert clock("decision", *said, today="2026-05-06").state is State.KEPT
    again = clock("decision", *said, ("propose_refusal", "2026-05-06"), today="2026-05-07")
    assert (again.started_on, again.state) == (day("2026-05-06"), State.RUNNING)


def test_earlier_runs_are_told_where_all_are_asked_for() -> None:
    said = [("accept", "2026-03-02"), ("propose_refusal", "2026-03-05"), ("return", "2026-03-09"),
            ("propose_refusal", "2026-03-10")]  # fmt: skip
    runs = [c for c in told(*said, today="2026-03-11", every=True) if c.limit.key == "decision"]
    assert [c.state for c in runs] == [State.KEPT, State.RUNNING]


def test_a_withdrawn_case_leaves_no_clock_running_and_none_kept() -> None:
    found = told(("accept", "2026-03-02"), ("withdraw", "2026-03-04"), today="2026-09-01")
    assert {c.state for c in found} == {State.DROPPED}
    assert total("2026-03-02", "2026-09-01", ("withdraw", "2026-06-01")).state is State.MISSED


@pytest.mark.parametrize(("posted", "today", "state"), [
    ("2026-03-20", "2026-03-27", State.RUNNING),
    ("2026-03-20", "2026-03-28", State.RIPE),
])  # fmt: skip
def test_a_notice_is_never_late(posted: str, today: str, state: State) -> None:
    said = [("accept", "2026-03-02"), ("propose_grant", posted)]
    found = clock("notice", *said, today=today)
    assert (found.state, found.amber) == (state, False)
    ended = clock("notice", *said, ("end_notice", "2026-04-20"), today="2026-04-20")
    assert ended.state is State.KEPT


def test_a_letter_of_refusal_has_three_working_days() -> None:
    said = [("accept", "2026-04-01"), ("propose_refusal", "2026-04-02"), ("refuse", "2026-04-03")]
    assert clock("refusal_letter", *said, today="2026-04-03").due_on == day("2026-04-09")  # 清明 until 6 April


def at_hour(on: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day(on), time(hour, minute), OFFICE)


def relief(now: datetime, *more: Happening, begun: datetime | None = None) -> Clock:
    start = begun or at_hour("2025-10-01", 7)
    found = clocks(
        programme=P.TEMPORARY_EMERGENCY, accepted_on=day("2025-10-01"), course=Course.COUNTY,
        happened=[Happening("accept_relief", day("2025-10-01"), start), *more], pauses=[],
        today=now.astimezone(OFFICE).date(), now=now, calendar=OFFICIAL,
    )  # fmt: skip
    return found[0]


def test_twenty_four_hours_run_through_holidays_and_end_by_the_local_date() -> None:
    """07:00 in Mangshi is still the day before in UTC: the last day must not slip."""
    found = relief(at_hour("2025-10-01", 8).astimezone(UTC), begun=at_hour("2025-10-01", 7).astimezone(UTC))
    assert found.due_on == day("2025-10-02")
    assert relief(at_hour("2025-10-02", 7)).state is State.RUNNING
    assert relief(at_hour("2025-10-02", 7, 1)).state is State.LATE


def test_an_hour_that_was_not_written_down_counts_against_the_office() -> None:
    late_note = at_hour("2025-10-03", 9)
    done = Happening("relieve", day("2025-10-02"), late_note)
    assert relief(late_note, done).state is State.MISSED
    same_day = Happening("relieve", day("2025-10-01"), late_note)
    assert relief(late_note, same_day, begun=late_note).state is State.KEPT


def test_rapid_help_has_three_days_whatever_the_holiday() -> None:
    found = clock("relief", ("accept_relief", "2026-02-14"), today="2026-02-14", programme=P.TEMPORARY_EMERGENCY)
    assert found.due_on == day("2026-02-17")  # 春节


def test_papers_have_ten_working_days_after_the_help() -> None:
    said = [("accept_relief", "2026-10-27"), ("relieve", "2026-10-27")]
    found = clock("papers", *said, today="2026-10-28", programme=P.TEMPORARY_EMERGENCY)
    assert (found.due_on, found.limit.assumed) == (day("2026-11-10"), True)


# Standing still


def test_a_closed_pause_moves_the_end_by_its_working_days() -> None:
    pause = Period(day("2026-11-02"), day("2026-11-09"))  # five working days
    assert total("2026-10-27", "2026-11-10", pauses=[pause]).due_on == day("2026-12-15")


def test_a_pause_over_holidays_moves_the_end_by_its_working_days_alone() -> None:
    pause = Period(day("2025-10-01"), day("2025-10-09"))  # 国庆 and 中秋: nobody would have worked
    free = total("2025-09-22", "2025-10-20").due_on
    assert total("2025-09-22", "2025-10-20", pauses=[pause]).due_on == free


def test_overlapping_pauses_count_once() -> None:
    one = [Period(day("2026-11-02"), day("2026-11-09"))]
    two = [Period(day("2026-11-02"), day("2026-11-06")), Period(day("2026-11-04"), day("2026-11-09"))]
    assert total("2026-10-27", "2026-11-10", pauses=one) == total("2026-10-27", "2026-11-10", pauses=two)


def test_an_open_pause_stands_still_and_keeps_what_is_left() -> None:
    pause = [Period(day("2026-11-02"))]
    early, later = (total("2026-10-27", today, pauses=pause) for today in ("2026-11-02", "2026-11-20"))
    assert early.state is later.state is State.PAUSED
    assert early.left == later.left == 27
    assert later.due_on is not None
    assert early.due_on is not None
    assert later.due_on > early.due_on


@pytest.mark.planted
def test_a_pause_does_not_hide_that_a_case_is_late() -> None:
    found = total("2026-10-27", "2026-12-20", pauses=[Period(day("2026-12-09"))])
    assert (found.state, found.left) == (State.LATE, -8)


@pytest.mark.planted
def test_a_pause_left_open_ends_with_the_case() -> None:
    said = [("accept", "2026-10-27"), ("refuse", "2026-11-10")]
    letter = clock("refusal_letter", *said, today="2026-11-20", pauses=[Period(day("2026-11-02"))])
    assert (letter.due_on, letter.state) == (day("2026-11-13"), State.LATE)


def test_neither_a_notice_nor_hours_stand_still() -> None:
    said = [("accept", "2026-03-02"), ("propose_grant", "2026-03-20")]
    assert clock("notice", *said, today="2026-03-24", pauses=[Period(day("2026-03-21"))]).due_on == day("2026-03-27")


# Colours


@pytest.mark.planted
@pytest.mark.parametrize(
    ("today", "amber", "state"),
    [
        ("2026-11-30", False, State.RUNNING),  # six left
        ("2026-12-01", True, State.RUNNING),  # five left
        ("2026-12-08", True, State.RUNNING),  # today
        ("2026-12-09", False, State.LATE),
    ],
)
def test_amber_comes_before_late_and_never_after(today: str, amber: bool, state: State) -> None:
    found = total("2026-10-27", today)
    assert (found.amber, found.state, found.amber_on) == (amber, state, day("2026-12-01"))


def test_a_short_limit_is_not_amber_from_its_first_day() -> None:
    assert not clock("survey_start", ("accept", "2026-10-27"), today="2026-10-27").amber
    assert clock("survey_start", ("accept", "2026-10-27"), today="2026-10-28").amber


def test_a_known_last_day_is_shown_before_an_unknown_one() -> None:
    nearest = next_due(told(("accept", "2026-12-20"), today="2026-12-21"))
    assert nearest is not None
    assert nearest.limit.key == "survey_start"


# Properties

days_covered = st.dates(date(2021, 1, 1), date(2026, 3, 31))
lengths = st.integers(1, 45)
spans = st.lists(st.tuples(st.integers(-20, 120), st.integers(1, 30)), max_size=3)


def periods(start: date, said: list[tuple[int, int]]) -> list[Period]:
    return [Period(start + timedelta(days=a), start + timedelta(days=a + n)) for a, n in said]


def by_hand(start: date, length: int, pauses: list[Period]) -> date:
    """Day by day, as one would on paper."""
    on = start
    while length:
        on += ONE_DAY
        length -= OFFICIAL.is_workday(on) and not any(on in pause for pause in pauses)
    return on


@given(days_covered, lengths, spans)
def test_counting_by_tables_is_counting_by_hand(start: date, length: int, said: list[tuple[int, int]]) -> None:
    pauses = periods(start, said)
    stood = closed(pauses, date(2026, 12, 31))
    assert last_day(working_days(OFFICIAL), start, length, stood) == by_hand(start, length, pauses)


@given(days_covered, st.integers(0, 400))
def test_working_days_between_two_days_are_those_of_the_calendar(start: date, n: int) -> None:
    end = min(start + timedelta(days=n), date(2026, 12, 31))
    assert working_days(OFFICIAL).between(start, end) == OFFICIAL.workdays_between(start, end)


@given(days_covered, st.integers(0, 90), spans, st.sampled_from(list(Course)))
def test_a_running_clock_adds_up_and_never_ends_on_a_day_off(start: date, n: int, said, course: Course) -> None:
    today = start + timedelta(days=n)
    for one in clocks(
        programme=P.HOUSEHOLD_DIBAO, accepted_on=start, course=course, pauses=periods(start, said),
        happened=[Happening("accept", start, noon(start))], today=today, now=noon(today), calendar=OFFICIAL,
    ):  # fmt: skip
        assert one.due_on is not None
        assert one.left is not None
        assert OFFICIAL.is_workday(one.due_on)
        assert (one.state is State.LATE) == (today > one.due_on)
        if one.state in (State.RUNNING, State.PAUSED):
            assert one.elapsed + one.left == one.limit.length


@given(days_covered, st.integers(0, 60), st.integers(1, 30), st.integers(1, 30))
def test_a_longer_pause_never_brings_the_end_nearer(start: date, after: int, n: int, more: int) -> None:
    begins = start + timedelta(days=after)
    ends = [
        last_day(ruler, start, 30, [Period(begins, begins + timedelta(days=k))])
        for ruler in (working_days(OFFICIAL), CALENDAR_DAYS)
        for k in (n, n + more)
    ]
    assert ends[0] <= ends[1]
    assert ends[2] <= ends[3]


def test_a_gap_between_two_tables_is_an_error_and_not_a_guess() -> None:
    tables = [t for year, t in official_tables().items() if year != 2024]
    ruler = WorkingDays(WorkCalendar(tables))
    with pytest.raises(MissingYear):
        ruler.nth(date(2023, 12, 1), 60)
    with pytest.raises(MissingYear):
        ruler.between(date(2023, 12, 1), date(2025, 2, 1))
    assert ruler.nth(date(2024, 12, 31), 1) == date(2025, 1, 2)


def test_the_clocks_of_a_page_take_less_than_twenty_milliseconds() -> None:
    said = [("accept", "2026-03-02"), ("start_survey", "2026-03-03"), ("start_verification", "2026-03-03"),
            ("finish_survey", "2026-03-20"), ("propose_grant", "2026-03-23"), ("end_notice", "2026-03-31")]  # fmt: skip
    pauses = [Period(day("2026-03-05"), day("2026-03-10"))]
    calendar = WorkCalendar.official(WATER)
    best = 1.0
    for _try in range(3):
        begun = stopwatch.perf_counter()
        for _case in range(50):
            told(*said, today="2026-04-02", pauses=pauses, calendar=calendar)
        best = min(best, stopwatch.perf_counter() - begun)
    assert best < 0.02
