"""Emergencies: registered, decided and helped at once; the papers follow on their own clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions import relief
from doudi.casework.actions.opening import Need
from doudi.casework.models import Application, Origin, PlaceBasis
from doudi.casework.programmes import Programme
from doudi.casework.queries.timing import clocks_of
from doudi.casework.stages import Stage
from doudi.registry.actions.refusal import Refused
from tests.casework.world import TUESDAY, a_draft, a_household, at
from tests.conftest import VILLAGE

STANDARD = 74400  # the urban dibao standard of the place, fen a month


def an_emergency(by, on=TUESDAY, **changes) -> Application:
    said = {
        "programme": Programme.TEMPORARY_EMERGENCY,
        "place_basis": PlaceBasis.EMERGENCY,
        "place": VILLAGE,
        "stranger": "一名外省过路司机，车祸受伤",
        "people_count": 1,
        "severity": "light",
        "origin": Origin.FOUND,
    }
    return relief.register_relief(need=Need(**said | changes), by=by, on=on, at=at(on))


def helped(application, by, amount=STANDARD, on=TUESDAY, **said):
    return relief.relieve(application=application, amount_fen=amount, by=by, on=on, at=at(on), **said)


def test_a_stranger_is_helped_on_the_day_and_the_papers_follow(clerk) -> None:
    application = an_emergency(clerk)
    made = helped(application, clerk)
    application.refresh_from_db()
    assert (application.stage, application.due_key) == (Stage.PAPERS, "papers")
    assert made.amount_fen_once == STANDARD
    closed = relief.file_papers(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert closed.stage == Stage.CONFIRMED


def test_rapid_assistance_runs_on_three_days_and_before_it_on_a_day_and_a_night(clerk) -> None:
    early = at(TUESDAY).replace(year=2026, month=1, day=28)
    old = an_emergency(clerk, on=early.date())
    told = clocks_of(old, today=early.date(), now=early)
    assert [c.limit.length for c in told if c.limit.key == "relief"] == [24]
    new = an_emergency(clerk, on=early.date() + timedelta(days=1))
    told = clocks_of(new, today=early.date() + timedelta(days=1), now=early + timedelta(days=1))
    assert [(c.limit.length, c.limit.unit.value) for c in told if c.limit.key == "relief"] == [(3, "days")]


def test_never_more_than_the_rulebook_proposes(clerk) -> None:
    with pytest.raises(Refused, match="不超过规则测算的 744"):
        helped(an_emergency(clerk), clerk, amount=STANDARD + 1)


def test_above_the_township_limit_the_county_decides(clerk, staff_with) -> None:
    application = an_emergency(clerk, people_count=5)
    helped_by = staff_with(Role.COUNTY_REVIEWER)
    with pytest.raises(Refused, match="市民政局审批"):
        helped(application, clerk, amount=300_001)
    assert helped(application, helped_by, amount=300_001).amount_fen_once == 300_001


def test_at_the_township_limit_the_township_decides(clerk) -> None:
    assert helped(an_emergency(clerk, people_count=5), clerk, amount=300_000)


def test_help_within_twelve_months_asks_for_a_reason_and_does_not_bar(clerk) -> None:
    home = a_household(clerk)
    helped(an_emergency(clerk, household=home), clerk)
    again = an_emergency(clerk, household=home)
    with pytest.raises(Refused, match="再次救助的理由"):
        helped(again, clerk)
    assert helped(again, clerk, repeated_because="另一起火灾")


def test_an_emergency_never_waits_for_another_case(clerk) -> None:

    home = a_household(clerk)
    a_draft(clerk, household=home)
    assert an_emergency(clerk, household=home).stage == Stage.RELIEF


def test_the_old_address_leads_to_the_one_page_with_the_family_it_names(clerk, signed_in) -> None:
    answer = signed_in(clerk).get("/cases/relief/?household=MS-ZF-000001")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/payments/relief/?household=MS-ZF-000001")
