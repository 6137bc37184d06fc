"""From a department's file to facts in the registry."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.feeds.models import State
from doudi.registry.models import Certificate, Statement
from tests.feeds.batches.world import DISABILITY, VEHICLES, certificate, landed, sent, table

pytestmark = pytest.mark.django_db


def believed(person, kind: str = "disability") -> list[tuple]:
    rows = Certificate.objects.known().filter(person=person, kind=kind).order_by("starts_on")
    return [(row.code, row.grade, row.starts_on, row.ends_on) for row in rows]


def test_a_file_is_read_and_shown_before_anything_is_believed(office, person) -> None:
    batch = sent("disability", table(DISABILITY, certificate(person)), office)
    assert (batch.state, batch.rows, batch.good, batch.matched) == (State.PREVIEWED, 1, 1, 1)
    assert believed(person) == []


def test_a_row_becomes_a_dated_fact_of_its_source(office, person) -> None:
    batch = landed("disability", table(DISABILITY, certificate(person)), office)
    assert believed(person) == [("4", 1, date(2024, 5, 6), None)]
    row = Certificate.objects.get(person=person)
    assert (row.source, row.recorded_by_id, batch.changed) == ("disabled", office.pk, 1)


def test_what_is_only_said_again_is_not_written_again(office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person)), office, as_of=date(2026, 9, 30))
    batch = landed("disability", table((*DISABILITY, "备注"), (*certificate(person), "十月")), office)
    assert batch.changed == 0
    assert Certificate.objects.count() == 1


def test_vehicles_are_counted_for_the_household(office, home, person, wife) -> None:
    rows = [("云N1", person.resident_id, person.name, "小型轿车", "正常", "2020-01-01", "2026-10-31"),
            ("云N2", wife.resident_id, wife.name, "小型轿车", "正常", "2021-01-01", "2026-10-31")]  # fmt: skip
    landed("vehicles", table(VEHICLES, *rows), office)
    said = Statement.objects.known().get(household=home, kind="vehicle_count")
    assert (said.amount, said.source, said.starts_on) == (2, "police", date(2026, 10, 31))
