"""What leaves the house: events about households on both lists, in the order of commit, and no more than is needed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.actions import Subject, record
from doudi.exchange import actions
from doudi.exchange.models import Outgoing, Position
from doudi.exchange.queries import events
from doudi.registry.actions import mark_death, move_household
from tests.conftest import FAR_VILLAGE
from tests.exchange.conftest import COUNTY
from tests.exchange.test_contract import FAR, status, watch
from tests.registry.world import DAY, a_household, at, member, people_of

pytestmark = pytest.mark.django_db


def published() -> list[str]:
    actions.publish(county=COUNTY, at=at(), until=FAR)
    return list(Outgoing.objects.order_by("number").values_list("kind", flat=True))


def test_a_household_that_only_one_side_watches_is_not_told_of(clerk, county, bureau) -> None:
    status(a_household(clerk, member()), county)
    watch(a_household(clerk, member()), bureau)
    assert published() == []


def test_a_status_a_death_and_a_move_are_told_in_their_order(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    mark_death(person=people_of(home)[1], death_date=DAY - timedelta(2), by=clerk, on=DAY, at=at())
    move_household(household=home, to_code=FAR_VILLAGE, reason="搬迁", by=county, on=DAY, at=at())
    assert published() == ["status.determined", "person.died", "household.moved"]


def test_somebody_taken_off_their_list_is_told_of_no_more(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    watch(home, bureau, "none", date(2026, 3, 1))
    status(home, county, date(2026, 4, 1))
    assert published() == []


def test_a_settled_warning_is_told_even_without_a_status(clerk, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    subject = Subject("household", str(home.pk), home.division_code)
    record(by=clerk, action="monitoring.dispose", subject=subject, detail={"disposition": "apply_policy"})
    assert published() == ["warning.settled"]
    assert Outgoing.objects.get().code == "apply_policy"


def test_a_death_names_the_dead_and_the_household_as_it_was(clerk, county, bureau, digests) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    people, (_head, wife) = digests(home), people_of(home)
    mark_death(person=wife, death_date=DAY - timedelta(2), by=clerk, on=DAY, at=at())
    published()
    told = events(1, 10, county=COUNTY)[0]
    assert (told.person, told.people, told.happened_on) == (people[1], tuple(people), DAY - timedelta(2))


def test_an_event_carries_neither_number_nor_sum_nor_address(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    published()
    told = events(0, 10, county=COUNTY)[0].as_json()
    assert set(told) == {"number", "kind", "code", "happened_on", "people", "person", "name", "township"}
    assert str(people_of(home)[0].resident_id) not in str(told)
    assert told["township"] == home.division_code[:9]


def test_publishing_again_gives_no_number_twice(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    assert published() == published() == ["status.determined"]


def test_chunks_go_on_where_the_last_one_ended(clerk, county, bureau, monkeypatch) -> None:
    monkeypatch.setattr("doudi.exchange.actions.publishing.CHUNK", 1)
    for _ in range(3):
        home = a_household(clerk, member())
        watch(home, bureau)
        status(home, county)
    published()
    assert list(Outgoing.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_only_finished_transactions_are_numbered(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    actions.publish(county=COUNTY, at=at())  # our own transaction still runs
    assert not Outgoing.objects.exists()
    assert published() == ["status.determined"]


@pytest.mark.planted
def test_a_number_once_given_is_never_changed_or_taken_back(clerk, county, bureau) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    published()
    for sql in ("UPDATE exchange_outgoing SET number = 9", "DELETE FROM exchange_outgoing"):
        with pytest.raises(ProgrammingError, match="never"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.LIAISON_MEDICAL, Role.LEADER, Role.AUDIT_ADMIN])
def test_who_does_not_exchange_sees_nothing(role, clerk, county, bureau, staff_with, as_web) -> None:
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    published()
    with as_web(staff_with(role, username="another")):
        assert not Outgoing.objects.exists()
    with as_web(county):
        assert Outgoing.objects.count() == 1


def test_the_web_numbers_nothing_itself(county, as_web) -> None:
    with as_web(county), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Position.objects.create(county=COUNTY)


def test_a_revoked_key_opens_nothing(bureau, token, ours) -> None:
    from doudi.exchange.models import Peer
    from doudi.exchange.port import Refusal

    assert ours.events(0, 1).last == 0
    actions.revoke_key(peer=Peer.objects.get(), by=bureau, at=at())
    with pytest.raises(Refusal, match="403"):
        ours.events(0, 5)


def test_a_key_is_worth_what_its_giver_may_do(bureau, token, ours) -> None:
    from doudi.exchange.port import Refusal

    bureau.assignments.update(ends_at=at())
    with pytest.raises(Refusal, match="403"):
        ours.events(0, 5)


def test_only_the_department_itself_gives_out_keys(county) -> None:
    with pytest.raises(NotPermitted):
        actions.issue_key(county=COUNTY, name="某系统", by=county, at=at())


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic abc"}])
def test_without_a_key_the_door_stays_shut(headers, client, db, as_web) -> None:
    with as_web(None):
        assert client.get("/exchange/api/events", headers=headers).status_code == 403
        assert (
            client.post("/exchange/api/acknowledgements", b"{}", "application/json", headers=headers).status_code == 403
        )
