"""The open cases of the demo county: what a visitor opens first has a file behind it."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.casework.models import Application, HomeVisit, Opinion, PublicNotice
from doudi.casework.programmes import Programme
from doudi.casework.queries.evidence import evidence_card
from doudi.casework.queries.gaps import matter_of
from doudi.demo.cases import PAST_SURVEY, lay_cases
from doudi.verification.actions.signing import is_intact
from doudi.verification.models import Pledge, Report, Signature
from doudi.verification.queries import consents_missing
from tests.conftest import staff_member

TODAY = date(2026, 11, 24)


@pytest.fixture
def cases(world, db) -> list[Application]:
    """Cases past their survey."""
    staff_member(Role.TOWNSHIP_CLERK, "533103102")
    lay_cases(60, seed=3, today=TODAY)
    return list(Application.objects.filter(stage__in=PAST_SURVEY).order_by("pk"))


def test_a_case_past_its_survey_has_consents_a_pledge_a_report_and_a_visit_by_two(cases) -> None:
    assert len(cases) > 15
    for case in cases:
        assert consents_missing(case.household_id, TODAY) == ()
        assert Pledge.objects.filter(matter=matter_of(case)).count() == 1
        assert Report.objects.filter(matter=matter_of(case)).count() == 1
        visit = HomeVisit.objects.get(application=case)
        assert visit.first_name != visit.second_name
        assert case.accepted_on <= visit.on <= TODAY


def test_some_reports_differ_and_every_difference_is_settled(cases) -> None:
    cards = [evidence_card(case, TODAY) for case in cases]
    assert any(item.differs for card in cards for item in card.items)
    assert not any(card.differing for card in cards)


def test_the_signatures_say_what_was_signed(cases) -> None:
    signed = list(Signature.objects.all())
    assert signed
    assert all(is_intact(one, str(one.typed_name).encode()) for one in signed)


def test_what_is_posted_says_how_much(cases) -> None:
    posted = PublicNotice.objects.filter(programme=Programme.HOUSEHOLD_DIBAO)
    assert posted.count() > 5
    assert all(notice.amount_fen_month for notice in posted)


def test_whoever_is_proposed_fits(cases) -> None:
    assert set(Opinion.objects.values_list("rulebook_says", flat=True)) == {True}
