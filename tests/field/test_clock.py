"""A phone's clock may be wrong: what it said is kept, what we make of it is kept beside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.field.clock import moment

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
slow_is_fine = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
wrong = st.timedeltas(min_value=timedelta(days=-3000), max_value=timedelta(days=3000))


@slow_is_fine
@given(wrong, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_however_wrong_a_steady_clock_is_the_time_comes_out_right(error: timedelta, ago: timedelta) -> None:
    offset = round(-error.total_seconds() * 1000)
    found = moment(client_at=NOW - ago + error, offset_ms=offset, sent_at=NOW + error, received_at=NOW)
    assert abs(found.at - (NOW - ago)) < timedelta(milliseconds=2)
    assert not found.doubtful


@slow_is_fine
@given(wrong, st.one_of(st.none(), st.integers(-(10**11), 10**11)), wrong)
def test_whatever_a_phone_says_nothing_happens_after_it_arrived(error: timedelta, offset, said: timedelta) -> None:
    found = moment(client_at=NOW + said, offset_ms=offset, sent_at=NOW + error, received_at=NOW)
    assert NOW - timedelta(days=60) <= found.at <= NOW


def test_a_clock_that_was_set_in_between_is_doubtful() -> None:
    found = moment(client_at=NOW - HOUR, offset_ms=0, sent_at=NOW + HOUR, received_at=NOW)
    assert (found.at, found.doubtful) == (NOW - HOUR, True)


def test_an_offset_that_was_never_known_is_that_of_the_sending() -> None:
    found = moment(client_at=NOW - HOUR, offset_ms=None, sent_at=NOW + HOUR, received_at=NOW)
    assert (found.at, found.doubtful) == (NOW - 2 * HOUR, False)
