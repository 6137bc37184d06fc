"""The rule by itself: what explains a look, and from where on what is left over stands out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from doudi.oversight.rule import Limits, Look, Sign, Work, unexplained, unusual

TODAY = date(2026, 11, 23)
LIMITS = Limits()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def looks(
    staff: int, files: range | list[int], *, day: date = TODAY, place: str = "", role: str = "clerk"
) -> list[Look]:
    """One look at each file; places vary unless one is named."""
    return [Look(staff, role, day, f"household:{n}", place or f"village{n % 10}") for n in files]


def office(busy: int = 3) -> list[Look]:
    """Four colleagues who leave a few looks unexplained every day."""
    return [
        look
        for staff in (2, 3, 4, 5)
        for back in range(40)
        for look in looks(staff, range(10_000 * staff + 50 * back, 10_000 * staff + 50 * back + busy), day=ago(back))
    ]


def signs(left: list[Look], staff: int = 1) -> set[Sign]:
    return {found.sign for found in unusual(left, TODAY) if found.staff == staff}


@pytest.mark.parametrize(
    ("work", "left"),
    [
        (Work("household:1", ago(1), ago(-1), 1), 0),
        (Work("household:1", ago(1), ago(-1)), 0),
        (Work("household:1", TODAY, TODAY), 0),
        (Work("household:1", ago(1), ago(-1), 2), 1),
        (Work("household:1", ago(9), ago(1)), 1),
        (Work("household:1", ago(-1), ago(-9)), 1),
        (Work("household:2", ago(1), ago(-1), 1), 1),
    ],
)
def test_only_work_on_the_same_file_on_that_day_by_the_reader_or_lying_open_explains_a_look(work, left) -> None:
    assert len(unexplained(looks(1, [1]), [work])) == left


def test_the_same_file_twice_on_a_day_is_one_look() -> None:
    assert len(unexplained(looks(1, [1, 1]), [])) == 1


def test_a_day_below_the_least_is_never_a_burst() -> None:
    assert Sign.BURST not in signs(office() + looks(1, range(LIMITS.burst_least - 1)))


def test_a_day_at_the_least_is_a_burst_where_others_leave_little() -> None:
    assert Sign.BURST in signs(office() + looks(1, range(LIMITS.burst_least)))


def test_a_day_like_everybody_elses_busy_days_is_no_burst() -> None:
    busy = 10
    many = int(busy * LIMITS.burst_times)
    assert Sign.BURST not in signs(office(busy) + looks(1, range(many - 1)))
    assert Sign.BURST in signs(office(busy) + looks(1, range(many)))


def test_who_holds_a_role_alone_is_compared_with_their_own_habit() -> None:
    habit = [look for back in range(1, 40) for look in looks(1, range(100 * back, 100 * back + 20), day=ago(back))]
    assert Sign.BURST not in signs(habit + looks(1, range(30)))
    assert Sign.BURST in signs(habit + looks(1, range(50)))


def test_a_slow_drip_over_weeks_is_noticed_though_no_day_is() -> None:
    drip = [k for back in range(20) for k in looks(1, range(10 * back, 10 * back + 4), day=ago(back))]
    assert signs(office(1) + drip) == {Sign.DRIP}


def test_a_village_read_house_by_house_is_noticed() -> None:
    sweep = [k for back in range(4) for k in looks(1, range(10 * back, 10 * back + 6), day=ago(back), place="here")]
    spread = looks(1, range(900, 903), day=ago(30))
    assert Sign.VILLAGE in signs(office() + sweep + spread)


def test_who_works_in_one_village_only_is_not_blamed_for_reading_it() -> None:
    sweep = [k for back in range(4) for k in looks(1, range(10 * back, 10 * back + 6), day=ago(back), place="here")]
    assert Sign.VILLAGE not in signs(office() + sweep)


@pytest.mark.parametrize(("days", "found"), [(LIMITS.again_least - 1, False), (LIMITS.again_least, True)])
def test_one_file_day_after_day_is_noticed_from_the_fifth_day(days, found) -> None:
    watched = [k for n in range(days) for k in looks(1, [7], day=ago(3 * n))]
    assert (Sign.AGAIN in signs(watched)) is found


@pytest.mark.parametrize(("readers", "found"), [(LIMITS.crowd_least - 1, False), (LIMITS.crowd_least, True)])
def test_a_file_that_five_people_read_without_work_on_it_is_noticed(readers, found) -> None:
    known = [k for staff in range(1, readers + 1) for k in looks(staff, [7], day=ago(staff - 1))]
    assert (Sign.CROWD in signs(known)) is found


def test_a_finding_names_the_files_the_days_and_what_is_usual() -> None:
    (found,) = [f for f in unusual(office() + looks(1, range(20)), TODAY) if f.sign is Sign.BURST]
    assert (found.files, found.usual, found.since, found.on) == (20, 3.0, TODAY, TODAY)
    assert {look.file for look in found.looks} == {f"household:{n}" for n in range(20)}


def test_somebody_who_looked_at_nothing_today_is_not_told_of_again() -> None:
    assert not unusual(looks(1, range(50), day=ago(1)), TODAY)


@pytest.mark.planted
def test_planted_a_rule_that_believes_everything_explained_would_be_noticed() -> None:
    everything = [Work(f"household:{n}", ago(1), TODAY) for n in range(20)]
    left = unexplained(looks(1, range(20)), everything)
    assert not unusual(left, TODAY)
    assert unusual(unexplained(looks(1, range(20)), everything[:5]), TODAY)
