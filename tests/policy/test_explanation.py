"""The explanation: every failed condition, the arithmetic, the paths not taken, and plain words for the family."""

from dataclasses import replace
from datetime import date

import pytest

from doudi.policy import Case, Run, rulebook
from doudi.policy.engine.nodes import Op
from doudi.policy.engine.programme import walk
from doudi.policy.engine.units import CALENDAR_MONTH, DATE, NAMES
from doudi.policy.explanation import explain
from doudi.policy.letters import citizen_letter, fact_said, staff_letter
from doudi.policy.measuring import OPPOSITE, unit_of
from tests.policy.families import family

DAY = date(2025, 7, 1)


def decided(*people, on=DAY, run=None, obligors=(), **home):
    return rulebook().decide(Case.read(family(*people, obligors=obligors, **home)), on, run)


def test_a_refusal_names_every_failed_condition():
    decision = decided(
        {"transfer_net_income_fen": 700_000}, vehicle_count=1, extra_dwellings=1, business_over_rule=True
    )
    finding = explain(decision, "assets_within_dibao")
    assert [c.text.split(" ")[0] for c in finding.failed] == [
        "机动车辆数",
        "自住以外的住房套数",
        "不是（经营情况超过规定",
    ]
    assert finding.holds is False


def test_a_condition_shows_its_value_against_its_line_as_it_is():
    income, assets = explain(decided({"transfer_net_income_fen": 700_000}), "dibao_eligible").parts
    told = income.decisive.measure
    assert (told.label, told.value, told.sign, told.line) == ("家庭年收入", "7,000.00", "≥", "6,720.00 元")
    assert told.made == "低保标准 560.00 元/月 × 12 个月 × 家庭人口 1"
    assert (assets.decisive.measure.sign, assets.decisive.measure.line) == ("≤", "13,440.00 元")


def test_the_failed_comparison_is_read_first_and_the_others_stay():
    assets = explain(decided(vehicle_count=1), "assets_within_dibao")
    told = assets.decisive.measure
    assert (told.label, told.value, told.sign, told.line) == ("机动车辆数", "1", "＞", "0")
    assert next(c.measure.label for c in assets.own) == "金融资产"


def test_a_line_times_a_percentage_is_told_in_yuan():
    told = explain(decided({"transfer_net_income_fen": 700_000}), "near_threshold").decisive.measure
    assert (told.value, told.sign, told.line) == ("7,000.00", "＜", "10,080.00 元")


def test_a_value_that_nobody_knows_is_not_compared_as_if_it_were():
    (income, _assets) = explain(decided({"wage_income_fen": None}), "dibao_eligible").parts
    assert (income.holds, income.decisive.measure.value) == (None, "尚不清楚")


def test_every_comparison_of_the_rulebook_is_of_a_unit_that_has_a_name():
    named = {*NAMES.values(), CALENDAR_MONTH, DATE}
    trees = [tree for on in rulebook().change_dates() for tree in rulebook().programme(on).trees.values()]
    compared = [node for tree in trees for node in walk(tree) if isinstance(node, Op) and node.symbol in OPPOSITE]
    assert len(compared) > 100
    assert {unit_of(arg) for node in compared for arg in node.args} <= named


def test_what_lies_below_and_is_no_condition_is_kept_for_whoever_reads_on():
    finding = explain(decided({"transfer_net_income_fen": 700_000}), "category")
    assert [f.name for f in finding.rest] == ["dibao_eligible", "near_threshold"]
    assert all(ground.unconfirmed for ground in explain(decided(), "assets_within_dibao").unconfirmed)
    assert explain(decided(), "assets_within_dibao").unconfirmed


def test_a_finding_shows_its_arithmetic_with_the_numbers():
    finding = explain(decided({"transfer_net_income_fen": 60_000}), "dibao_base")
    assert finding.value == 51_000
    assert finding.arithmetic == (
        "（低保标准 560.00 元/月 × 12 个月 × 家庭人口 1 － 家庭年收入 600.00 元）÷ 12 个月，向上取整到元"
    )


