"""Temporary assistance of the expenditure type: people say how much, within a ceiling; every paper says the same."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from doudi.accounts.roles import Role
from doudi.casework.actions import determining, notices
from doudi.casework.forms.opinions import OpinionForm
from doudi.casework.models import Application, Conclusion, Publication, PublicNotice
from doudi.casework.moves import MOVES
from doudi.casework.printing.decision_letter import print_letters
from doudi.casework.printing.notice_sheet import sheets_of
from doudi.casework.programmes import Programme
from doudi.casework.stages import Stage
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.test_every_letter import read, stamp
from tests.casework.world import TUESDAY, at

MOST = 74_400  # one urban standard for a light need of one person
SAID = {"judgements": {"need": "住院自付 8,000 元，属实"}, "reason": "自付多，家庭一时负担不起"}


@pytest.fixture
def case(clerk) -> Application:
    application = in_review(clerk, a_poor_family(clerk))
    Application.objects.filter(pk=application.pk).update(programme=Programme.TEMPORARY_EXPENDITURE)
    return Application.objects.get(pk=application.pk)


@pytest.mark.parametrize("amount", [None, 0, MOST + 1])
def test_no_sum_and_a_sum_above_the_ceiling_are_refused(amount, case, clerk) -> None:
    with pytest.raises(Refused, match="不超过规则测算的 744"):
        judged(case, clerk, amount_fen_once=amount, severity="light", **SAID)


def test_how_hard_it_is_must_be_said(case, clerk) -> None:
    with pytest.raises(Refused, match="请选择困难程度"):
        judged(case, clerk, amount_fen_once=MOST, **SAID)


def test_a_refusal_carries_no_sum(case, clerk) -> None:
    assert judged(case, clerk, Conclusion.REFUSE, **SAID).amount_fen_once is None


def test_nobody_types_an_amount_that_the_rulebook_calculates(clerk) -> None:
    opinion = judged(in_review(clerk, a_poor_family(clerk)), clerk, amount_fen_once=1)
    assert (opinion.amount_fen_month, opinion.amount_fen_once) == (56_000, None)


def decided(case: Application, clerk, staff_with):
    opinion = judged(case, clerk, amount_fen_once=MOST, severity="light", **SAID)
    type(opinion).objects.filter(pk=opinion.pk).update(
        second_id=staff_with(Role.TOWNSHIP_HEAD).pk, second_at=at(TUESDAY)
    )
    case.refresh_from_db()
    notices.propose_grant(application=case, by=clerk, on=TUESDAY, at=at(TUESDAY))
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    return determining.confirm(application=before_the_county(case), by=reviewer, on=TUESDAY, at=at(TUESDAY))


def test_notice_and_letter_say_the_same_sum(case, clerk, staff_with) -> None:
    made = decided(case, clerk, staff_with)
    assert (made.amount_fen_once, made.amount_fen_month, made.award) == (MOST, None, "")
    row = sheets_of([PublicNotice.objects.get()])[0]["tables"][0]
    assert (row["rows"][0]["amount"], row["column"]) == ("744.00", "拟一次性救助（元）")
    assert not Publication.objects.exists()  # given once: nothing goes on to be announced
    letter = read(print_letters([made], stamp(clerk)))
    assert letter.lacks("一次性救助744.00元", "《社会救助法》第29条", "芒市民政局") == []
    assert re.search(r"744\.00元/月×1个月×1人＝744\.00元", letter.text)
    assert "补交情况说明" not in letter.text


def test_the_page_asks_for_the_sum_and_says_the_ceilings(case, clerk, signed_in) -> None:
    page = signed_in(clerk).get(f"/cases/{case.number}/steps/write_opinion/").content.decode()
    assert "一次性救助金额" in page
    assert "较轻最多 744.00 元" in page
    said = {
        "version": case.version, "on": f"{timezone.localdate()}", "conclusion": "grant", "severity": "light",
        "amount_fen_once": "500", "judge_need": "属实", "reason": "自付多",
    }  # fmt: skip
    answer = signed_in(clerk).post(f"/cases/{case.number}/steps/write_opinion/", said)
    assert answer.status_code == 302, re.findall(r'class="error"[^<]*<?[^<]*', answer.content.decode())
    case.refresh_from_db()
    assert (case.severity, case.stage) == ("light", Stage.REVIEW)


@pytest.mark.parametrize(("conclusion", "optional"), [("grant", set()), ("refuse", {"severity", "amount_fen_once"})])
def test_what_is_needed_to_decide_is_not_called_optional(conclusion, optional, case) -> None:
    form = OpinionForm(application=case, chosen=MOVES["write_opinion"], initial={"conclusion": conclusion})
    asked = {"severity", "amount_fen_once", "judge_need", "reason"}
    assert {name for name in asked if not form.fields[name].required} == optional


def test_a_refusal_without_a_sum_passes_the_form_and_a_confirmation_does_not(case) -> None:
    said = {"version": case.version, "on": f"{TUESDAY}", "judge_need": "属实", "reason": "自付多"}
    wrong = {}
    for conclusion in ("refuse", "grant"):
        form = OpinionForm(said | {"conclusion": conclusion}, application=case, chosen=MOVES["write_opinion"])
        wrong[conclusion] = set(form.errors)
    assert wrong == {"refuse": set(), "grant": {"severity", "amount_fen_once"}}
