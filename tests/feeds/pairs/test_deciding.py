"""A person says whether a row is about somebody, and the facts follow."""

from __future__ import annotations

import pytest
from django.db import connection

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.feeds.actions import handling
from doudi.feeds.models import DoubtfulPair
from doudi.feeds.queries import pairs
from doudi.registry.actions import Conflict, Refused
from doudi.registry.models import Certificate, Person
from tests.feeds.batches.world import DISABILITY, certificate, landed, run, table
from tests.feeds.pairs.world import decided, doubted, nearly, rival
from tests.registry.world import DAY, at

pytestmark = pytest.mark.django_db


def believed(person: Person) -> int:
    return Certificate.objects.known().filter(person=person, kind="disability").count()


def test_a_row_that_is_nearly_somebody_waits_with_its_reasons_and_is_not_believed(pair, person) -> None:
    assert (pair.person_id, believed(person)) == (person.pk, 0)
    assert {part["feature"] for part in pair.explanation} == {"name", "birth", "sex", "place"}


def test_the_same_lets_the_facts_of_the_row_in(pair, office, person) -> None:
    assert decided(pair, office) == 1
    assert (pair.decision, pair.decided_by_id, pair.landed_at is not None) == ("same", office.pk, True)
    assert believed(person) == 1


def test_not_the_same_believes_nothing(pair, office, person) -> None:
    decided(pair, office, same=False)
    assert (pair.decision, believed(person), pair.landed_at) == ("different", 0, None)


def test_rows_that_name_the_person_the_same_way_are_decided_together(office, person) -> None:
    rows = [nearly(person), nearly(person, "C2", grade="二级"), nearly(person, "C3", name=f"{person.name[:-1]}亮")]
    first, second, other = doubted(office, person, *rows)
    assert decided(first, office) == 2
    second.refresh_from_db()
    other.refresh_from_db()
    assert (second.decision, other.decision) == ("same", "")


def test_after_the_same_the_other_candidates_of_the_row_are_somebody_else(pair, office, wife) -> None:
    other = rival(pair, wife)
    decided(pair, office)
    other.refresh_from_db()
    assert (other.decision, other.reason) == ("different", "同一行已认定为另一人")


def test_two_candidates_that_fit_alike_are_each_told_as_half_as_likely(pair, wife) -> None:
    DoubtfulPair.objects.filter(pk=pair.pk).update(probability=0.99)
    pair.refresh_from_db()
    assert pairs.beside(pair, DAY).percent == 99
    rival(pair, wife)
    assert pairs.beside(pair, DAY).percent == 50


def test_a_decision_needs_its_reason_and_every_obstacle_is_told_at_once(pair, office) -> None:
    handling.take_back(batch=pair.batch, reason="送错了", by=office, at=at(DAY))
    run(pair.batch)
    with pytest.raises(Refused) as refused:
        decided(pair, office, reason=" ")
    assert set(refused.value.by_field) == {"reason", ""}


def test_whoever_comes_second_is_told_so(pair, office) -> None:
    late = DoubtfulPair.objects.get(pk=pair.pk)
    decided(pair, office)
    with pytest.raises(Conflict):
        decided(late, office, same=False)


def test_a_decision_is_one_event_on_the_persons_file_without_what_the_row_says(pair, office, person) -> None:
    decided(pair, office)
    event = AuditEvent.objects.get(action="feeds.pair_same")
    assert (event.subject_kind, event.subject_id, event.purpose) == ("person", str(person.pk), "电话问过村委会")
    assert event.detail == {"contract": "disability", "batch": pair.batch_id, "row": pair.row, "rows": 1}


def test_only_those_decide_whose_source_it_is(pair, staff_with, clerk, disabled) -> None:
    for stranger in (staff_with(Role.LIAISON_MEDICAL), clerk):
        with pytest.raises(NotPermitted):
            decided(pair, stranger)
    assert decided(pair, disabled) == 1


def test_a_number_that_belongs_to_another_name_waits_too_and_its_number_is_masked(office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person, name="司徒无双")), office)
    found = pairs.beside(DoubtfulPair.objects.get(), DAY)
    number = next(line for line in found.lines if line.label == "身份证号")
    assert number.said == number.known
    assert "****" in number.said
    assert not number.differs


def test_decided_pairs_leave_the_queue_and_the_next_one_follows(office, person) -> None:
    rows = [
        nearly(person),
        nearly(person, "C2", name=f"{person.name[:-1]}亮"),
        nearly(person, "C3", name=f"{person.name[:-1]}强"),
    ]
    first, second, third = doubted(office, person, *rows)
    assert pairs.neighbours(office, second) == (first.pk, third.pk)
    decided(second, office, same=False)
    assert list(pairs.open_pairs(office).values_list("pk", flat=True)) == [first.pk, third.pk]
    assert pairs.neighbours(office, second) == (first.pk, third.pk)


def test_behind_the_wall_a_pair_is_seen_by_the_office_and_by_its_own_liaison(pair, office, as_web, disabled) -> None:
    for staff in (office, disabled):
        with as_web(staff):
            assert DoubtfulPair.objects.count() == 1


@pytest.mark.planted
def test_planted_without_the_purpose_limit_another_departments_liaison_would_see_it(pair, staff_with, as_web) -> None:
    stranger = staff_with(Role.LIAISON_MEDICAL)
    with as_web(stranger):
        assert DoubtfulPair.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION doudi_feed_roles() RETURNS text[] LANGUAGE sql"
            " AS $$ SELECT '{county_clerk}'::text[] $$"
        )
    with as_web(stranger):
        assert DoubtfulPair.objects.count() == 1