def test_paths_not_taken_are_told():
    finding = explain(decided({"transfer_net_income_fen": 700_000}), "category")
    assert finding.said == "低保边缘家庭"
    assert finding.not_taken[0] == "符合低保条件 否：不成立，所以不用：低保家庭"
    assert len(finding.not_taken) == 2


def test_clauses_are_those_in_force_on_the_day():
    early, late = (explain(decided(on=day), "dibao_eligible") for day in (date(2021, 6, 30), date(2026, 7, 1)))
    assert early.clauses == ("《社会救助暂行办法》第9条",)
    assert "《社会救助法》第18条" in late.clauses


def test_unconfirmed_parameters_are_marked_with_their_source():
    finding = explain(decided(), "income_below_dibao")
    (ground,) = [ground for ground in finding.grounds if ground.key == "parameter.dibao_standard"]
    assert ground.unconfirmed
    assert "YN25" in ground.source
    assert ground.value == "560.00 元/月"


def test_only_operands_are_grounds_and_a_branch_not_taken_is_none():
    finding = explain(decided(), "employment_cost", "person:p1")
    assert [ground.key for ground in finding.grounds] == ["person:p1.employed"]
    assert len(finding.not_taken) == 1


def test_an_open_finding_names_the_missing_facts_and_shows_both_paths():
    finding = explain(decided({"employed": None, "wage_income_fen": 500_000}), "employment_cost", "person:p1")
    assert (finding.value, finding.said) == (None, "尚不清楚")
    assert finding.unknown_because == ("person:p1.employed",)
    assert "如果 就业 尚不清楚" in finding.arithmetic
    assert {"person:p1.employed", "person:p1.wage_income_fen"} <= {ground.key for ground in finding.grounds}


def test_a_finding_that_appears_twice_is_told_in_full_once():
    tree = explain(decided({}, {}), "category")
    told = [finding for finding in tree.everything() if finding.name == "income_year" and finding.arithmetic]
    assert len(told) == 1
    assert tree.as_json()["below"][0]["name"] == "dibao_eligible"


def test_obligors_and_price_indices_are_explained_too():
    run = Run.read("2025-06", 36, None)
    decision = decided(
        {"on_individual_dibao": True}, run=run, obligors=({"income_fen_year": None, "disability_grade": 1},)
    )
    tree = explain(decision, "no_capable_obligor", "person:p1")
    assert tree.unknown_because == ("obligor:o1.income_fen_year",)
    assert "o1 尚不清楚" in tree.conditions[0].text
    money = explain(decision, "price_subsidy", "person:p1")
    assert {"run.cpi", "run.food_cpi"} <= {ground.key for ground in money.grounds}
    assert "3.6%" in {ground.value for ground in money.grounds}


def test_staff_read_names_instead_of_numbers():
    text = staff_letter(decided({"disability_grade": 1}), {"p1": "张三"})
    assert "── 成员 张三 ──" in text
    assert "计入共同生活的家庭成员〔张三〕：是" in text
    assert "算式：" in text
    assert "依据：" in text
    assert "未采用：" in text
    assert text.endswith("请核对残疾证。")


def test_every_variable_of_a_rich_case_can_be_explained():
    decision = decided(
        {
            "severe_illness": True,
            "employed": True,
            "wage_income_fen": 900_000,
            "disability_kind": 6,
            "disability_grade": 3,
        },
        {"birth_date": "1950-01-01", "on_tekun": True, "self_care_failed": 2},
        {"birth_date": None, "study_stage": "compulsory"},
        obligors=({},),
        run=Run.read("2022-09", 31, 62),
    )
    for scope in (decision.home, *decision.home.children):
        for name in decision.book.programme(DAY).variables(scope.depth):
            finding = explain(decision, name, scope.key)
            assert finding.label
            assert finding.said
            assert finding.arithmetic or finding.conditions


