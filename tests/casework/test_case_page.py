"""The page of a case and the page of a step."""

from __future__ import annotations

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions.moving import move
from doudi.casework.models import Application
from doudi.casework.stages import Stage
from tests.casework.known import a_poor_family
from tests.casework.world import TUESDAY, an_accepted, at


@pytest.fixture
def application(clerk) -> Application:
    return an_accepted(clerk, household=a_poor_family(clerk))


def test_the_page_shows_the_clock_the_steps_and_the_rulebook(clerk, application, signed_in) -> None:
    page = signed_in(clerk).get(f"/cases/{application.number}/").content.decode()
    for words in ("规则测算", "符合", "调查核对", "办理记录", "最晚"):
        assert words in page


def test_a_case_of_another_township_is_not_found(application, staff_with, signed_in) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    assert signed_in(other).get(f"/cases/{application.number}/").status_code == 404


def test_a_step_taken_meanwhile_is_answered_with_a_conflict(clerk, application, signed_in) -> None:
    client = signed_in(clerk)
    said = {"version": application.version, "on": f"{TUESDAY}", "note": ""}
    move(application, "start_survey", by=clerk, on=TUESDAY, at=at(TUESDAY))
    answer = client.post(f"/cases/{application.number}/steps/finish_survey/", said)
    assert answer.status_code == 409
    assert Application.objects.get(pk=application.pk).stage == Stage.SURVEY


def test_a_refused_step_keeps_what_was_typed(clerk, application, signed_in) -> None:
    said = {"version": application.version, "on": "2026-10-01", "note": "家里有事"}
    answer = signed_in(clerk).post(f"/cases/{application.number}/steps/withdraw/", said)
    assert answer.status_code == 422
    assert "家里有事" in answer.content.decode()
    assert "不能早于上一步" in answer.content.decode()


def test_the_list_puts_the_most_urgent_first(clerk, application, signed_in) -> None:
    later = an_accepted(clerk, on=TUESDAY.replace(day=28))
    page = signed_in(clerk).get("/cases/").content.decode()
    assert page.index(application.number) < page.index(later.number)
