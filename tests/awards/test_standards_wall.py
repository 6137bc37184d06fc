"""What the web role may do with adjustments and findings, whatever the code above believes; planted attempts."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from doudi.accounts.roles import Role
from doudi.awards.kinds import Programme
from doudi.awards.models import Adjustment, AdjustmentLine, Recalculation, RecalculationFinding

from .standards_world import applied, at, award_of, estimated, proposed, published, single
from .world import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.planted]


OF_THE_COUNTY = """INSERT INTO awards_recalculation (place, "on", started_at, figures)
  VALUES ('533103', now(), now(), '{}')"""


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def raised(clerk, drafter, reviewer) -> Adjustment:
    """One award raised, and a finding about it."""
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    run = Recalculation.objects.create(place="533103", on=DAY, started_at=at(DAY))
    RecalculationFinding.objects.create(
        recalculation=run, award=award, division_code=award.division_code, finding="raise", before_fen=1
    )
    return applied(estimated(published(proposed(drafter), reviewer), reviewer), reviewer)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.TOWNSHIP_CLERK, "UPDATE awards_adjustment SET state = 'computed'"),
        (Role.COUNTY_CLERK, "UPDATE awards_adjustment SET state = 'undone'"),
        (Role.PAYMENT_MAKER, "UPDATE awards_adjustmentline SET undone_at = now()"),
        (Role.COUNTY_CLERK, "UPDATE awards_recalculationfinding SET settled_at = now(), settled_note = '已看'"),
        (Role.COUNTY_REVIEWER, "DELETE FROM awards_adjustmentline"),
    ],
)  # fmt: skip
def test_rows_out_of_right_are_not_there_to_be_changed(role, statement, raised, staff_with, as_web) -> None:
    with as_web(staff_with(role, username=f"wall-{role.value}"[:40])), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.COUNTY_REVIEWER, "UPDATE awards_adjustmentline SET after_fen = 1"),
        (Role.COUNTY_REVIEWER, "UPDATE awards_recalculationfinding SET finding = 'shape'"),
        (Role.COUNTY_REVIEWER, "DELETE FROM awards_recalculationfinding"),
        (Role.COUNTY_REVIEWER, "DELETE FROM awards_adjustment"),
        (Role.COUNTY_REVIEWER, "UPDATE awards_recalculation SET place = '533103102'"),
        (Role.TOWNSHIP_HEAD, OF_THE_COUNTY),
    ],
)  # fmt: skip
def test_what_nobody_may_do_is_refused(role, statement, raised, staff_with, as_web) -> None:
    asking = as_web(staff_with(role, username=f"w-{role.value}"[:40]))
    with pytest.raises(ProgrammingError), asking, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_township_sees_the_sums_and_no_award(raised, staff_with, as_web) -> None:
    seen = {}
    for place in ("533103102", "533103103"):
        with as_web(staff_with(Role.TOWNSHIP_CLERK, place, username=f"wall-{place}")):
            seen[place] = [m.objects.count() for m in (Adjustment, AdjustmentLine, RecalculationFinding)]
    assert seen == {"533103102": [1, 1, 1], "533103103": [1, 0, 0]}


def test_a_settled_finding_stays_settled(raised, staff_with, as_web) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD, username="wall-head")
    settle = "UPDATE awards_recalculationfinding SET settled_at = now(), settled_by_id = %s, settled_note = '已核查'"
    with as_web(head), connection.cursor() as cursor:
        cursor.execute(settle, [head.pk])
        assert cursor.rowcount == 1
        cursor.execute(settle, [head.pk])
        assert cursor.rowcount == 0
