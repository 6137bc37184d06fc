"""One queue by deadline: whose turn it is, saved views, and several clean cases confirmed at once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions import batch
from doudi.casework.models import Application
from doudi.casework.queries.queue import View, Wish, counts, queue
from doudi.casework.stages import Stage
from doudi.registry.actions.kept_lists import QUEUE, keep_list
from tests.casework.known import a_poor_family, a_rich_family
from tests.casework.test_determinations import in_review, judged
from tests.casework.world import TUESDAY, an_accepted, at


def put(application: Application, **columns) -> Application:
    Application.objects.filter(pk=application.pk).update(**columns)
    return Application.objects.get(pk=application.pk)


def shown(staff, view: str, today: date = TUESDAY) -> list[str]:
    return [a.number for a in queue(staff, Wish(view), today)]


def test_each_sees_what_waits_for_them(clerk, staff_with) -> None:
    survey = an_accepted(clerk)
    county = put(an_accepted(clerk), stage=Stage.COUNTY, waiting_for="county")
    assert shown(clerk, View.MINE) == [survey.number]
    assert shown(clerk, View.OTHERS) == [county.number]
    assert shown(staff_with(Role.COUNTY_REVIEWER), View.MINE) == [county.number]


def test_the_late_come_first_and_are_counted(clerk) -> None:
    calm = put(an_accepted(clerk), due_on=TUESDAY + timedelta(days=20))
    late = put(an_accepted(clerk), due_on=TUESDAY - timedelta(days=1))
    due = put(an_accepted(clerk), due_on=TUESDAY)
    assert shown(clerk, View.MINE) == [late.number, due.number, calm.number]
    told = counts(clerk, Wish(), TUESDAY)
    assert (told[View.LATE], told[View.TODAY], told[View.MINE]) == (1, 1, 3)


def test_the_workbench_says_how_many_are_urgent(clerk, signed_in) -> None:
    put(an_accepted(clerk), due_on=date(2020, 1, 1))
    assert "今天先办这 1 件" in signed_in(clerk).get("/").content.decode()


def clean(clerk, family) -> Application:
    application = in_review(clerk, family)
    judged(application, clerk)
    return put(application, stage=Stage.COUNTY, waiting_for="county")


def test_clean_cases_are_confirmed_together_and_the_rest_is_left_with_its_reason(clerk, staff_with) -> None:
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    good = [clean(clerk, a_poor_family(clerk)) for _n in range(2)]
    watched = put(clean(clerk, a_poor_family(clerk)), visit_because="relatives")
    numbers = [a.number for a in (*good, watched)]
    outcome = batch.confirm_clean(numbers=numbers, by=reviewer, on=TUESDAY, at=at(TUESDAY))
    assert list(outcome.done) == [a.number for a in good]
    assert outcome.skipped == [(watched.number, "须市级入户，请逐件办理。")]


def test_an_opinion_against_the_rulebook_is_never_confirmed_in_a_batch(clerk, staff_with) -> None:
    application = in_review(clerk, a_rich_family(clerk))
    judged(application, clerk, reason="代管的抚恤金")
    put(application, stage=Stage.COUNTY)
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    outcome = batch.confirm_clean(numbers=[application.number], by=reviewer, on=TUESDAY, at=at(TUESDAY))
    assert not outcome.done


def test_a_clerk_cannot_confirm_a_batch(clerk) -> None:
    with pytest.raises(NotPermitted):
        batch.confirm_clean(numbers=[], by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_the_list_asks_the_database_a_fixed_number_of_times(clerk, signed_in, django_assert_max_num_queries) -> None:
    for _n in range(6):
        an_accepted(clerk)
    client = signed_in(clerk)
    client.get("/cases/")
    with django_assert_max_num_queries(30):
        client.get("/cases/")


def test_a_view_is_kept_under_a_name_counted_with_its_own_filters_and_dropped(clerk, signed_in) -> None:
    put(an_accepted(clerk), stage=Stage.REVIEW)
    an_accepted(clerk)
    client, asked = signed_in(clerk), {"name": "要审的", "query": "stage=review&page=7&evil=1"}
    assert client.post("/cases/views/", asked).url == "/cases/?view=mine&stage=review"
    shown = client.get("/cases/?stage=review").content.decode()
    assert re.search(r'href="\?view=mine&amp;stage=review" aria-current="page">要审的<b>1</b>', shown)
    assert not re.search('aria-current="page">待我处理', shown)
    client.post("/cases/views/", asked | {"drop": "1"})
    assert "要审的" not in client.get("/cases/").content.decode()


def test_own_views_belong_to_one_person_and_one_list(clerk, staff_with, signed_in) -> None:
    keep_list(name="要审的", query="view=mine&stage=review", by=clerk, shelf=QUEUE)
    assert "要审的" not in signed_in(staff_with(Role.COUNTY_REVIEWER)).get("/cases/").content.decode()
    assert "要审的" not in signed_in(clerk).get("/households/").content.decode()
