"""The curve of an income: cliffs to the fen, what begins and ends there, and how much of a further yuan is lost."""

from datetime import date

import pytest

from doudi.policy import Case, PolicyError, rulebook
from doudi.policy.curve import REACHES, Curve, Segment, curve, paid
from doudi.policy.curve_wording import headline, sentences
from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, ceil_yuan, months, when
from doudi.policy.engine.units import FEN_MONTH
from doudi.policy.law import M57
from tests.policy.families import family

DAY = date(2025, 7, 1)
ILL = {"severe_illness": True, "employed": False}
LINE, RAISED = 672_000, 1_008_000  # 12 × 560 yuan, and half as much again


def drawn(*people, book=None, person="p1", household=None, **how) -> Curve:
    return curve(book or rulebook(), Case.read(family(*people, **household or {})), DAY, person, **how)


def base(function):
    """The rulebook with another monthly amount of dibao."""
    changed = rule(HOUSEHOLD, "低保金（每月基础）", FEN_MONTH, M57.article(23), name="dibao_base")(function)
    return rulebook().laid_over(rules=(changed,))


def test_a_cliff_is_found_to_the_fen_between_points_of_a_coarse_grid():
    found = drawn(ILL, step=123_456)
    (cliff,) = found.cliffs
    assert (cliff.before.income_fen_year, cliff.after.income_fen_year) == (RAISED - 1, RAISED)
    assert cliff.fen_month == -33_000  # ⌈110 % of 300 yuan⌉


def test_what_begins_and_ends_is_named_with_the_person():
    entering, leaving = drawn(ILL).changes
    assert entering.after.income_fen_year == LINE
    assert entering.ends == [("dibao", "household")]
    assert entering.begins == [("individual_dibao", "person:p1"), ("near_threshold", "household")]
    assert leaving.begins == []


def test_after_a_cliff_the_income_is_told_that_leaves_as_much_in_hand_again():
    (cliff,) = drawn(ILL).cliffs
    assert cliff.level_at == cliff.before.in_hand == RAISED - 1 + 12 * 33_000


def test_a_loss_that_is_not_made_good_in_the_range_says_so():
    found = drawn(ILL, high=1_100_000)
    assert found.cliffs[0].level_at is None
    assert "回不到原来" in sentences(found)[-2].text


def test_under_the_gap_method_every_further_yuan_is_lost_and_above_it_none():
    found = drawn(ILL)
    assert [segment.taken_percent for segment in found.segments] == [100, 0, 0]


