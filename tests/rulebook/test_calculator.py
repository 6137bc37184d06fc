"""The case calculator: typed by hand, and from the register."""

from __future__ import annotations

import re
from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.policy.engine.nodes import OBLIGOR
from doudi.policy.facts import FACTS
from tests.conftest import OTHER_VILLAGE
from tests.registry.world import DAY, a_household

pytestmark = pytest.mark.django_db
TYPED = {
    "on": "2026-11-23", "place": "533103102", "people": "1", "do": "count", "ordinary": "on",
    "h-residence_class": "rural", "p1-birth_date": "1970-01-01", "p1-obligors_known": "yes",
}  # fmt: skip


@pytest.fixture
def post(clerk, signed_in, as_web):
    """Send the form as the clerk of a township; what comes back as text."""
    client = signed_in(clerk)

    def send(**changes: str):
        with as_web(clerk):
            answer = client.post("/policy/calculator/", {**TYPED, **changes})
        answer.text = answer.content.decode()
        return answer

    return send


def test_a_typed_family_without_income_gets_the_full_standard(post) -> None:
    answer = post()
    assert answer.status_code == 200
    assert "560<i>.00</i>" in answer.text


def test_income_over_the_line_is_near_the_threshold(post) -> None:
    assert 'class="figure">低保边缘' in post(**{"p1-wage_income_fen": "8000"}).text


def test_an_unknown_fact_is_asked_for_by_name_instead_of_being_zero(post) -> None:
    text = post(ordinary="", **{"p1-in_prison": "no"}).text
    assert "下一步先问清" in text
    assert "成员 1：" in text
    assert 'class="figure">情况不全，无法判断' in text


def test_the_words_for_the_family_come_without_the_arithmetic(post) -> None:
    text = post(view="citizen").text
    assert "每月可以领 560.00 元" in text
    assert 'class="tree"' not in text


def test_assumed_parameters_are_marked(post) -> None:
    assert "待当地确认</span> 低保标准 560.00 元/月" in post().text


def test_the_standard_of_the_chosen_day_is_used(post) -> None:
    assert "534<i>.00</i>" in post(on="2025-06-30").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("p1-wage_income_fen", "很多", "金额格式不正确"),
        ("p1-medical_self_paid_fen", "-5", "超出范围"),
        ("on", "2020-01-01", "早于本规则库"),
        ("p1-birth_date", "2030-01-01", "晚于办理日期"),
        ("h-vehicle_count", "-1", "vehicle_count"),
    ],
)
def test_bad_input_is_named_and_nothing_is_calculated(post, field, value, words) -> None:
    answer = post(**{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="answer"' not in answer.text


def test_a_member_can_be_added_without_losing_what_was_typed(post) -> None:
    text = post(do="more", **{"p1-wage_income_fen": "1234.5"}).text
    assert 'name="p2-birth_date"' in text
    assert 'value="1234.5"' in text


@pytest.fixture
def home(clerk):
    """A registered household of the clerk's township."""
    return a_household(clerk, on=date(2026, 1, 1))


def test_a_registered_household_is_calculated_from_its_file(home, clerk, signed_in, as_web) -> None:
    client = signed_in(clerk)
    with as_web(clerk):
        answer = client.get(f"/policy/calculator/{home.number}/?on={DAY}")
    assert answer.status_code == 200
    assert "岳勒旺：" in answer.content.decode()


def test_looking_at_a_household_for_a_calculation_is_on_record(home, clerk, signed_in, as_web) -> None:
    client = signed_in(clerk)
    with as_web(clerk):
        client.get(f"/policy/calculator/{home.number}/")
    assert AuditEvent.objects.filter(action="household.read", purpose="政策测算", subject_id=home.pk).count() == 1


def test_a_household_elsewhere_is_not_calculated(home, staff_with, signed_in, as_web) -> None:
    stranger = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    client = signed_in(stranger)
    with as_web(stranger):
        assert client.get(f"/policy/calculator/{home.number}/").status_code == 404


def test_a_leader_types_but_opens_no_file(home, staff_with, signed_in, as_web) -> None:
    leader = staff_with(Role.LEADER)
    client = signed_in(leader)
    with as_web(leader):
        assert client.get(f"/policy/calculator/?household={home.number}").status_code == 200
        assert client.get(f"/policy/calculator/{home.number}/").status_code == 403


def test_facts_show_where_they_come_from(home, clerk, signed_in, as_web) -> None:
    client = signed_in(clerk)
    with as_web(clerk):
        text = client.get(f"/policy/calculator/{home.number}/?view=facts").content.decode()
    assert "档案登记" in text
    assert OTHER_VILLAGE not in text


ELDER = {"p1-birth_date": "1950-01-01", "p1-obligors_known": "yes", "obligors": "1", "o1-of": "p1"}


def mark_of(label: str, page: str) -> str:
    """What the mark before a finding says to whoever does not see it."""
    before = page[: page.index(f"<b>{label}</b>")]
    return re.findall(r'<span class="vh">([^<]+)</span>', before)[-1]


def test_an_obligor_typed_by_hand_decides_over_tekun(post) -> None:
    rich = ELDER | {"o1-birth_date": "1980-01-01", "o1-income_fen_year": "90000", "o1-assets_within_rule": "no"}
    poor = ELDER | {"o1-birth_date": "1950-01-01", "o1-income_fen_year": "6000", "o1-assets_within_rule": "yes"}
    assert mark_of("符合特困人员条件", post(**rich).text) == "不成立"
    assert mark_of("符合特困人员条件", post(**poor).text) == "成立"


def test_every_fact_of_an_obligor_has_a_field(post) -> None:
    text = post(do="more_obligors").text
    names = [name for name, spec in FACTS[OBLIGOR].items() if not spec.identity]
    assert all(f'name="o1-{name}"' in text for name in [*names, "of"])


def test_obligors_come_and_go_without_losing_what_was_typed(post) -> None:
    two = post(do="more_obligors", obligors="1", **{"o1-income_fen_year": "777"}).text
    assert 'name="o2-of"' in two
    assert 'value="777"' in two
    assert 'name="o1-of"' not in post(do="fewer_obligors", obligors="1").text


def test_an_obligor_of_a_member_who_is_not_there_is_refused(post) -> None:
    answer = post(**ELDER | {"o1-of": "p7"})
    assert answer.status_code == 422
    assert 'id="answer"' not in answer.text


def test_an_obligor_about_whom_nothing_is_known_is_named_in_what_is_missing(post) -> None:
    assert "义务人 1：义务人出生日期" in post(ordinary="", **ELDER).text
