"""收入与补助曲线: from the calculator and from a household of the register."""

from __future__ import annotations

import re
from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.policy import Case, rulebook
from doudi.policy.curve import curve
from doudi.rulebook.queries.curves import chart, drawn
from tests.policy.families import family
from tests.registry.world import a_household
from tests.rulebook.known import make_known
from tests.rulebook.test_calculator import TYPED

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
ILL = {"p1-severe_illness": "yes", "p1-employed": "no"}


@pytest.fixture
def post(clerk, signed_in, as_web):
    client = signed_in(clerk)

    def send(**changes: str):
        with as_web(clerk):
            answer = client.post("/policy/curve/", {**TYPED, **ILL, **changes})
        answer.text = re.sub(r"\s+", " ", answer.content.decode())
        return answer

    return send


def test_a_typed_family_gets_a_drawing_a_table_and_sentences(post) -> None:
    answer = post()
    assert answer.status_code == 200
    assert 'role="img" aria-label="有 1 处多挣反而少得，最多的一处在全年 10,080.00 元' in answer.text
    assert "多挣 1 元，少得 3,960.00 元" in answer.text
    assert "单人户低保（成员 1）" in answer.text


def test_what_was_typed_goes_along_and_can_be_had_back(post) -> None:
    text = post(**{"p1-wage_income_fen": "3210"}).text
    assert 'type="hidden" name="p1-wage_income_fen" value="3210"' in text
    assert text.count('name="on"') == 1
    assert ">现在</span>" in text


def test_another_standard_is_drawn_beside_on_the_same_range(post) -> None:
    text = post(**{"curve-standard": "900"}).text
    assert 'class="other"' in text
    assert "换标准后" in text


def test_another_member_and_another_income_can_be_followed(post) -> None:
    text = post(**{"curve-fact": "business_net_income_fen", "curve-person": "p1", "curve-high": "30000"}).text
    assert "全年经营净收入（元）" in text
    assert "30,000" in text


def test_a_gap_in_the_facts_breaks_the_line_and_is_named(post) -> None:
    text = post(ordinary="").text
    assert "曲线断开的地方，还缺" in text
    assert "成员 1：" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"curve-high": "很多"}, "金额格式不正确"),
        ({"curve-person": "p9"}, "选择一个有效的选项"),
        ({"on": "2020-01-01"}, "早于本规则库"),
        ({"curve-high": "0"}, "从小到大"),
        ({"p1-birth_date": "昨天"}, "请回到测算改正"),
    ],
)
def test_bad_input_is_named_and_nothing_is_drawn(post, changes, words) -> None:
    answer = post(**changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<svg class=" not in answer.text


def test_without_a_family_one_is_led_to_the_calculator(clerk, signed_in) -> None:
    assert signed_in(clerk).get("/policy/curve/")["Location"] == "/policy/calculator/"


@pytest.fixture
def home(clerk):
    home = a_household(clerk, on=date(2026, 1, 1))
    make_known(home, 300_000)
    return home


def test_a_registered_household_is_drawn_and_looking_is_on_record(home, clerk, signed_in, as_web) -> None:
    client = signed_in(clerk)
    with as_web(clerk):
        answer = client.get(f"/policy/calculator/{home.number}/curve/?on={DAY}")
        calculated = client.get(f"/policy/calculator/{home.number}/?on={DAY}").content.decode()
    assert answer.status_code == 200
    assert "岳勒旺家庭的收入与补助曲线" in answer.content.decode()
    assert f"/policy/calculator/{home.number}/curve/?on={DAY}" in calculated
    assert AuditEvent.objects.filter(action="household.read", purpose="政策测算", subject_id=home.pk).exists()


def test_a_household_elsewhere_is_not_drawn(home, staff_with, signed_in, as_web) -> None:
    stranger = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    client = signed_in(stranger)
    with as_web(stranger):
        assert client.get(f"/policy/calculator/{home.number}/curve/").status_code == 404


def a_curve(*people, **how):
    return curve(rulebook(), Case.read(family(*people)), date(2025, 7, 1), "p1", **how)


def test_bands_lie_where_programmes_hold() -> None:
    told = chart(a_curve({"severe_illness": True}), {"p1": "岳勒旺"})
    assert [band.text for band in told.bands] == ["低保", "低保边缘", "单人户低保（岳勒旺）"]
    dibao, near, alone = (band.pieces for band in told.bands)
    assert dibao[0][0] == told.left
    assert near == alone
    assert abs(dibao[0][0] + dibao[0][1] - near[0][0]) < 0.2


def test_the_line_of_what_is_in_hand_never_leaves_the_drawing() -> None:
    told = chart(a_curve({"severe_illness": True}, {"birth_date": "1950-01-01"}), {})
    numbers = [tuple(map(float, pair.split())) for pair in re.split("[ML]", told.line)[1:]]
    assert all(told.left <= x <= told.right and 0 <= y <= told.bottom for x, y in numbers)
    assert len(told.across) > 3
    assert len(told.up) > 3


def test_a_line_of_which_nothing_is_known_is_empty() -> None:
    told = chart(a_curve({"severe_illness": None}, high=600_000), {})
    assert told.line == ""
    assert told.now is None


def test_a_line_begins_again_after_a_gap() -> None:
    assert chart(a_curve({"severe_illness": None}), {}).line.count("M") == 1


def test_the_rows_of_the_table_are_the_ends_of_stretches_and_today() -> None:
    rows = drawn(a_curve({"wage_income_fen": 123_456}), {}).rows
    assert [point.income_fen_year for point in rows] == sorted({p.income_fen_year for p in rows})
    assert 123_456 in [point.income_fen_year for point in rows]
