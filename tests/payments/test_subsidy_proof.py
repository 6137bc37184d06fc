"""The proof of trigger: lines by date, at the line on each side, the nation's past, which area decides, the clock."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.conf import settings

from doudi.accounts.models import Staff
from doudi.payments.actions.subsidy_index import HISTORY, load_history, tenths
from doudi.payments.models import IndexRelease
from doudi.payments.queries.subsidy_chart import chart
from doudi.payments.queries.subsidy_clock import clock_of
from doudi.payments.queries.subsidy_index import Level, deciding, permille, rule_for
from doudi.payments.queries.subsidy_proof import groups_of, proof_of
from doudi.policy import rulebook

from .runs_world import People
from .subsidy_world import NOVEMBER, confirmed, entered
from .world import COUNTY, DAY, at

BOOK = rulebook()
ALWAYS = ("tekun", "dibao", "individual_dibao")


def month(text: str) -> date:
    """The first of a month."""
    return date.fromisoformat(f"{text}-01")


def index(text: str, cpi: int | None, food: int | None) -> IndexRelease:
    """An index of a month, on no table."""
    return IndexRelease(county=COUNTY, area="5331", month=month(text), cpi=cpi, food_cpi=food)


@pytest.mark.parametrize(
    ("text", "cpi", "food", "reached"),
    [
        ("2022-07", 34, 59, False), ("2022-07", 35, 59, True), ("2022-07", 34, 60, True),
        ("2022-08", 29, 59, False), ("2022-08", 30, 59, True), ("2022-08", 29, 60, True),
        ("2023-02", 29, 59, False), ("2023-02", 30, 59, True),
        ("2023-03", 34, 59, False), ("2023-03", 30, 59, False), ("2023-03", 35, 59, True),
        ("2026-11", 34, 59, False), ("2026-11", 35, 0, True), ("2019-01", 35, 0, True), ("2019-01", 34, 59, False),
    ],
)  # fmt: skip
def test_at_the_line_is_reached_and_below_it_is_not(text: str, cpi: int, food: int, reached: bool) -> None:
    assert proof_of(index(text, cpi, food), BOOK).triggered is reached


@pytest.mark.parametrize(
    ("cpi", "food", "used", "value"),
    [(40, 59, "cpi_trigger", 40), (10, 61, "food_cpi_trigger", 61), (40, 65, "food_cpi_trigger", 65),
     (70, 65, "cpi_trigger", 70), (36, 50, "cpi_trigger", 36)],
)  # fmt: skip
def test_the_higher_of_those_that_reached_their_line_is_used(cpi: int, food: int, used: str, value: int) -> None:
    found = proof_of(index("2026-11", cpi, food), BOOK).used
    assert found is not None
    assert (found.name, found.value) == (used, value)


@pytest.mark.parametrize(("cpi", "food"), [(None, 90), (90, None), (None, 10)])
def test_a_missing_figure_leaves_it_open_as_the_rulebook_does(cpi: int | None, food: int | None) -> None:
    proof = proof_of(index("2026-11", cpi, food), BOOK)
    assert (proof.triggered, proof.used) == (None, None)


def test_the_window_of_the_lower_line_is_told_with_its_notice() -> None:
    proof = proof_of(index("2022-10", 21, 70), BOOK)
    assert (proof.cpi.line, proof.cpi.since, proof.cpi.until) == (30, month("2022-08"), month("2023-03"))
    assert proof.cpi.notices == "《2022年价格补贴阶段性调整通知》"
    assert (proof.cpi.source, [one.key for one in proof.clauses]) == ("PR22", ["PR21-启动条件", "PR22-启动条件"])


@pytest.mark.parametrize(
    ("text", "more"),
    [("2021-09", ()), ("2021-10", ("child_support",)), ("2022-07", ("child_support",)),
     ("2022-08", ("child_support", "near_threshold")), ("2023-02", ("child_support", "near_threshold")),
     ("2023-03", ("child_support",))],
)  # fmt: skip
def test_who_counts_follows_the_months_of_the_notices(text: str, more: tuple[str, ...]) -> None:
    assert groups_of(month(text), DAY, COUNTY, BOOK) == (*ALWAYS, *more)


def test_the_nations_past_triggers_in_exactly_the_months_the_rulebook_names() -> None:
    with HISTORY.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reached = {
        r["month"] for r in rows if proof_of(index(r["month"], tenths(r["cpi"]), tenths(r["food"])), BOOK).triggered
    }
    months = [f"{y}-{m:02d}" for y in range(2019, 2024) for m in range(1, 13)]
    want = {m for m in months if "2019-04" <= m <= "2020-09" or "2022-07" <= m <= "2022-10" or m == "2023-01"}
    assert (len(rows), reached) == (81, want)


def test_the_nations_past_is_loaded_once_with_what_is_recalled_marked(db: None) -> None:
    assert load_history(county=COUNTY, at=at(DAY)) == 81
    assert load_history(county=COUNTY, at=at(DAY)) == 0
    row = IndexRelease.objects.get(month=month("2019-12"))
    assert (row.cpi, row.food_cpi, row.cpi_is_read, row.food_is_read) == (45, 174, True, True)
    assert not IndexRelease.objects.get(month=month("2019-11")).food_is_read
    assert deciding(COUNTY, month("2019-12")) is None


def test_the_prefecture_decides_until_the_county_says_otherwise(db: None) -> None:
    rule = rule_for(COUNTY, NOVEMBER)
    assert (rule.level, rule.unconfirmed, settings.DOUDI_COUNTY) == (Level.PREFECTURE, True, COUNTY)


def test_without_the_prefectures_index_the_provinces_stands_in_and_says_so(people: People, county_clerk: Staff) -> None:
    confirmed(people, county_clerk, 40, 70, level=Level.PROVINCE)
    found = deciding(COUNTY, NOVEMBER)
    assert found is not None
    assert (found.level, found.stands_in) == (Level.PROVINCE, True)


def test_the_prefectures_index_goes_before_the_provinces_even_unconfirmed(people: People, county_clerk: Staff) -> None:
    confirmed(people, county_clerk, 40, 70, level=Level.PROVINCE)
    entered(county_clerk, 10, 10)
    found = deciding(COUNTY, NOVEMBER)
    assert found is not None
    assert (found.level, found.stands_in, found.release.cpi) == (Level.PREFECTURE, False, 10)


@pytest.mark.parametrize(
    ("today", "left", "late"),
    [(date(2026, 10, 15), 20, False), (date(2026, 11, 11), 1, False), (date(2026, 11, 12), 0, False),
     (date(2026, 11, 13), -1, True)],
)  # fmt: skip
def test_twenty_working_days_run_from_the_release(db: None, today: date, left: int, late: bool) -> None:
    clock = clock_of(date(2026, 10, 15), today)
    assert (clock.due, clock.days_left, clock.late) == (date(2026, 11, 12), left, late)


def test_a_clock_stops_on_the_day_it_is_paid_and_remembers_whether_that_was_late(db: None) -> None:
    early = clock_of(date(2026, 10, 15), DAY, paid_on=date(2026, 11, 12))
    late = clock_of(date(2026, 10, 15), DAY, paid_on=date(2026, 11, 13))
    assert (early.days_left, early.late, late.late) == (None, False, True)


def test_without_next_years_holidays_the_end_of_the_month_is_taken_and_said(db: None) -> None:
    clock = clock_of(date(2030, 12, 10), date(2030, 12, 10))
    assert (clock.due, clock.missing_year) == (date(2030, 12, 31), 2030)


def test_the_drawing_has_both_lines_and_says_how_many_months_reached_them() -> None:
    proofs = [proof_of(index(f"2022-{m:02d}", 20 + m, 50 + m), BOOK) for m in (7, 8, 9, 11)]
    drawn = chart(proofs, month("2022-11"))
    assert drawn is not None
    assert (len(drawn.lines), drawn.food.count("M"), len(drawn.ends)) == (2, 2, 4)
    assert "1 个月" in drawn.words
    assert chart([]) is None


@pytest.mark.parametrize(
    ("value", "said"), [(35, "3.5%"), (-3, "\u22120.3%"), (0, "0.0%"), (None, "—"), (200, "20.0%")]
)
def test_a_figure_is_written_with_one_decimal(value: int | None, said: str) -> None:
    assert permille(value) == said


@pytest.mark.parametrize(("text", "value"), [("3.5", 35), ("-0.3", -3), ("6", 60), ("+6.0", 60), ("0.0", 0)])
def test_percent_is_read_as_it_is_written(text: str, value: int) -> None:
    assert tenths(text) == value


@pytest.mark.parametrize("text", ["", "3.55", "三", "1e3", "3,5", "--3", "٣", "3."])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="百分数"):
        tenths(text)
