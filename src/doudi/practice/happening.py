"""What happened to a made-up case on which day, and the clocks of casework read over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from doudi.casework.clocks import OFFICE, Clock, Happening, clocks
from doudi.casework.counting import working_days
from doudi.casework.limits import ExtensionGround, PauseGround, course_of
from doudi.casework.programmes import Programme
from doudi.kernel.calendar import WorkCalendar
from doudi.kernel.period import Period

from .scenario import Emergency, Kind, Scenario, Timeline
from .topics import Level

NOON = time(12, tzinfo=OFFICE)


def happens(move: str, on: date) -> Happening:
    """A move at noon of a day."""
    return Happening(move, on, datetime.combine(on, NOON))


def timeline(rng: Random, kind: Kind, level: Level, accepted: date, calendar: WorkCalendar) -> Timeline:
    """The way of a case: survey, notice, county; with an objection, a pause or delegation where it is hard."""
    programme = Programme.HOUSEHOLD_DIBAO if kind is Kind.FAMILY else Programme.TEKUN
    ruler = working_days(calendar)
    posted = ruler.nth(accepted, rng.randrange(6, 10))
    objected = level is not Level.EASY and rng.random() < 0.4
    happened = [happens("accept", accepted), happens("propose_grant", posted)]
    if objected:
        told = posted + timedelta(days=rng.randrange(2, 6))
        posted = ruler.nth(told, rng.randrange(2, 5))
        happened += [happens("object", told), happens("propose_grant", posted)]
    sent = ruler.nth(posted + timedelta(days=7), 1)
    happened.append(happens("end_notice", sent))
    paused = level is Level.HARD and rng.random() < 0.5
    first = accepted + timedelta(days=2)
    away = Period(first, first + timedelta(days=rng.randrange(3, 9)))
    extended = objected and programme is Programme.HOUSEHOLD_DIBAO
    return Timeline(
        programme=programme,
        happened=tuple(happened),
        delegated=rng.random() < 0.4 and not extended,
        extended=ExtensionGround.OBJECTION if extended else None,
        pauses=((away, PauseGround.FAMILY_AWAY),) if paused else (),
        decided_on=ruler.nth(sent, rng.randrange(1, 6)),
    )


def clocks_of(scenario: Scenario, calendar: WorkCalendar) -> dict[str, Clock]:
    """The limits of the case up to the county, by key."""
    line = scenario.timeline
    last = line.happened[-1].on
    return _read(line.programme, scenario.accepted_on, line.happened, line, last, calendar)


def refusal_clock(scenario: Scenario, calendar: WorkCalendar) -> Clock:
    """Until when a refusal decided on the day of the decision has to be delivered."""
    line = scenario.timeline
    happened = [*line.happened, happens("refuse", line.decided_on)]
    return _read(line.programme, scenario.accepted_on, happened, line, line.decided_on, calendar)["refusal_letter"]


def relief_clocks(emergency: Emergency, calendar: WorkCalendar) -> dict[str, Clock]:
    """Help first and papers later: decided on the day it was registered."""
    happened = [happens("accept_relief", emergency.on), happens("relieve", emergency.on)]
    return _read(Programme.TEMPORARY_EMERGENCY, emergency.on, happened, None, emergency.on, calendar)


def _read(
    programme: Programme, accepted: date, happened: Sequence[Happening], line: Timeline | None, today: date,
    calendar: WorkCalendar,
) -> dict[str, Clock]:  # fmt: skip
    course = course_of(delegated=bool(line and line.delegated), extended=bool(line and line.extended))
    told = clocks(
        programme=programme,
        accepted_on=accepted,
        course=course,
        happened=happened,
        pauses=[pause for pause, _ground in line.pauses] if line else [],
        today=today,
        now=datetime.combine(today, NOON),
        calendar=calendar,
    )
    return {clock.limit.key: clock for clock in told}
