"""Numbers of a busy day or month go on past their usual width: none is cut off, none is given twice."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.casework.actions import numbering as cases
from doudi.casework.models import Application
from doudi.casework.programmes import Programme
from doudi.casework.stages import Stage
from doudi.monitoring.actions.recording import next_number as next_task
from doudi.monitoring.models import VisitTask
from doudi.payments.actions.numbering import next_number as next_of_money
from doudi.payments.models import PaymentRun
from tests.casework.world import at_stage
from tests.monitoring.world import a_household, a_task, at

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 27)


@pytest.mark.parametrize(("last", "following"), [("9999", "10000"), ("10000", "10001"), ("90001", "90002")])
def test_the_ten_thousandth_case_of_a_day_has_a_number_of_its_own(clerk, last: str, following: str) -> None:
    case, older = at_stage(clerk, Stage.DRAFT), at_stage(clerk, Stage.DRAFT, Programme.TEKUN)
    Application.objects.filter(pk=older.pk).update(number="DB-2026-1027-0999")
    Application.objects.filter(pk=case.pk).update(number=f"DB-2026-1027-{last}")
    assert cases.next_number("DB", DAY) == f"DB-2026-1027-{following}"


@pytest.mark.parametrize(("last", "following"), [("9999", "10000"), ("10000", "10001")])
def test_a_county_that_finds_ten_thousand_tasks_in_a_day_goes_on(clerk, last: str, following: str) -> None:
    task = a_task(a_household(clerk))
    VisitTask.objects.filter(pk=task.pk).update(number=f"RW-2026-1027-{last}")
    assert next_task("RW", DAY) == f"RW-2026-1027-{following}"


@pytest.mark.parametrize(("last", "following"), [("99", "100"), ("100", "101")])
def test_the_hundredth_list_of_a_month_has_a_number_of_its_own(clerk, last: str, following: str) -> None:
    PaymentRun.objects.create(
        county="533103", division_code="533103000000", number=f"FF-202610-{last}", kind="monthly",
        month=DAY.replace(day=1), pay_by=DAY, made_by_id=clerk.pk, made_at=at(DAY),
    )  # fmt: skip
    assert next_of_money("FF", "533103", DAY) == f"FF-202610-{following}"
