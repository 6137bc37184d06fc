"""Approved help that no reserve fund paid: on the next list of temporary assistance, once, to the family's card."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from doudi.payments.actions import runs
from doudi.payments.kinds import LineState, RunKind
from doudi.payments.models import PaymentLine, PaymentRun
from doudi.payments.queries.checking import check

from .relief_world import STANDARD, an_emergency
from .runs_world import People, a_family, locked, reasons
from .world import COUNTY, DAY, NOVEMBER, at

pytestmark = pytest.mark.django_db


def a_list(people: People) -> PaymentRun:
    """November's list of temporary assistance, built."""
    run = runs.start_run(county=COUNTY, kind=RunKind.TEMPORARY, month=NOVEMBER, by=people.maker, on=DAY, at=at(DAY))
    return runs.finish_jobs(run, at(DAY))


def test_what_goes_through_the_bank_is_on_the_list_with_its_ground_and_card(county: People) -> None:
    home = a_family(county)
    helped = an_emergency(county.clerk, household=home, by_bank=True)
    line = a_list(county).lines.get()
    assert (line.relief, line.fen, line.household, line.programme) == (helped, STANDARD, home, "temporary")
    assert line.account.person == home.head
    assert helped.plan.determination.number in line.parts[0]["reason"]


def test_a_locked_list_is_booked_and_the_next_one_does_not_hold_it_again(county: People) -> None:
    an_emergency(county.clerk, household=a_family(county), by_bank=True)
    run = locked(county, a_list(county))
    assert (run.total_fen, check()) == (STANDARD, [])
    assert not a_list(county).lines.exists()


def test_built_again_the_list_is_the_same(county: People) -> None:
    an_emergency(county.clerk, household=a_family(county), by_bank=True)
    run = runs.rebuild(run=a_list(county), by=county.maker, on=DAY, at=at(DAY))
    assert runs.finish_jobs(run, at(DAY)).lines.count() == 1


def test_what_was_dropped_for_later_comes_again(county: People) -> None:
    an_emergency(county.clerk, household=a_family(county), by_bank=True)
    runs.cancel(run=a_list(county), because="重新制单", by=county.maker, at=at(DAY))
    assert a_list(county).lines.get().state == LineState.READY


def test_a_stranger_without_a_card_is_held_and_named(county: People) -> None:
    an_emergency(county.clerk, by_bank=True)
    run = a_list(county)
    assert reasons(run) == ["no_account"]


def test_what_the_purse_paid_is_on_no_list(county: People, staff_with) -> None:
    an_emergency(county.clerk, by_bank=True)
    assert a_list(county).lines.count() == PaymentLine.objects.count() == 1


@pytest.mark.planted
def test_a_second_living_line_for_the_same_help_is_refused_by_the_database(county: People) -> None:
    an_emergency(county.clerk, household=a_family(county), by_bank=True)
    line = a_list(county).lines.get()
    line.pk = None
    with pytest.raises(IntegrityError, match="line_one_of_a_relief"), transaction.atomic():
        line.save()