def test_up_to_the_cost_of_working_nothing_is_lost():
    flat, falling = drawn({"employed": True}).segments[:2]
    assert (flat.taken_percent, falling.taken_percent) == (0, 100)
    assert abs(flat.last.income_fen_year - 30 * LINE // 100) <= 2_400  # two payments of a yuan


def test_the_points_agree_with_the_decision():
    assert all(
        point.allowance_fen_month == paid(rulebook(), Case.read(family(ILL | {"wage_income_fen": income})), DAY)[1]
        for income, point in ((p.income_fen_year, p) for p in drawn(ILL, step=50_000).points)
    )


def test_the_income_of_today_is_a_point():
    assert drawn(ILL | {"wage_income_fen": 345_678}).now.income_fen_year == 345_678
    assert drawn(ILL | {"wage_income_fen": None}).now is None
    assert drawn(ILL | {"wage_income_fen": 345_678}, low=400_000).now is None


def test_the_range_reaches_as_far_as_help_does_and_beyond_the_income_of_today():
    assert drawn(ILL).points[-1].income_fen_year == REACHES[0]
    assert drawn(ILL | {"wage_income_fen": 100_000_000}).points[-1].income_fen_year == 110_000_000
    watched = drawn(ILL, household={"relapse_watch": "unstable"})
    assert watched.points[-1].income_fen_year == REACHES[0]


def test_another_kind_of_income_may_go_below_nothing():
    found = drawn(ILL, fact="business_net_income_fen", low=-500_000, high=500_000)
    assert found.points[0].income_fen_year == -500_000
    assert found.segments[0].taken_percent == 0


def test_what_is_not_known_stays_unknown_with_its_reason():
    found = drawn({"severe_illness": None})
    assert found.points[0].in_hand is None
    assert found.because == ["person:p1.severe_illness"]
    assert found.cliffs == []
    assert found.segments[0].taken_percent is None
    assert headline(found) == "有的情况还不清楚，曲线不完整。"
    assert {sentence.kind for sentence in sentences(found)} == {"unknown", "even"}


def test_whoever_goes_to_tekun_is_not_paid_dibao_beside_it():
    found = drawn({}, {"birth_date": "1950-01-01"}, person="p2")
    assert ("tekun", "person:p2") in found.points[0].standing.holdings
    leaving = found.changes[0]
    assert leaving.ends == [("tekun", "person:p2")]
    assert leaving.after.income_fen_year == LINE


def test_a_jump_inside_one_programme_is_found_too():
    def halved(income_year, dibao_standard):
        half = ceil_yuan(dibao_standard * months(6), months(12))
        return when(income_year < dibao_standard * months(6), dibao_standard, half)

    found = drawn(ILL, book=base(halved))
    assert found.changes[0].after.income_fen_year == LINE // 2
    assert (found.changes[0].fen_month, found.changes[0].begins) == (-28_000, [])
    assert "多挣 1 元，少得 3,360.00 元" in sentences(found)[1].text


def test_a_rising_allowance_and_one_that_falls_by_half_are_told_in_percent():
    rising = base(lambda income_year: ceil_yuan(income_year, months(10)))
    falling = base(lambda income_year, dibao_standard: dibao_standard - ceil_yuan(income_year, months(24)))
    assert drawn({}, book=rising).segments[0].taken_percent == -120
    assert "还多 120 元" in sentences(drawn({}, book=rising))[0].text
    assert "补助少 50 元，自己多得 50 元" in sentences(drawn({}, book=falling))[0].text


def test_a_stretch_of_a_few_yuan_has_no_rate():
    points = drawn(ILL, high=1_000, step=500).points
    assert Segment(points[0], points[-1]).taken_percent is None
    assert "相差不到几元" in sentences(drawn(ILL, high=1_000, step=500))[0].text


def test_the_sentences_say_what_stops_and_what_is_lost():
    texts = [sentence.text for sentence in sentences(drawn(ILL), {"p1": "岳勒旺"})]
    assert texts[0] == "全年 0.00 至 6,719.99 元：每多挣 100 元，补助少 100 元，等于没有多得。"
    assert "单人户低保（岳勒旺）、低保边缘开始，每月多 217.00 元" in texts[1]
    assert texts[3].startswith("多挣 1 元，少得 3,960.00 元：")
    assert headline(drawn(ILL)).startswith("有 1 处多挣反而少得")
    assert headline(drawn({})) == "在这个范围内，多挣钱不会让手里的钱变少。"


def test_a_change_of_category_without_money_says_that_the_money_stays():
    texts = [sentence.text for sentence in sentences(drawn({}))]
    assert any("低保边缘停止，钱数不变" in text for text in texts)
    assert "没有补助，多挣的都归自己" in texts[-1]


def test_a_loss_of_a_yuan_at_a_change_is_no_cliff():
    found = drawn({"employed": False})
    assert found.changes[0].fen_month == -100
    assert not found.changes[0].is_cliff
    assert "每月少 1.00 元" in sentences(found)[1].text


def test_the_json_has_the_names_of_the_rulebook():
    told = drawn(ILL | {"wage_income_fen": 0}).as_json()
    assert told["now"] == {
        "income_fen_year": 0, "category": "dibao", "allowance_fen_month": 67_200, "in_hand_fen_year": 806_400,
    }  # fmt: skip
    assert told["changes"][1]["cliff"] is True
    assert told["segments"][0]["lost_percent"] == 100
    assert drawn(ILL | {"wage_income_fen": None}).as_json()["now"] is None


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"person": "p9"}, "没有人员 p9，有 p1"),
        ({"fact": "medical_self_paid_fen"}, "不是一项收入"),
        ({"low": -1, "high": 100}, "应在 0 与"),
        ({"low": 200, "high": 100}, "从小到大"),
        ({"high": 100, "step": 0}, "步长至少 1 分"),
        ({"high": 100_000_000, "step": 1}, "超过 2000 个点"),
    ],
)
def test_a_curve_that_nobody_can_look_at_is_refused(how, words):
    with pytest.raises(PolicyError, match=words):
        drawn(ILL, **how)


def test_a_family_of_nobody_has_no_curve():
    with pytest.raises(PolicyError, match="（无人）"):
        curve(rulebook(), Case.read(family() | {"persons": []}), DAY, "p1")


def test_two_incomes_one_fen_apart_may_be_all_there_is():
    found = drawn(ILL, low=LINE - 1, high=LINE)
    assert (len(found.points), len(found.changes), found.segments) == (2, 1, [])
