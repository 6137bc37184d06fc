"""The rulebook for reading: law, rules, parameters, coverage."""

from __future__ import annotations

import pytest
from django.urls import reverse

from doudi.accounts.roles import Role
from doudi.policy.law import instruments
from doudi.policy.schemes import RULES

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(staff_with, signed_in, as_web):
    """Read a page of the rulebook as somebody, behind row-level security."""

    staff = staff_with(Role.TOWNSHIP_CLERK)
    client = signed_in(staff)

    def read(name: str, /, query: str = "", **arguments: str) -> str:
        with as_web(staff):
            answer = client.get(reverse(f"rulebook:{name}", kwargs=arguments) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_every_instrument_is_on_the_first_page(page) -> None:
    text = page("instruments")
    assert all(one.title in text for one in instruments())


def test_an_article_leads_to_the_rule_that_implements_it(page) -> None:
    assert "/policy/rules/#income_below_dibao" in page("instrument", key="M57")


def test_articles_are_named_as_the_law_names_them(page) -> None:
    assert ">第7条<" in page("instrument", key="M57")
    assert ">二(一)<" in page("instrument", key="SEED")


def test_a_rule_about_a_person_rests_on_the_facts_of_the_person(page) -> None:
    text = page("rules")
    row = text[text.index('id="counted"') :].partition("</tr>")[0]
    assert '<span title="in_prison">在监狱服刑</span>' in row
    assert '<span title="obligor_incapable">义务人无履行义务能力</span>' in text
    assert '<span title="income_fen_year">义务人年收入</span>' in text


def test_every_rule_stands_under_its_programme_with_its_clause(page) -> None:
    text = page("rules")
    assert all(rule.label in text for rule in RULES)
    assert "《最低生活保障审核确认办法》第8条" in text


def test_a_clause_leads_to_its_article(page) -> None:
    assert 'href="/policy/law/M57/#M57-23"' in page("rules")
    assert 'id="M57-23"' in page("instrument", key="M57")


def test_an_assumed_value_is_marked_as_to_be_confirmed(page) -> None:
    assert "待当地确认" in page("parameter", name="dibao_standard")


def test_the_list_can_show_only_what_is_to_be_confirmed(page) -> None:
    assert "特困供养未成年人年龄" not in page("parameters", query="?show=unconfirmed")
    assert "特困供养未成年人年龄" in page("parameters")


def test_the_value_in_force_is_marked_once_for_each_class(page) -> None:
    assert page("parameter", name="dibao_standard").count("现行") == 2


def test_no_article_is_left_unexplained(page) -> None:
    assert "没有说明</span>" not in page("coverage")


def test_an_unknown_parameter_is_not_found(staff_with, signed_in) -> None:
    assert signed_in(staff_with(Role.LEADER)).get("/policy/parameters/nothing/").status_code == 404


def test_administrators_have_no_business_with_the_rules(staff_with, signed_in) -> None:
    assert signed_in(staff_with(Role.SYSTEM_ADMIN)).get("/policy/").status_code == 403


def test_what_is_still_to_be_built_is_marked(page) -> None:
    text = page("instrument", key="M57")
    assert "待实现</span> 实名举报" in text
    assert "部分待实现</span> 经常居住地配合调查" in text


def test_an_article_done_by_an_action_says_so(page) -> None:
    assert "标准由两人核对后发布" in page("instrument", key="LAW26")


def test_the_coverage_counts_articles_by_what_becomes_of_them(page) -> None:
    text = page("coverage")
    assert all(f"<dt>{name}</dt>" in text for name in ("已实现", "其中部分待实现", "待实现", "写明不实现"))


def test_what_nobody_has_read_of_an_instrument_is_said(page) -> None:
    assert "条号待核" in page("instrument", key="PR21")
    assert "六十日内办结" in page("instrument", key="XF22")
