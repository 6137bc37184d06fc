"""The feed is numbered and digests are made by the clock."""

from __future__ import annotations

import pytest

from doudi.exchange.actions.handles import fill
from doudi.exchange.job import TendExchange
from doudi.exchange.keys import digest_of, exchange_key, token_index
from doudi.exchange.models import Handle, Outgoing
from doudi.jobs import actions as jobs
from doudi.jobs.runner import run
from doudi.registry.models import Person
from tests.exchange.conftest import COUNTY
from tests.exchange.test_contract import FAR, status, watch
from tests.registry.world import a_household, at, member, number, people_of

pytestmark = pytest.mark.django_db


def test_the_round_numbers_events_and_makes_digests(clerk, county, bureau, monkeypatch) -> None:
    monkeypatch.setattr("doudi.exchange.actions.publishing.finished_until", lambda using: FAR)
    home = a_household(clerk, member())
    watch(home, bureau)
    status(home, county)
    job = jobs.start(TendExchange.kind, by_id=None, at=at())
    run(job.pk, clock=at)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"events": 1, "handles": 2})
    assert (Outgoing.objects.count(), Handle.objects.count()) == (1, 2)


def test_a_corrected_number_gets_a_new_digest(clerk) -> None:
    from doudi.privacy.fields import blind

    person = people_of(a_household(clerk))[0]
    assert (fill(county=COUNTY), fill(county=COUNTY)) == (1, 0)
    new = number()
    Person.objects.filter(pk=person.pk).update(resident_id=new, resident_id_index=blind(new, purpose="resident_id"))
    assert fill(county=COUNTY) == 1
    assert Handle.objects.get().digest == digest_of(new, exchange_key(COUNTY))


def test_every_county_has_a_key_of_its_own() -> None:
    assert exchange_key("533103") != exchange_key("533102")


def test_a_change_of_the_other_keys_leaves_key_and_token_as_they_are(settings) -> None:
    settings.DOUDI_KEYRING = {**settings.DOUDI_KEYRING, "digest": settings.DOUDI_KEYRING["index"]}
    before = exchange_key(COUNTY), token_index("a token")
    settings.DOUDI_KEYRING = {**settings.DOUDI_KEYRING, "index": "ab" * 32}
    assert (exchange_key(COUNTY), token_index("a token")) == before
