"""The queue as its clerk sees it, behind row-level security."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doudi.accounts.roles import Role
from doudi.feeds.models import DoubtfulPair
from tests.feeds.pairs.world import WHY, doubted, nearly, rival

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client, as_web):
    """Ask for a page as somebody."""

    def ask(staff, address: str, data: dict | None = None):
        client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        with as_web(staff):
            return client.post(address, data) if data is not None else client.get(address)

    return ask


def test_an_empty_queue_says_what_will_come_here(office, visit) -> None:
    assert "没有待认定的" in visit(office, "/feeds/pairs/").content.decode()


def test_the_queue_names_both_and_says_what_agrees(office, pair, person, visit) -> None:
    page = visit(office, "/feeds/pairs/").content.decode()
    assert person.name in page
    assert "姓名有一字不同；出生日期相同" in page
    assert f"/feeds/pairs/{pair.pk}/" in page


def test_both_records_stand_side_by_side_and_no_number_is_shown_whole(office, pair, person, visit) -> None:
    page = visit(office, f"/feeds/pairs/{pair.pk}/").content.decode()
    assert person.name in page
    assert "出生日期相同" in page
    assert person.resident_id not in page
    assert 'data-digit="1"' in page


def test_a_decision_leads_to_the_next_pair(office, person, visit) -> None:
    first, second = doubted(office, person, nearly(person), nearly(person, "C2", name=f"{person.name[:-1]}亮"))
    answer = visit(office, f"/feeds/pairs/{first.pk}/", {"same": "no", "reason": WHY})
    assert answer.headers["Location"] == f"/feeds/pairs/{second.pk}/"
    answer = visit(office, f"/feeds/pairs/{second.pk}/", {"same": "yes", "reason": WHY})
    assert answer.headers["Location"] == "/feeds/pairs/"
    assert set(DoubtfulPair.objects.values_list("decision", flat=True)) == {"same", "different"}


def test_the_next_pair_is_one_that_the_decision_has_not_closed(office, pair, wife, visit) -> None:
    rival(pair, wife)
    answer = visit(office, f"/feeds/pairs/{pair.pk}/", {"same": "yes", "reason": WHY})
    assert answer.headers["Location"] == "/feeds/pairs/"


def test_without_a_reason_nothing_is_decided_and_the_field_says_so(office, pair, visit) -> None:
    answer = visit(office, f"/feeds/pairs/{pair.pk}/", {"same": "yes", "reason": ""})
    assert answer.status_code == 422
    assert "这一项要填" in answer.content.decode()
    pair.refresh_from_db()
    assert pair.decision == ""


def test_a_pair_of_another_source_is_not_found(pair, staff_with, visit) -> None:
    assert visit(staff_with(Role.LIAISON_MEDICAL), f"/feeds/pairs/{pair.pk}/").status_code == 404


def test_the_list_takes_as_many_queries_for_many_pairs_as_for_one(office, person, pair, visit) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            visit(office, "/feeds/pairs/")
        return len(seen)

    queries()  # what is looked up once a process
    one = queries()
    doubted(office, person, *(nearly(person, f"C{n}", name=person.name[:-1] + c) for n, c in enumerate("亮强军", 2)))
    assert queries() == one
