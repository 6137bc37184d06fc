"""Looking again at an award: the grounds with their deadlines, what each outcome does, and what must come before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from doudi.awards.kinds import Act
from doudi.awards.reasons import REASONS, must_hear
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.policy.law import M43, M57, N22, Article

from .models.reviews import Change, Outcome, ReviewGround
from .months import months_after
from .programmes import SETTINGS, Programme


@dataclass(frozen=True)
class Clock:
    """By when: calendar months or working days after the day it is counted from. `assumed`: the county's own figure."""

    basis: tuple[Article, ...]
    months: int = 0
    workdays: int = 0
    assumed: bool = False


G, OC = ReviewGround, Outcome
CLOCKS: Mapping[ReviewGround, Clock] = {
    G.DUE: Clock(M57(31)),  # by the day planned: yearly or half-yearly (M57-31, ZB20-7)
    G.DEATH: Clock(N22("一(三)"), months=3),
    G.REPORT: Clock(M57(30, 32), workdays=30, assumed=True),
    G.SELF_CARE: Clock(M43(23), workdays=10),
    G.JOBS: Clock(M57(34), workdays=30, assumed=True),
    G.PHASE_OUT: Clock(M57(33)),  # by the last day of the phase-out
}
LEAD_DAYS = 30  # how long before its day a review is put before the clerk: the county's own figure
REFUSALS = 3  # M57-34
LATE_MONTHS = 3  # N22-五(五)
MAJOR = frozenset(
    {Change.INCOME, Change.ASSET, Change.JOB, Change.JOINED, Change.LEFT, Change.DEATH, Change.SELF_CARE}
)  # fmt: skip

# The categories of the registry as programmes; a category that is missing here is a person's judgement alone.
PROGRAMMES: Mapping[str, Programme] = {s.category: s.programme for s in SETTINGS.values() if s.category}
ACTS: Mapping[Outcome, Act | None] = {
    OC.KEEP: None, OC.RAISE: Act.INCREASE, OC.REDUCE: Act.REDUCE, OC.STOP_SHARE: Act.REDUCE, OC.SUSPEND: Act.SUSPEND,
    OC.PHASE_OUT: Act.PHASE_OUT, OC.END: Act.END,
}  # fmt: skip
ADVERSE = frozenset({OC.REDUCE, OC.STOP_SHARE, OC.END})  # LAW26-48
TAKES = ADVERSE | {OC.SUSPEND, OC.PHASE_OUT}
# Reasons about which the rulebook has nothing to say: following them is not deciding against it.
BESIDE = frozenset({"own_request", "moved_away", "fraud", "annulled", "not_cooperating", "out_of_contact"})


def due_day(ground: ReviewGround, since: date, calendar: WorkCalendar) -> date | None:
    """The last day of a review, counted from a day; None where the holiday table of the year is missing."""
    clock = CLOCKS[ground]
    if not clock.workdays:
        return months_after(since, clock.months)
    try:
        return calendar.add_workdays(since, clock.workdays)
    except MissingYear:
        return None


def is_late(kind: Change, since: date, reported_on: date) -> bool:
    """Whether a major change was told of more than three months after it happened (N22-五(五))."""
    return kind in MAJOR and reported_on > months_after(since, LATE_MONTHS)


def must_be_heard(outcome: Outcome, reason: str, on: date) -> bool:
    """Whether the recipient must have been heard before this is decided on a day (LAW26-48)."""
    return outcome in ADVERSE and must_hear(REASONS[reason], on)


def reasons_of(outcome: Outcome) -> list[str]:
    """The reasons that may carry an outcome."""
    act = ACTS[outcome]
    return ["review"] if act is None else [code for code, reason in REASONS.items() if act in reason.acts]


def ground_of(kind: Change, programme: str) -> ReviewGround:
    """The ground of the review that a report opens."""
    if kind == Change.DEATH:
        return G.DEATH
    return G.SELF_CARE if kind == Change.SELF_CARE and programme == "tekun" else G.REPORT
