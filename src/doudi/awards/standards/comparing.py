"""Awards under the values that held and under the new ones, stretch by stretch; pure but for reading the facts.

An award is raised only if in every stretch it pays exactly what the rulebook answers under the old values: then the
new values alone make the difference. Anything else, and anything downwards, is for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from doudi.policy import Rulebook

from ..models.adjustments import Outcome
from ..months import first_whole_month
from .answers import Answers, Facts, Written
from .grounds import concerns
from .standing import Lines, Segment, Standing, homes_on, months_between, segments, total

NOT_AT_HOME = "household.not_open"


@dataclass(frozen=True)
class Stretch:
    """Months of an award under the old and the new values. `written`: the new lines, where they are more."""

    start: date
    until: date | None
    before: Lines
    after: Lines | None
    written: tuple[Written, ...] = ()

    @cached_property
    def fen(self) -> int:
        """A month before, in fen."""
        return total(self.before)

    @cached_property
    def fen_after(self) -> int:
        """A month after, in fen; nothing where it cannot be told."""
        return total(self.after or ())


@dataclass
class Verdict:
    """What the new values do to one award."""

    award: Standing
    outcome: Outcome
    stretches: list[Stretch]
    reasons: list[str] = field(default_factory=list)
    _due: dict[date, dict[date, int]] = field(default_factory=dict, repr=False, compare=False)

    def due(self, limit: date) -> dict[date, int]:
        """How much more each month up to the limit comes to, months in which payment rests left out."""
        if limit not in self._due:
            self._due[limit] = self._due_by(limit)
        return self._due[limit]

    def _due_by(self, limit: date) -> dict[date, int]:
        if self.outcome is not Outcome.RAISED:
            return {}
        return {
            month: more
            for start, until, more in self.raises()
            for month in months_between(start, until, limit)
            if not (self.award.rests and self.award.rests_in(month))
        }

    def raises(self) -> list[tuple[date, date | None, int]]:
        """The stretches that change: from when, until when, by how many fen a month."""
        changed = (one for one in self.stretches if one.after != one.before)
        return [(one.start, one.until, one.fen_after - one.fen) for one in changed]


@dataclass(frozen=True)
class Change:
    """What is to be compared: two rulebooks, from a month on, and the months in which values change."""

    old: Rulebook
    new: Rulebook
    month: date
    points: tuple[date, ...]
    today: date


def change_of(old: Rulebook, new: Rulebook, starts: Iterable[tuple[str, date]], today: date) -> Change:
    """The comparison for values that begin on these days; later values of the same names cut the months, too."""
    begun = list(starts)
    month = min(first_whole_month(day) for _name, day in begun)
    names = {name for name, _day in begun}
    days = {b.start for book in (old, new) for name in names for b in book.parameters.quantity(name).blocks}
    points = sorted({first_whole_month(day) for day in days} - {month})
    return Change(old, new, month, tuple(point for point in points if point > month), today)


def compare(awards: Sequence[Standing], change: Change, using: str = "default", *, words: bool = True) -> list[Verdict]:
    """Every award of them; facts are loaded once for each day on which a segment begins.

    Without `words` the new lines are amounts only: enough to tell the effect.
    """
    cut = {award.pk: segments(award, change.month, change.points) for award in awards}
    told: dict[tuple[int, date], Told] = {}
    by_day: dict[date, list[Standing]] = defaultdict(list)
    for award in awards:
        for segment in cut[award.pk]:
            by_day[segment.start].append(award)
    for day, some in sorted(by_day.items()):
        told |= {(pk, day): one for pk, one in _on(day, some, change, using, words=words).items()}
    return [_verdict(award, cut[award.pk], told) for award in awards]


@dataclass(frozen=True)
class Told:
    """One award on one day: the two answers, and for more the lines as they are written."""

    old: Lines | None
    new: Lines | None
    concerned: bool = True
    reasons: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()


def _on(day: date, awards: list[Standing], change: Change, using: str, *, words: bool) -> dict[int, Told]:
    told = _asked(awards, day, day, change, using, words=words)
    if change.today > day:
        # What was not stated then may have been since: today's facts serve where they give what is paid.
        unknown = [award for award in awards if None in (told[award.pk].old, told[award.pk].new)]
        later = _asked(unknown, day, change.today, change, using, words=words) if unknown else {}
        told |= {pk: one for pk, one in later.items() if one.old is not None and one.new is not None}
    return told


def _asked(
    awards: list[Standing], day: date, known_on: date, change: Change, using: str, *, words: bool
) -> dict[int, Told]:
    """Both rulebooks of a day about the facts of a day."""
    homes = homes_on(awards, known_on, using)
    facts = Facts(homes.values(), day, (change.old, change.new), using, known_on)
    old, new = Answers(change.old, facts), Answers(change.new, facts)
    return {award.pk: _told(award, homes.get(award.pk), old, new, words=words) for award in awards}


def _told(award: Standing, home: int | None, old: Answers, new: Answers, *, words: bool) -> Told:
    if home is None or home not in old.facts.places:
        return Told(None, None, reasons=(NOT_AT_HOME,))
    before, after = old.at(home), new.at(home)
    if not concerns(award.programme, before.changed(after), after):
        return Told((), (), concerned=False)
    was, will = old.of(award, home), new.of(award, home)
    if was is None or will is None:
        asked = old if was is None else new
        return Told(was, will, reasons=tuple(asked.reasons(award, home)))
    written = tuple(new.written(award, home, line) for line in will) if words and will != was else ()
    return Told(was, will, written=written)


def _verdict(award: Standing, cut: list[Segment], told: dict[tuple[int, date], Told]) -> Verdict:
    outcomes: list[Outcome] = []
    stretches: list[Stretch] = []
    reasons: list[str] = []
    for segment in cut:
        one = told[award.pk, segment.start]
        outcome = _outcome(segment.lines, one)
        outcomes.append(outcome)
        reasons += one.reasons if outcome is Outcome.UNKNOWN else ()
        after = None if outcome is Outcome.UNKNOWN else segment.lines if outcome is Outcome.UNCHANGED else one.new
        written = one.written if outcome is Outcome.RAISED else ()
        stretches.append(Stretch(segment.start, segment.until, segment.lines, after, written))
    # The worst of them decides: an award is changed as a whole or not at all.
    order = (Outcome.UNKNOWN, Outcome.DIFFERS, Outcome.LOWERED, Outcome.RAISED)
    outcome = next((each for each in order if each in outcomes), Outcome.UNCHANGED)
    return Verdict(award, outcome, _joined(stretches), list(dict.fromkeys(reasons)))


def _outcome(lines: Lines, told: Told) -> Outcome:
    if not told.concerned:
        return Outcome.UNCHANGED
    if told.old is None or told.new is None:
        return Outcome.UNKNOWN
    if told.new in (told.old, lines):  # nothing changes for them, or they pay the new amount already
        return Outcome.UNCHANGED
    if lines != told.old:
        return Outcome.DIFFERS
    will = {(kind, person): fen for kind, person, fen in told.new}
    less = any(will.get((kind, person), 0) < fen for kind, person, fen in lines)
    return Outcome.LOWERED if less or total(told.new) <= total(lines) else Outcome.RAISED


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Neighbours that pay the same before and after are one."""
    joined: list[Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        if last and (last.until, last.before, last.after) == (one.start, one.before, one.after):
            joined[-1] = replace(last, until=one.until)
        else:
            joined.append(one)
    return joined
