"""The bar of a case: which step is offered, with which amount, and which case is next."""

from __future__ import annotations

import re
from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions import notices, opinions
from doudi.casework.models import Application, Conclusion
from doudi.casework.programmes import Programme
from doudi.casework.queries.evaluation import evaluate
from doudi.casework.stages import Stage
from doudi.jobs.runner import run
from doudi.rulebook import actions as rulebook
from doudi.rulebook.models import ParameterDraft
from tests.casework.known import a_poor_family, a_rich_family
from tests.casework.world import TUESDAY, an_accepted, at
from tests.conftest import NOON


def in_review(application: Application) -> Application:
    Application.objects.filter(pk=application.pk).update(stage=Stage.REVIEW)
    application.refresh_from_db()
    return application


def page_of(client, application: Application) -> str:
    return str(client.get(f"/cases/{application.number}/").content.decode())


def test_the_amount_stands_on_the_button_and_the_form_comes_chosen(clerk, signed_in) -> None:
    application = in_review(an_accepted(clerk, household=a_poor_family(clerk)))
    page = page_of(signed_in(clerk), application)
    assert "建议确认，每月 560.00 元" in page
    form = signed_in(clerk).get(f"/cases/{application.number}/steps/write_opinion/?conclusion=grant").content.decode()
    assert re.search(r'value="grant"[^>]* checked', form)


def test_where_the_rulebook_says_no_confirming_is_not_what_enter_presses(clerk, signed_in) -> None:
    application = in_review(an_accepted(clerk, household=a_rich_family(clerk)))
    page = page_of(signed_in(clerk), application)
    assert "建议确认" not in page
    assert "建议不予确认" in page


def test_the_steps_of_a_survey_are_offered_one_after_the_other(clerk, signed_in) -> None:
    application = an_accepted(clerk, household=a_poor_family(clerk))
    assert "启动信息核对" in page_of(signed_in(clerk), application)
    assert ">调查核对完成 <kbd" not in page_of(signed_in(clerk), application)


def test_the_next_case_is_one_key_away(clerk, signed_in) -> None:
    first = an_accepted(clerk, household=a_poor_family(clerk))
    second = an_accepted(clerk, on=TUESDAY.replace(day=28), household=a_poor_family(clerk))
    page = page_of(signed_in(clerk), first)
    assert f'rel="next" href="/cases/{second.number}/"' in page
    assert f'rel="prev" href="/cases/{first.number}/"' in page_of(signed_in(clerk), second)


@pytest.mark.parametrize("query", ["?conclusion=nonsense", "?version=99", "?on=yesterday"])
def test_an_address_cannot_choose_what_is_no_choice(clerk, signed_in, query: str) -> None:
    application = in_review(an_accepted(clerk, household=a_poor_family(clerk)))
    answer = signed_in(clerk).get(f"/cases/{application.number}/steps/write_opinion/{query}")
    assert answer.status_code == 200
    assert f'name="version" value="{application.version}"' in answer.content.decode()


def test_an_objection_stands_on_the_page_without_who_raised_it(clerk, signed_in) -> None:
    application = in_review(an_accepted(clerk, household=a_poor_family(clerk)))
    day = {"by": clerk, "on": TUESDAY, "at": at(TUESDAY)}
    opinions.write_opinion(application=application, conclusion=Conclusion.GRANT, **day)
    notices.propose_grant(application=application, **day)
    notices.object_to(application=application, text="他家有新车", objector="刀小二", **day)
    page = page_of(signed_in(clerk), application)
    assert "他家有新车" in page
    assert "刀小二" not in page


def test_a_rule_published_while_a_case_is_open_does_not_change_it(clerk, staff_with) -> None:
    running = an_accepted(clerk, household=a_poor_family(clerk))
    publish_a_standard(staff_with, since=date(2026, 11, 1))
    later = an_accepted(clerk, on=date(2026, 11, 3), household=a_poor_family(clerk))
    assert amount_of(running) == 560_00
    assert amount_of(later) == 600_00


def amount_of(application: Application) -> int | None:
    """What the rulebook says of the case on a day in December."""
    fit = evaluate(application, today=date(2026, 12, 1)).fit(Programme.HOUSEHOLD_DIBAO)
    return fit.amount_fen_month


def publish_a_standard(staff_with, since: date) -> None:
    """The county raises its rural standard to 600 yuan."""
    drafter, publisher = staff_with(Role.COUNTY_CLERK), staff_with(Role.COUNTY_REVIEWER)
    block = rulebook.propose(
        name="dibao_standard", area="533103", residence="rural", starts_on=since, value="600", is_assumed=False,
        source="芒政发〔2026〕9号", draft=None, title="农村低保标准", by=drafter, at=NOON,
    )  # fmt: skip
    job = rulebook.try_out(draft=block.draft, by=drafter, at=NOON)
    run(job.pk, clock=lambda: NOON)
    draft = ParameterDraft.objects.get(pk=block.draft_id)
    rulebook.publish(draft=draft, note="同意发布", sign_off=False, by=publisher, at=NOON)
