"""Letters: every failed condition with figures and clause, what else may help, how to object; the sums come out."""

from __future__ import annotations

import re
import subprocess
from datetime import date, timedelta

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions import determining, opinions
from doudi.casework.letters import remedy
from doudi.casework.models import Conclusion
from doudi.casework.printing.decision_letter import letter_of, print_letters
from doudi.documents.forms import PrintStamp
from tests.casework.known import a_poor_family, a_rich_family
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.world import TUESDAY, at


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def refusal(clerk, reviewer):
    application = in_review(clerk, a_rich_family(clerk))
    judged(application, clerk, Conclusion.REFUSE)
    opinions.propose_refusal(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    return determining.refuse_application(application=application, by=reviewer, on=TUESDAY, at=at(TUESDAY))


@pytest.fixture
def grant(clerk, reviewer):
    application = in_review(clerk, a_poor_family(clerk, wage=120_000))
    judged(application, clerk)
    return determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))


def text_of(*determinations, clerk) -> str:
    stamp = PrintStamp("芒市民政局", "线永明", clerk.pk, at(TUESDAY), "http://localhost")
    pdf = print_letters(determinations, stamp)
    shown = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub("[\u2060\u200b]", "", shown)


def test_a_refusal_names_every_failed_condition_with_its_figures_and_clause(refusal) -> None:
    letter = letter_of(refusal)
    assert [f.text for f in letter.failed] == [
        "家庭年收入 100,000.00 元 ＜ 低保标准 560.00 元/月 × 12 个月 × 家庭人口 1"
    ]
    assert "《最低生活保障审核确认办法》第8条" in letter.failed[0].clauses


def test_the_comparison_in_a_refusal_is_recomputed_and_does_not_hold(refusal) -> None:
    for failed in letter_of(refusal).failed:
        income, standard, people = re.search(
            r"收入 ([\d,.]+) 元 ＜ 低保标准 ([\d,.]+) 元/月 × 12 个月 × 家庭人口 (\d+)", failed.text
        ).groups()
        left, right = float(income.replace(",", "")), float(standard) * 12 * int(people)
        assert not left < right


def test_a_refusal_says_what_else_may_help_and_how_to_object(refusal, clerk) -> None:
    text = re.sub(r"\s", "", text_of(refusal, clerk=clerk))
    for words in (
        "急难发生地",
        "行政复议",
        "行政诉讼",
        "60日",
        "6个月",
        "《社会救助法》第76条",
        refusal.number,
        "岳勒旺",
    ):
        assert words in text


def test_a_confirmation_shows_the_sum_and_it_comes_out(grant, clerk) -> None:
    letter = letter_of(grant)
    assert letter.amount == "460.00"  # 560 less 1,200 a year
    assert any("460.00" in line for line in letter.arithmetic)
    assert "460.00" in text_of(grant, clerk=clerk)


def test_the_remedy_cites_the_law_of_the_day() -> None:
    entry = date(2026, 7, 1)
    assert "《社会救助法》第76条" in remedy(entry)
    assert "《最低生活保障审核确认办法》第38条" in remedy(entry - timedelta(days=1))


def test_many_letters_are_one_file_with_each_its_own_code(refusal, grant, clerk) -> None:
    text = text_of(refusal, grant, clerk=clerk)
    codes = re.findall(r"核验码\s*((?:[0-9A-F]{4}\s?){5})", text)
    assert len(set(codes)) == 2


def test_a_refusal_never_names_what_only_the_staff_may_know(refusal) -> None:
    words = " ".join(f.text for f in letter_of(refusal).failed)
    assert "身份证" not in words
