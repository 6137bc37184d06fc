"""Mistakes of a rule's author are found when the rulebook is loaded."""

from datetime import date

import pytest

from doudi.policy import PolicyError, RuleError, rulebook
from doudi.policy.engine import nodes
from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Const, Depth, Parts, Ref
from doudi.policy.engine.programme import build, resolve, walk
from doudi.policy.engine.units import BOOLEAN, COUNT, FEN, FEN_MONTH, MONTHS, PERCENT
from doudi.policy.law import M57
from doudi.policy.parameters import load
from doudi.policy.schemes import RULES

DAY = date(2026, 11, 23)
LAW = M57.article(8)


def built(*rules, day=DAY):
    return build(rules, load().units(), day)


def declared(body, depth=HOUSEHOLD, unit=BOOLEAN, **more):
    return rule(depth, "试验", unit, LAW, name=more.pop("name", "trial"), **more)(body)


@pytest.mark.parametrize("day", rulebook().change_dates(), ids=str)
def test_on_every_change_date_and_the_day_before_there_is_exactly_one_version_of_everything(day):
    eve = max(date(2021, 1, 1), date.fromordinal(day.toordinal() - 1))
    for each in (eve, day):
        assert set(rulebook().programme(each).names) == {each.name for each in RULES}


def test_no_day_before_the_first_is_calculated():
    with pytest.raises(PolicyError, match="2020-12-31"):
        rulebook().programme(date(2020, 12, 31))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda size: size and size, "when"),
        (lambda size: 0 < size < 3, "when"),
        (lambda size, income_year: size < income_year, "单位不一致"),
        (lambda nothing: nothing, "没有名为 nothing"),
        (lambda size: size, "声明的单位"),
        (lambda counted: counted, "下一级"),
        (lambda counted: counted == counted, "是与否不用比较"),
        (lambda size: ~size, "需要是或否"),
        (lambda category: category + category, "不能用text"),
        (lambda category: category * 2, "不能用text"),
        (lambda on_dibao: nodes.every(on_dibao), "只能对成员"),
        (lambda income_year, size: income_year.percent(size) > 0, "百分数"),
        (lambda income_year, size: nodes.ceil_yuan(income_year, size) > 0, "常数"),
        (lambda care: care["garden"] > 0, "garden"),
        (lambda care: care.part("home") > 0, "care.home"),
        (lambda care: care.part("home", "1", "2") > 0, "没有 2"),
    ],
)
def test_a_body_that_cannot_mean_anything_is_refused(body, message):
    with pytest.raises(RuleError, match=message):
        built(*RULES, declared(body))


def test_a_rule_without_an_article_is_refused():
    with pytest.raises(RuleError, match="没有写明依据"):
        rule(HOUSEHOLD, "试验", BOOLEAN)(lambda size: size > 0)


def test_rules_in_a_circle_are_refused():
    one = declared(lambda two: two, name="one")
    two = declared(lambda one: one, name="two")
    with pytest.raises(RuleError, match="互相引用"):
        built(one, two)


def test_two_versions_on_one_day_are_refused():
    body = lambda on_dibao: on_dibao  # noqa: E731
    with pytest.raises(RuleError, match="两个版本"):
        built(declared(body), declared(body, start=date(2022, 1, 1)))


def test_a_day_without_a_version_is_refused():
    with pytest.raises(RuleError, match="没有适用的版本"):
        built(declared(lambda on_dibao: on_dibao, start=date(2027, 1, 1)))


def test_a_name_means_the_nearest_thing():
    rules = {each.name: each for each in RULES if each.applies_on(DAY)}
    found = lambda name, depth: resolve(name, depth, "x", rules, load().units())  # noqa: E731
    assert found("on_tekun", OBLIGOR).depth == OBLIGOR
    assert found("on_tekun", PERSON).depth == PERSON
    assert found("on_dibao", PERSON).depth == HOUSEHOLD
    assert isinstance(found("size", PERSON), Ref)
    assert isinstance(found("care", PERSON), Parts)


def test_units_multiply_and_divide():
    standard = nodes.Param(FEN_MONTH, HOUSEHOLD, "dibao_standard")
    assert (standard * nodes.months(12)).unit == FEN
    assert nodes.ceil_yuan(standard * nodes.months(12), nodes.months(12)).unit == FEN_MONTH
    assert (2 * Const(COUNT, Depth.RUN, 3)).unit == COUNT
    assert (1 + nodes.yuan(3)).unit == FEN
    assert nodes.percents(3).unit == PERCENT
    assert nodes.months(3).unit == MONTHS


def test_nested_conditions_of_one_kind_stand_side_by_side():
    a, b, c = (nodes.Fact(BOOLEAN, HOUSEHOLD, name) for name in "abc")
    assert len((a & b & c).args) == 3
    assert len((a & (b | c)).args) == 2
    assert len(list(walk(a & ~(b | c)))) == 6


def test_every_rule_says_in_a_sentence_what_it_means():
    assert all(each.meaning for each in RULES)
    assert all(each.label for each in RULES)
