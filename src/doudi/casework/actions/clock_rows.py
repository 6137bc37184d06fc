"""What the clocks show, written down: a result when one has ended, a row for each that runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..clocks import Clock, State
from ..models import Application, ClockResult, OpenClock, Outcome

OUTCOMES: Mapping[State, Outcome] = {
    State.KEPT: Outcome.KEPT,
    State.MISSED: Outcome.MISSED,
    State.DROPPED: Outcome.DROPPED,
}
Told = tuple[Application, Sequence[Clock]]


def keep_clocks(told: Iterable[Told], *, using: str = "default") -> None:
    """Append the results that are not there yet, and write the open clocks anew. Notices are no limits to keep.

    `told` holds every run of every clock: one that ended and began again in the same step counts too.
    """
    pairs = list(told)
    ids = [application.pk for application, _clocks in pairs]
    results = ClockResult.objects.using(using)
    known = set(results.filter(application__in=ids).values_list("application_id", "key", "began_at"))
    results.bulk_create(
        _result(a, c) for a, c in _limits(pairs) if _is_over(c) and (a.pk, c.limit.key, c.begun_at) not in known
    )
    OpenClock.objects.using(using).filter(application__in=ids).delete()
    OpenClock.objects.using(using).bulk_create(_open(a, c) for a, c in _limits(pairs) if c.open)


def _limits(pairs: Iterable[Told]) -> Iterable[tuple[Application, Clock]]:
    return ((a, c) for a, clocks in pairs for c in clocks if not c.limit.least)


def _is_over(clock: Clock) -> bool:
    """Known to the day; what the missing calendar of a year leaves open is written once the year is entered."""
    return clock.state in OUTCOMES and clock.due_on is not None and clock.left is not None


def _row(application: Application, clock: Clock) -> dict[str, Any]:
    return {
        "application": application,
        "division_code": application.division_code,
        "programme": application.programme,
        "key": clock.limit.key,
        "began_at": clock.begun_at,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "extended": bool(application.extended_for) and clock.limit.key == "total",
        "assumed": clock.limit.assumed,
        "paused_days": clock.paused,
    }


def _result(application: Application, clock: Clock) -> ClockResult:
    assert clock.done_on is not None  # only a clock that is over has an outcome
    return ClockResult(
        **_row(application, clock),
        ended_on=clock.done_on,
        outcome=OUTCOMES[clock.state],
        elapsed=clock.elapsed,
        waited_days=clock.waited,
    )


def _open(application: Application, clock: Clock) -> OpenClock:
    paused = clock.pauses[-1].start if clock.state is State.PAUSED and clock.pauses else None
    return OpenClock(**_row(application, clock), amber_on=clock.amber_on, paused_on=paused)