@pytest.mark.parametrize(
    ("people", "home", "words"),
    [
        (({},), {}, "您家符合最低生活保障的条件，每月可以领 560.00 元"),
        (({"severe_illness": None},), {}, "符合最低生活保障的条件，每月金额还要补充情况后才能算出"),
        (({"transfer_net_income_fen": 700_000},), {}, "高出 280.00 元"),
        (({"transfer_net_income_fen": 700_000},), {}, "认定为低保边缘家庭"),
        (({},), {"vehicle_count": 2}, "机动车辆数超过了规定"),
        (({"transfer_net_income_fen": 9_000_000},), {}, "不符合低保、低保边缘家庭和刚性支出困难家庭的条件"),
        (({"wage_income_fen": None},), {}, "还不知道：p1 的工资性收入"),
        (({},), {"residence_class": None}, "还不知道：家庭的城乡类别"),
        (({"birth_date": "1950-01-01"},), {}, "p1 符合特困人员救助供养的条件，每月 1,030.00 元"),
        (({"birth_date": "1950-01-01", "support_setting": None},), {}, "金额还要补充情况后才能算出"),
        (({},), {}, "部分标准还待当地确认"),
    ],
)
def test_the_family_reads_plain_words(people, home, words):
    assert words in citizen_letter(decided(*people, **home))


def test_the_family_is_told_how_to_object_by_the_law_of_the_day():
    assert "六十日内申请行政复议" in citizen_letter(decided())
    assert "《社会救助法》第76条" in citizen_letter(decided(on=date(2026, 7, 1)))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("household.vehicle_count", "家庭的机动车辆数"),
        ("person:p1.employed", "p1 的就业"),
        ("obligor:o1.in_prison", "o1 的义务人在监狱服刑"),
        ("parameter.basic_pension_counted", "参数 basic_pension_counted"),
        ("run.cpi", "居民消费价格指数涨幅"),
    ],
)
def test_a_reason_can_be_said_in_words(key, words):
    assert fact_said(key) == words


def confirmed_book():
    """The rulebook as it will be when the county has confirmed every parameter."""
    parameters = rulebook().parameters
    sure = {
        name: replace(q, blocks=tuple(replace(b, assumed=False, value=b.value or 0) for b in q.blocks))
        for name, q in parameters.quantities.items()
    }
    return replace(rulebook(), parameters=replace(parameters, quantities=sure))


def test_with_every_parameter_confirmed_nothing_is_marked():
    decision = confirmed_book().decide(Case.read(family()), DAY)
    assert "待当地确认" not in staff_letter(decision) + citizen_letter(decision)


def test_staff_read_what_is_missing():
    open_case = decided({"wage_income_fen": None})
    assert "还缺：p1 的工资性收入" in staff_letter(open_case)
    assert "还缺：老王 的工资性收入" in staff_letter(open_case, {"p1": "老王"})


def test_the_family_is_asked_what_it_can_tell_and_told_what_the_county_has_to_decide():
    people = {"basic_pension_fen": 150_000}
    county = citizen_letter(decided(people, on=date(2026, 1, 1)))
    assert "现在还不能算出您家属于哪一类，要等县里决定：“基础养老金计入收入”。" in county
    both = citizen_letter(decided({**people, "wage_income_fen": None}, on=date(2026, 1, 1)), {"p1": "老王"})
    assert "因为还不知道：老王 的工资性收入。补充以后就可以重新计算。另外还要等县里决定：“基础养老金计入收入”。" in both


def test_a_family_exactly_at_the_line_is_told_so():
    letter = citizen_letter(decided({"transfer_net_income_fen": 672_000}))
    assert "正好相等，要低于低保线才符合" in letter
    assert "高出" not in letter


def test_a_family_of_which_nobody_counts_is_told_so():
    assert "没有能计入共同生活的家庭成员" in citizen_letter(decided({"co_resident": False}))


def test_a_sum_on_a_path_not_taken_is_told_by_its_labels():
    finding = explain(decided({"labour_capacity": "none"}), "dibao_tier")
    assert "各成员之和〔" in finding.not_taken[0]
