"""Their events become dated circumstances: in any order, once, and never twice the same fact."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.exchange import actions
from doudi.exchange.actions.receiving import match_again
from doudi.exchange.kinds import SAYS, WATCH_KINDS, Theirs
from doudi.exchange.models import Incoming
from doudi.exchange.queries import unmatched
from doudi.exchange.queries.incoming import timeline
from doudi.registry.actions import Refused, state_listing
from doudi.registry.models import Circumstance
from tests.exchange.conftest import COUNTY
from tests.registry.world import DAY, a_household, at, draft, member

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 1)


def event(number: int, kind: str, day: date, people: list[str], code: str = "") -> dict:
    return {"number": number, "kind": kind, "code": code, "happened_on": day.isoformat(), "people": people}


def take(by, *events: dict) -> list[str]:
    told = actions.receive(county=COUNTY, events=events, by=by, on=DAY, at=at())
    return [r.result for r in told.receipts]


def said(home, kind: str = "relapse_watch") -> list[tuple[str, date, date | None]]:
    rows = Circumstance.objects.known().filter(household=home, kind=kind).order_by("starts_on")
    return [(r.code, r.starts_on, r.ends_on) for r in rows]


def test_a_new_one_on_their_list_is_a_dated_circumstance_under_their_name(clerk, bureau, digests) -> None:
    home = a_household(clerk, member())
    assert take(bureau, event(1, "added", date(2026, 3, 5), digests(home), "marginal")) == ["applied"]
    row = Circumstance.objects.get(household=home)
    assert (row.source, row.code, row.starts_on, row.ends_on) == ("revitalisation", "marginal", date(2026, 3, 5), None)


def test_it_is_written_behind_the_wall_by_the_department_itself(clerk, bureau, digests, as_web) -> None:
    home = a_household(clerk, member())
    with as_web(bureau):
        take(bureau, event(1, "added", date(2026, 3, 5), digests(home), "marginal"))
        take(bureau, event(2, "risk_removed", date(2026, 6, 5), digests(home)))
    assert [code for code, *_rest in said(home)] == ["marginal", "none"]


@pytest.mark.planted
@pytest.mark.parametrize(
    ("kind", "source"),
    [("dwelling_unsafe", "revitalisation"), ("relapse_watch", "declared"), ("disaster_event", "emergency")],
)
def test_the_department_writes_its_own_list_and_nothing_else_of_the_register(
    kind, source, clerk, bureau, as_web
) -> None:
    home = a_household(clerk, member())
    row = Circumstance(household=home, kind=kind, code="yes", source=source, division_code=home.division_code,
                       starts_on=JAN, recorded_at=at())  # fmt: skip
    with as_web(bureau), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        row.save()


def test_a_clerk_cannot_speak_in_the_name_of_a_list_elsewhere(clerk, staff_with) -> None:
    home, far = a_household(clerk, member()), staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with pytest.raises(NotPermitted):
        state_listing(household=home, kind="relapse_watch", said=[(JAN, None, "none")], by=far, on=DAY, at=at())


def test_what_a_file_already_said_is_not_entered_twice(clerk, bureau, digests) -> None:
    home = a_household(clerk, member())
    day = date(2026, 3, 5)
    state_listing(household=home, kind="relapse_watch", said=[(day, None, "marginal")], by=bureau, on=DAY, at=at())
    assert take(bureau, event(1, "added", day, digests(home), "marginal")) == ["applied"]
    assert Circumstance.objects.filter(household=home).count() == 1


def test_what_they_said_before_the_first_event_stays(clerk, bureau, digests) -> None:
    home = a_household(clerk, member())
    state_listing(household=home, kind="relapse_watch", said=[(JAN, None, "unstable")], by=bureau, on=DAY, at=at())
    take(bureau, event(1, "risk_removed", date(2026, 6, 1), digests(home)))
    assert said(home) == [("unstable", JAN, date(2026, 6, 1)), ("none", date(2026, 6, 1), None)]


def test_lifted_from_poverty_is_a_circumstance_of_its_own(clerk, bureau, digests) -> None:
    home = a_household(clerk, member())
    take(
        bureau, event(1, "lifted", date(2020, 11, 1), digests(home)), event(2, "added", JAN, digests(home), "unstable")
    )
    assert said(home, "lifted_from_poverty") == [("yes", date(2020, 11, 1), None)]


def test_the_head_decides_whose_household_it_is(clerk, bureau, digests) -> None:
    one, two = a_household(clerk, member()), a_household(clerk, member())
    take(bureau, event(1, "added", JAN, [digests(one)[0], digests(two)[1]], "unstable"))
    assert Incoming.objects.get().household == one


def test_nobody_of_ours_waits_for_a_person(clerk, county, bureau, digests) -> None:
    home = a_household(clerk, member())
    assert take(bureau, event(1, "added", JAN, ["0" * 32], "unstable")) == ["unmatched"]
    (row,) = unmatched(COUNTY)
    actions.match(incoming=row, household=home, by=county, on=DAY, at=at())
    assert said(home) == [("unstable", JAN, None)]
    with pytest.raises(Refused, match="已经处理过"):
        actions.set_aside(incoming=row, note="不是本市居民", by=county, at=at())


def test_somebody_registered_later_is_found_later(clerk, county, bureau, digests) -> None:
    from doudi.exchange.keys import digest_of, exchange_key

    newcomer = draft()
    digest = digest_of(str(newcomer.resident_id), exchange_key(COUNTY))
    take(bureau, event(1, "added", JAN, [digest], "unstable"))
    home = a_household(clerk, head=newcomer)
    assert match_again(county=COUNTY, by=county, on=DAY, at=at()) == 1
    assert said(home) == [("unstable", JAN, None)]


def test_the_next_delivery_finds_who_was_registered_meanwhile(clerk, bureau) -> None:
    from doudi.exchange.keys import digest_of, exchange_key

    newcomer = draft()
    digest = digest_of(str(newcomer.resident_id), exchange_key(COUNTY))
    take(bureau, event(1, "added", JAN, [digest], "unstable"))
    home = a_household(clerk, head=newcomer)
    take(bureau, event(2, "risk_removed", date(2026, 4, 1), [digest]))
    assert said(home) == [("unstable", JAN, date(2026, 4, 1)), ("none", date(2026, 4, 1), None)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "exploded"}, "kind 只能是"), ({"code": "none"}, "监测类型"), ({"happened_on": "去年"}, "happened_on"),
        ({"happened_on": "2099-01-01"}, "晚于今天"), ({"people": []}, "people"), ({"people": ["533199…"]}, "people"),
        ({"number": True}, "number"), ({"number": -1}, "number"), ({"reason": "?"}, "reason"), ({"name": 5}, "name"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_said_in_words(change, words, bureau) -> None:
    good = event(1, "added", JAN, ["0" * 32], "unstable")
    told = actions.receive(county=COUNTY, events=[good | change, "x"], by=bureau, on=DAY, at=at())
    assert [r.result for r in told.receipts] == ["invalid", "invalid"]
    assert words in told.receipts[0].message


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["added", "kind_changed", "risk_removed", "removed"]),
        st.integers(0, 200),
        st.sampled_from(WATCH_KINDS),
    ),
    min_size=1,
    max_size=6,
)


def spoken_on(home, day: date) -> str | None:
    row = Circumstance.objects.known().on(day).filter(household=home, kind="relapse_watch").first()
    return row.code if row else None


@given(told=EVENTS, data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_repetition_end_the_same(told, data, clerk, bureau, digests) -> None:
    """Two households get the same events, one in order, the other shuffled and doubled: the register says the same."""
    straight, shuffled = a_household(clerk, member()), a_household(clerk, member())
    base = Incoming.objects.count()
    numbered = [(n, kind, JAN + timedelta(day), code) for n, (kind, day, code) in enumerate(told, start=base + 1)]

    def wire(home, one, shift: int) -> dict:
        number, kind, day, code = one
        return event(number + shift, kind, day, digests(home), code if kind in ("added", "kind_changed") else "")

    for one in numbered:
        take(bureau, wire(straight, one, 0))
    order = data.draw(st.permutations(numbered))
    for one in [*order, *order[:2]]:
        take(bureau, wire(shuffled, one, len(numbered)))
    days = [JAN + timedelta(n) for n in range(-1, 202, 7)] + [day for _n, _k, day, _c in numbered]
    assert [spoken_on(straight, d) for d in days] == [spoken_on(shuffled, d) for d in days]


def test_the_later_number_is_the_last_word_on_one_day() -> None:
    common = {"county": COUNTY, "happened_on": JAN}
    events = [
        Incoming(number=2, kind=Theirs.REMOVED, **common),
        Incoming(number=1, kind=Theirs.ADDED, code="unstable", **common),
    ]
    assert timeline(events, "relapse_watch") == [(JAN, None, "none")]
    assert set(SAYS) == set(Theirs.values)
