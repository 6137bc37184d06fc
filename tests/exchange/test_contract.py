"""One contract, both systems: ours over HTTP behind the wall, and the simulator."""

from __future__ import annotations

import random
from datetime import date

import pytest

from doudi.exchange.actions import publish
from doudi.exchange.models import Acknowledgement, Incoming
from doudi.exchange.port import Refusal
from doudi.exchange.simulator import Revitalisation
from doudi.registry.actions import determine_status, end_status
from doudi.registry.models import Circumstance
from tests.exchange.conftest import COUNTY
from tests.registry.world import DAY, a_household, at, member

pytestmark = pytest.mark.django_db
FAR = 2**60


def watch(home, by, code: str = "unstable", since: date = date(2026, 2, 1)) -> None:
    from doudi.registry.actions import state_listing

    state_listing(household=home, kind="relapse_watch", said=[(since, None, code)], by=by, on=DAY, at=at(since))


def status(home, by, since: date = date(2026, 3, 1)):
    return determine_status(household=home, category="dibao", ground="测试", department="civil_affairs",
                            starts_on=since, by=by, on=since, at=at(since))  # fmt: skip


@pytest.fixture
def busy(clerk, county, bureau, digests) -> list[str]:
    """Six events about households on both lists; returns the digests of one household."""
    for _ in range(3):
        home = a_household(clerk, member())
        watch(home, bureau)
        row = status(home, county)
        end_status(status=row, reason="收入超过标准", by=county, on=DAY, at=at())
    publish(county=COUNTY, at=at(), until=FAR)
    return digests(home)


@pytest.fixture(params=["ours", "theirs"])
def system(request, busy, ours):
    """Either system with at least six events in its feed."""
    if request.param == "ours":
        return ours
    theirs = Revitalisation()
    for n in range(6):
        theirs.says("added", busy, f"2026-0{n + 1}-01", "unstable")
    return theirs


def an_event(number: int, people: list[str], **changes: str) -> dict:
    return {
        "number": number,
        "kind": "added",
        "code": "unstable",
        "happened_on": "2026-01-05",
        "people": people,
    } | changes


def test_numbers_run_from_one_without_a_gap(system) -> None:
    page = system.events(0, 500)
    assert [e["number"] for e in page.events] == list(range(1, page.last + 1))
    assert page.last >= 6


def test_asked_again_the_feed_says_the_same(system) -> None:
    assert system.events(2, 3) == system.events(2, 3)
    assert system.events(0, 500).events[2:5] == system.events(2, 3).events


def test_pages_cover_everything_and_the_end_is_empty(system) -> None:
    found, after = [], 0
    while page := system.events(after, 2).events:
        found += page
        after = page[-1]["number"]
    assert found == system.events(0, 500).events
    assert system.events(after, 2).events == []


def test_every_event_says_what_when_and_about_whom(system) -> None:
    for event in system.events(0, 500).events:
        assert event["kind"]
        assert date.fromisoformat(event["happened_on"])
        assert all(len(one) == 32 for one in event["people"])


def test_acknowledging_moves_forward_only_and_never_past_the_end(system) -> None:
    last = system.events(0, 1).last
    system.acknowledge(last)
    system.acknowledge(1)
    assert system.events(0, 1).acknowledged == last
    with pytest.raises(Refusal):
        system.acknowledge(last + 1)


def test_a_delivery_twice_is_one(system, busy) -> None:
    first = system.deliver([an_event(1, busy)])
    second = system.deliver([an_event(1, busy), an_event(1, busy)])
    assert [r.result for r in first.receipts] == ["applied"]
    assert [r.result for r in second.receipts] == ["duplicate", "duplicate"]


def test_the_same_number_with_other_content_is_refused(system, busy) -> None:
    system.deliver([an_event(1, busy)])
    assert system.deliver([an_event(1, busy, happened_on="2026-01-06")]).receipts[0].result == "conflict"


def test_what_never_came_is_named_and_can_be_sent_later(system, busy) -> None:
    assert system.deliver([an_event(4, busy), an_event(2, busy)]).missing == [1, 3]
    assert system.deliver([an_event(1, busy), an_event(3, busy)]).missing == []


def test_a_bad_event_does_not_hold_up_the_others(system, busy) -> None:
    told = system.deliver([{"number": 1}, an_event(2, busy)])
    assert [r.result for r in told.receipts] == ["invalid", "applied"]


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_day_ends_with_nothing_lost_on_either_side(seed, busy, ours, clerk, digests) -> None:
    chance, theirs = random.Random(seed), Revitalisation()
    homes = [a_household(clerk, member()) for _ in range(2)]
    for home in homes:
        people = digests(home)
        theirs.says("added", people, "2026-03-01", "unstable")
        theirs.says("kind_changed", people, "2026-05-01", "marginal")
        theirs.says("risk_removed", people, "2026-09-01")
    theirs.poll(ours, chance)
    theirs.acknowledge_late(ours, chance)
    theirs.send(ours, chance)
    assert sorted(theirs.heard) == list(range(1, 7))
    assert Incoming.objects.filter(state="applied").count() == 6
    for home in homes:
        rows = Circumstance.objects.known().filter(household=home).order_by("starts_on")
        assert [(r.code, r.starts_on.month) for r in rows] == [("unstable", 3), ("marginal", 5), ("none", 9)]
    assert Acknowledgement.objects.count() <= 1


def test_without_news_the_answer_is_empty(busy, ours) -> None:
    first = ours.events(0, 3)
    tag = ours._kept["/exchange/api/events?after=0&limit=3"][0]
    status, _headers, body = ours._send(
        "GET", "/exchange/api/events?after=0&limit=3", ours._headers | {"If-None-Match": tag}, None
    )
    assert (status, body) == (304, b"")
    assert ours.events(0, 3) == first
    ours.acknowledge(2)
    assert ours.events(0, 3).acknowledged == 2
