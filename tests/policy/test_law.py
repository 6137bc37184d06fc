"""Instruments and articles: citations cannot be wrong, and no article is forgotten."""

from datetime import date

import pytest

from doudi.policy import RuleError
from doudi.policy.coverage import coverage
from doudi.policy.law import LAW26, M57, SEED, XF22, Door, Plan, instrument, instruments
from doudi.policy.law.library import spread
from doudi.policy.schemes import RULES


def test_an_article_can_be_cited_by_number():
    assert M57.article(8).key == "M57-8"
    assert M57.article(8).citation == "《最低生活保障审核确认办法》第8条"
    assert SEED.article("二(一)").citation == "《芒巩固振兴组办〔2021〕6号》二(一)"


@pytest.mark.parametrize("number", [0, 43, "八"])
def test_an_article_that_does_not_exist_cannot_be_cited(number):
    with pytest.raises(RuleError, match="不能引用"):
        M57.article(number)


def test_an_article_that_nobody_has_read_cannot_be_cited(library):
    library("articles: {1: x}", count=2)
    with pytest.raises(RuleError, match="尚未录入"):
        instrument("BAD").article(2)


def test_an_instrument_that_is_not_in_the_library_is_refused():
    with pytest.raises(RuleError, match="法规库中没有"):
        instrument("NOWHERE")


def test_an_instrument_is_in_force_from_its_first_day():
    assert not LAW26.in_force(date(2026, 6, 30))
    assert LAW26.in_force(date(2026, 7, 1))
    assert not instrument("PR16").in_force(date(2021, 10, 1))


def test_every_article_is_implemented_or_done_elsewhere_or_explained():
    assert [f"{row.instrument}-{row.article}" for row in coverage() if not row.explained] == []


def test_the_library_has_all_instruments_of_the_measure():
    assert len(instruments()) >= 13
    assert sum(len(each.numbers) for each in instruments()) > 250
    assert all(each.articles or each.reasons for each in instruments())


def test_coverage_names_the_rules_of_an_article():
    rows = {f"{row.instrument}-{row.article}": row for row in coverage()}
    assert "individual_by_own_means" in rows["N22-一(一)"].rules
    assert rows["D649-48"].rules == ("temporary_assistance",)


def test_every_rule_that_gives_a_result_cites_an_article():
    assert all(rule.implements for rule in RULES if not rule.internal)


def test_ranges_of_articles_are_spread_out():
    assert spread({"1-3,7": "x", "二(一)": "y"}) == {"1": "x", "2": "x", "3": "x", "7": "x", "二(一)": "y"}


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of one instrument, BAD, with the lines that a test gives."""

    def write(*lines, count=1):
        head = f"number: x\ntitle: x\nshort: x\nfrom: 2020-01-01\ncount: {count}\n"
        (tmp_path / "BAD.yaml").write_text(head + "\n".join(lines), encoding="utf-8")
        monkeypatch.setattr("doudi.policy.law.library.FOLDER", tmp_path)

    yield write
    instrument.cache_clear()


@pytest.mark.parametrize("line", ["not_implemented: {2: y}", "done: {2: a:b y}", 'planned: {2: "- y"}'])
def test_a_coverage_note_on_an_article_that_does_not_exist_is_refused(library, line):
    library("articles: {1: x}", line)
    with pytest.raises(RuleError, match="第 2 条不存在"):
        instrument("BAD")


def test_an_article_is_not_done_and_left_out_at_once(library):
    library("articles: {1: x}", "not_implemented: {1: y}", 'planned: {1: "4 y"}')
    with pytest.raises(RuleError, match="第 1 条既写了实现"):
        instrument("BAD")


def test_an_article_is_not_spread_twice():
    with pytest.raises(RuleError, match="第 3 条写了两次"):
        spread({"1-3": "x", "3": "y"})


def test_doors_and_plans_are_read_one_or_several(library):
    library("articles: {1: x}", "done: {1: [a:b c d, e.f g]}", 'planned: {1: ["4 h i", "- j"]}', 'note: "k"')
    found = instrument("BAD")
    assert found.doors == {"1": (Door("a:b", "c d"), Door("e.f", "g"))}
    assert found.plans == {"1": (Plan(4, "h i"), Plan(0, "j"))}
    assert found.note == "k"


def test_every_article_has_a_summary_of_our_own():
    assert len(XF22.articles) == 50
    assert [f"{row.instrument}-{row.article}" for row in coverage() if not row.summary] == []
