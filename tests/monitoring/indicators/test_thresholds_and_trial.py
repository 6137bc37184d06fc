"""Thresholds by day and area; the sentences; an indicator tried on its past warnings."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.monitoring.indicators import INDICATORS, Change, thresholds, trial, wilson
from doudi.monitoring.indicators.declare import indicator
from doudi.monitoring.indicators.wording import Sentence
from doudi.policy.errors import PolicyError, RuleError
from doudi.policy.law import G39

from .world import ON, asked


def test_every_threshold_has_its_source_or_is_marked_as_assumed() -> None:
    blocks = [block for quantity in thresholds().quantities.values() for block in quantity.blocks]
    assert blocks
    assert all(block.source or block.assumed for block in blocks)


def test_every_threshold_is_asked_for() -> None:
    assert thresholds().quantities.keys() == {name for each in INDICATORS.values() for name in each.thresholds} | {
        "presumed_work_fen"
    }


def test_the_most_specific_area_and_its_latest_day_count() -> None:
    lines = thresholds().changed(
        [Change("fresh_days", "533103", ON, 100), Change("fresh_days", "533103102", date(2026, 1, 1), 50)]
    )
    assert [lines.value("fresh_days", area, ON) for area in ("533103101001", "533103102201", "530102")] == [
        100, 50, 450,
    ]  # fmt: skip
    assert lines.value("fresh_days", "533103101001", date(2026, 10, 31)) == 450


def test_the_column_says_the_same_as_the_single_value() -> None:
    lines = thresholds().changed([Change("fresh_days", "533103", ON, 100), Change("fresh_days", "533103102", ON, 50)])
    codes = ["533103101001", "533103102201", "530102003001"]
    column = pl.DataFrame({"division_code": codes}).select(lines.expression("fresh_days", ON)).to_series()
    assert column.to_list() == [lines.value("fresh_days", code, ON) for code in codes]


def test_a_later_decision_of_the_same_day_and_area_takes_its_place() -> None:
    lines = thresholds().changed([Change("fresh_days", "", ON, 100), Change("fresh_days", "", ON, 90)])
    assert lines.value("fresh_days", "533103", ON) == 90


@pytest.mark.parametrize(("name", "value"), [("nothing", 1), ("fresh_days", -1), ("medical_heavy_fen", True)])
def test_a_change_of_nothing_or_outside_the_domain_is_refused(name: str, value: int) -> None:
    with pytest.raises(PolicyError, match="阈值"):
        thresholds().changed([Change(name, "", ON, value)])


def said(text: str, **values: object) -> str:
    """The sentence over one row."""
    return pl.DataFrame({name: [value] for name, value in values.items()}).select(Sentence(text).filled()).item()


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (99_999, "999.99"),
        (100_000, "1,000.00"),
        (123_456_789, "1,234,567.89"),
        (-150, "-1.50"),
    ],
)
def test_money_is_told_in_yuan(fen: int, shown: str) -> None:
    assert said("{x:yuan} 元", x=fen) == f"{shown} 元"


def test_a_multiple_is_rounded_down_and_a_day_is_written_as_the_office_does() -> None:
    assert said("{x:times} 倍", x=118) == "1.1 倍"
    assert said("{x:day}", x=date(2026, 3, 5)) == "2026年3月5日"


def test_a_bracket_with_something_unknown_is_left_out_and_a_bare_unknown_is_named() -> None:
    row = pl.DataFrame({"x": [None], "y": [None]}, schema={"x": pl.Int64, "y": pl.Int64})
    assert row.select(Sentence("甲[，乙 {x:yuan}]，丙 {y}").filled()).item() == "甲，丙 不详"


HISTORY = [(1_000_000, False), (1_100_000, False), (1_500_000, True), (2_000_000, True), (2_500_000, None)]


def history() -> pl.DataFrame:
    """Five past warnings of heavy bills with what came of them."""
    rows = [asked("medical_heavy", medical_self_paid=fen).select("evidence") for fen, _ in HISTORY]
    return pl.concat(rows).with_columns(pl.Series("outcome", [true for _, true in HISTORY]))


def test_history_under_the_same_line_is_what_was_raised() -> None:
    found = trial(INDICATORS["medical_heavy"], {}, history())
    assert (found.raised, found.verified, found.true, found.precision) == (5, 4, 2, 0.5)


def test_a_higher_line_would_have_raised_fewer_and_truer_warnings() -> None:
    found = trial(INDICATORS["medical_heavy"], {"medical_heavy_fen": 1_500_000}, history())
    assert (found.raised, found.verified, found.true, found.precision) == (3, 2, 2, 1.0)
    assert found.low is not None
    assert found.low < 0.5
    assert found.high == 1.0


def test_without_history_nothing_is_claimed() -> None:
    found = trial(INDICATORS["medical_heavy"], {}, history().clear())
    assert (found.raised, found.precision, found.low, found.high) == (0, None, None, None)


def test_every_indicator_can_be_tried_on_its_own_evidence() -> None:
    from .test_at_its_line import CASES

    for key, (told, _) in CASES.items():
        rows = asked(key, **told).select("evidence").with_columns(pl.lit(True).alias("outcome"))
        assert trial(INDICATORS[key], {}, rows).raised == 1, key


def test_wilson_agrees_with_a_published_example() -> None:
    """Ten of twenty: 0.299 to 0.701 at 95 %."""
    low, high = wilson(10, 20)
    assert low == pytest.approx(0.2993, abs=1e-4)
    assert high == pytest.approx(0.7007, abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(case: tuple[int, int]) -> None:
    low, high = wilson(*case)
    assert low is not None
    assert high is not None
    assert 0 <= low <= case[0] / case[1] <= high <= 1


WRONG = {
    "an unknown fact": (lambda nobody: nobody, "household", "甲", "没有的事实"),
    "a personal fact of a household": (lambda age: age, "household", "甲", "不能用个人的事实"),
    "a sentence about something else": (lambda members: members, "household", "{age}", "没有看的事实"),
    "no meaning": (lambda members: members, "household", "甲", "没有写明"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_declaration_is_refused_at_import(name: str) -> None:
    body, depth, says, why = WRONG[name]
    with pytest.raises(RuleError, match=why):
        indicator(depth, "help", "试", G39.article("四"), to=Role.COORDINATOR, days=1, says=says)(body)
