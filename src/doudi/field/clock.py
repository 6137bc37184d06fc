"""The phone's clock and ours. A phone may be a day off; what it says is kept, what we make of it is kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .limits import DOUBTFUL_CLOCK, OLDEST_RECORD


@dataclass(frozen=True)
class Moment:
    """When something happened by our clock, by how much the phone was wrong, and whether that can be trusted."""

    at: datetime
    offset_ms: int
    doubtful: bool


def moment(*, client_at: datetime, offset_ms: int | None, sent_at: datetime, received_at: datetime) -> Moment:
    """Correct a phone's time.

    `offset_ms` is what the phone knew when it happened (ours minus its own); `sent_at` is the phone's clock at sending,
    so the offset of this moment is known for certain. If both disagree the clock was set in between: the earlier
    one counts, and the time is marked as doubtful. Nothing happens after it arrived.
    """
    now = _ms(received_at - sent_at)
    then = now if offset_ms is None else offset_ms
    at = client_at + timedelta(milliseconds=then)
    doubtful = abs(now - then) > _ms(DOUBTFUL_CLOCK)
    if at > received_at + DOUBTFUL_CLOCK or at < received_at - OLDEST_RECORD:
        return Moment(received_at, then, True)
    return Moment(min(at, received_at), then, doubtful)


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
