"""Bad input: one clear message each, naming row and field."""

from dataclasses import replace
from datetime import date

import pytest

from doudi.policy import Case, PolicyError, Run, rulebook
from doudi.policy.parameters import Block
from doudi.policy.schemes.temporary import temporary_assistance
from tests.policy.families import family

DAY = date(2026, 11, 23)


def spoilt(where, **facts):
    data = family({}, {}, obligors=({},))
    row = data["household"] if where == "household" else data[where][-1]
    row.update(facts)
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "缺少 household"),
        ({"persons": []}, "缺少 household"),
        ({"household": {}, "people": []}, "不认识的部分“people”"),
        ({"household": {}, "persons": {}}, "persons 应为列表"),
        ({"household": {}, "persons": [3]}, "persons 第 1 行：应为一组事实"),
        ({"household": {}, "persons": [{}]}, "persons 第 1 行：缺少 person_id"),
        (spoilt("household", colour="red"), "household：没有名为“colour”的事实"),
        (spoilt("household", residence_class="town"), "household：residence_class"),
        (spoilt("household", vehicle_count="2"), "vehicle_count.*应为整数"),
        (spoilt("household", vehicle_count=True), "vehicle_count.*应为整数"),
        (spoilt("household", vehicle_count=1.0), "vehicle_count.*应为整数"),
        (spoilt("household", on_dibao=1), "on_dibao.*true 或 false"),
        (spoilt("household", division_code="533103"), "12 位"),
        (spoilt("household", division_code=533103102201), "应为不空的文字"),
        (spoilt("persons", medical_self_paid_fen=-1), "persons 第 2 行：medical_self_paid_fen"),
        (spoilt("persons", wage_income_fen=-1), "wage_income_fen"),
        (spoilt("persons", wage_income_fen=10**13), "wage_income_fen"),
        (spoilt("persons", birth_date="1990-02-30"), "persons 第 2 行：birth_date.*应为日期"),
        (spoilt("persons", birth_date="19900228"), "应为日期"),
        (spoilt("persons", birth_date="2025-W10-1"), "应为日期"),
        (spoilt("persons", birth_date=19900228), "应为日期"),
        (spoilt("persons", disability_grade=5), "disability_grade"),
        (spoilt("persons", disability_grade=True), "disability_grade"),
        (spoilt("persons", sex=3), "sex"),
        (spoilt("persons", relation="son"), "GB/T 4761"),
        (spoilt("persons", self_care_failed=7), "在 0 与 6 之间"),
        (spoilt("persons", person_id="p1"), "persons 第 2 行：person_id “p1”重复"),
        (spoilt("persons", household_id="h2"), "persons 第 2 行：household_id 与本户不一致"),
        (spoilt("obligors", person_id="p9"), "obligors 第 1 行：person_id “p9”不在"),
        (spoilt("obligors", income_fen_year=-1), "obligors 第 1 行：income_fen_year"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_row_and_field(data, message):
    with pytest.raises(PolicyError, match=message):
        Case.read(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"household": {}}, "现有 0 人"),
        (family(*({} for _ in range(60))), "现有 60 人"),
        (family({}, {"relation": "02"}), "persons 第 2 行：relation 为户主"),
    ],
)
def test_a_file_with_nobody_a_village_or_two_heads_is_refused(data, message):
    with pytest.raises(PolicyError, match=message):
        Case.read(data).check_household()


def test_an_ordinary_file_passes():
    Case.read(family({}, {}, obligors=({},))).check_household()


@pytest.mark.parametrize(
    "data", [family({"birth_date": "2026-11-24"}), family(obligors=({"birth_date": "2027-01-01"},))]
)
def test_a_birth_after_the_day_is_refused(data):
    with pytest.raises(PolicyError, match=r"birth_date 202.* 晚于办理日期"):
        rulebook().decide(Case.read(data), DAY)


def test_income_of_business_may_be_negative():
    assert Case.read(family({"business_net_income_fen": -5})).persons[0]["business_net_income_fen"] == -5


def test_kind_and_grade_that_contradict_each_other_are_accepted_with_a_warning():
    case = Case.read(
        family({"disability_kind": 0, "disability_grade": 2}, {"disability_kind": 4}, {"disability_grade": None})
    )
    assert [text[:5] for text in case.warnings()] == ["人员 p1", "人员 p2"]


def test_a_case_can_be_told_again_as_a_file():
    data = family({"wage_income_fen": None}, obligors=({},))
    assert Case.read(Case.read(data).told()) == Case.read(Case.read(Case.read(data).told()).told())
    assert "wage_income_fen" not in Case.read(data).told()["persons"][0]


@pytest.mark.parametrize(
    "key", ["household.vehicle_count", "person:p1.self_care_failed", "obligor:o1.disability_grade"]
)
def test_one_fact_can_be_changed(key):
    case = Case.read(family(obligors=({},))).with_fact(key, 1)
    rows = {"household": case.household, "person:p1": case.persons[0], "obligor:o1": case.obligors[0]}
    owner, name = key.rsplit(".", 1)
    assert rows[owner][name] == 1


def test_an_unknown_place_leaves_everything_with_a_parameter_open():
    decision = rulebook().decide(Case.read(family(division_code=None)), DAY)
    assert decision.reasons("dibao_eligible") == ["household.division_code"]


@pytest.mark.parametrize("text", ["2022-13", "2022-00", "202209", "2022-9", "aaaa-09", "2022-09-01"])
def test_a_month_that_is_none_is_refused(text):
    with pytest.raises(PolicyError, match="YYYY-MM"):
        Run.read(text)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "other"}, "类型"),
        ({"severity": "mild"}, "程度"),
        ({"persons": 0}, "一人"),
        ({"rapid": True}, "2026-01-29"),
    ],
)
def test_temporary_assistance_that_does_not_exist_is_refused(changed, message):
    asked = {"kind": "emergency", "severity": "light", "persons": 1, "rapid": False, **changed}
    with pytest.raises(PolicyError, match=message):
        temporary_assistance(rulebook().parameters, place="533103", on=date(2026, 1, 28), **asked)


def test_temporary_assistance_is_not_calculated_before_the_first_day():
    with pytest.raises(PolicyError, match="早于本规则库最早的日期"):
        temporary_assistance(
            rulebook().parameters, place="533103", on=date(2020, 12, 31), kind="emergency", severity="light", persons=1
        )


def test_an_open_parameter_of_temporary_assistance_is_never_nothing():
    parameters = rulebook().parameters
    limit = parameters.quantities["township_limit"]
    undecided = replace(limit, blocks=(Block(date(2019, 7, 1), "533103", None, None, open_reason="未定"),))
    quantities = {**parameters.quantities, "township_limit": undecided}
    with pytest.raises(PolicyError, match="township_limit 还没有确定"):
        temporary_assistance(
            replace(parameters, quantities=quantities),
            place="533103", on=DAY, kind="emergency", severity="light", persons=1,
        )  # fmt: skip


def test_temporary_assistance_tells_its_deadlines():
    given = temporary_assistance(
        rulebook().parameters, place="533103", on=DAY, kind="emergency", severity="light", persons=1
    )
    assert (given.assist_first_hours, given.paperwork_workdays, given.months) == (24, 10, 1)
