"""A withdrawal on one connection while a job asks on another: they take turns on one lock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from doudi.verification.actions import answering, consents
from doudi.verification.models import Query
from tests.registry.world import DAY, at
from tests.verification.world import asked, consent, couple

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere() -> Iterator[object]:
    """`elsewhere(person)`: could another connection withdraw or ask about this person at this moment?"""
    other = connection.copy()

    def free(person) -> bool:
        with other.cursor() as cursor:
            key = f"verification.consent {person.pk}"
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            return bool(cursor.fetchone()[0])

    yield free
    other.close()


def test_a_withdrawal_waits_for_the_question_at_hand(county, network, elsewhere) -> None:
    home, head, wife = couple(county)
    consent(county, home, head)
    request = asked(county, home, [head], sources=["tax"])
    assert elsewhere(head)
    query = Query.objects.select_related("person", "request", "consent").get(request=request)
    answering.send(query=query, by=county, on=DAY, at=at())
    assert not elsewhere(head)
    assert elsewhere(wife)


def test_a_question_waits_for_the_withdrawal_at_hand(county, elsewhere) -> None:
    home, head, _wife = couple(county)
    given = consent(county, home, head)
    assert elsewhere(head)
    consents.withdraw(consent=given, because="", by=county, at=at())
    assert not elsewhere(head)
