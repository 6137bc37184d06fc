"""Five hundred households are read table by table; what comes out is what one household at a time gives."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doudi.monitoring.queries.field import pack_of, packs
from doudi.registry.actions import state_amount
from tests.field.world import LATER, NOW, Phone
from tests.monitoring.world import a_household, a_task, member, people_of

pytestmark = pytest.mark.django_db


def told(phone: Phone, clerk, fen: int) -> None:
    """Somebody of a new household has a wage, and the household a task."""
    home = a_household(clerk, member())
    state_amount(
        person=people_of(home)[0], kind="wage_income", amount=fen, source="declared", as_of=LATER, reference="",
        by=clerk, on=LATER, at=NOW,
    )  # fmt: skip
    a_task(home)


def test_packs_read_together_are_those_read_one_by_one_in_as_few_questions(phone: Phone, clerk, as_web) -> None:
    told(phone, clerk, 120_000)
    with (
        as_web(phone.staff),
        CaptureQueriesContext(
            connection,
        ) as few,
    ):
        packs(phone.staff, LATER)
    for fen in range(3):
        told(phone, clerk, fen * 1000 + 500)
    with as_web(phone.staff), CaptureQueriesContext(connection) as many:
        found = packs(phone.staff, LATER)
    assert len(found) == 5
    assert any(line.kind == "fen" for pack in found for line in pack.facts)
    assert len(many) <= len(few) + 1
    from doudi.monitoring.models import VisitTask

    assert [pack_of(t, LATER) for t in VisitTask.objects.filter(number__in=[p.number for p in found])] == sorted(
        found, key=lambda p: p.number
    )
