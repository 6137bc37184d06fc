"""The award as it is beside what the rulebook says on today's facts: old and new amount, who gains, who loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from doudi.awards import queries as awards
from doudi.awards.actions.changing import said
from doudi.awards.entitlements import WHY, Entitlement, Line, NoEntitlement, from_decision
from doudi.awards.kinds import Programme as Paid
from doudi.awards.models import Award
from doudi.awards.months import months_after, next_month
from doudi.registry.facts import household_facts
from doudi.registry.models import Person
from doudi.rulebook.queries.answers import case_of, names_of, origins_of
from doudi.rulebook.queries.book import county_book

from ..letters import arithmetic_of, clauses_of, failed_conditions, unconfirmed_in
from ..models import PeriodicReview
from ..models.reviews import Outcome, ReviewGround
from ..programmes import SETTINGS, Programme
from ..reviews import BESIDE, PROGRAMMES
from .evaluation import Evaluation, vars_of

OC = Outcome


@dataclass(frozen=True)
class Row:
    """One amount before and after; `new_fen` None where the rulebook cannot tell."""

    what: str
    name: str
    old_fen: int
    new_fen: int | None

    @property
    def difference(self) -> int | None:
        return None if self.new_fen is None else self.new_fen - self.old_fen


@dataclass(frozen=True)
class Comparison:
    """One review put before the rulebook."""

    evaluation: Evaluation
    programme: Programme | None
    fits: bool | None
    unknown_because: Sequence[str]
    old: Sequence[Line]
    new: Entitlement | None
    people_before: Sequence[int]
    rows: Sequence[Row]
    finding: Mapping[str, Any]
    amount: Mapping[str, Any]

    @property
    def old_fen(self) -> int:
        return sum(line.fen_month for line in self.old)

    @property
    def new_fen(self) -> int | None:
        """What it would be; 0 where it no longer fits, None where the rulebook cannot tell."""
        if self.new is not None:
            return self.new.fen_month
        return 0 if self.fits is False and self.old else None

    @property
    def suggestion(self) -> Outcome | None:
        """What follows from the rulebook alone; None where it cannot tell."""
        if self.fits is None:
            return None
        if not self.fits:
            return OC.END
        if not self.old:
            return OC.KEEP
        if self.new_fen is None:
            return None
        return OC.RAISE if self.new_fen > self.old_fen else OC.REDUCE if self.new_fen < self.old_fen else OC.KEEP

    @property
    def others_change(self) -> bool:
        """The sum stays, but for other people or on other lines."""
        if self.new is None:
            return False
        paid = [{(line.what, line.fen_month) for line in lines} for lines in (self.old, self.new.lines)]
        return paid[0] != paid[1] or set(self.new.people) != set(self.people_before)

    def told(self) -> dict[str, Any]:
        """What is kept with a proposal: enough for the letter, and to see whether anything changed since."""
        return {
            "fits": self.fits,
            "old_fen": self.old_fen,
            "new_fen": self.new_fen,
            "rows": [{"what": r.what, "name": r.name, "old": r.old_fen, "new": r.new_fen} for r in self.rows],
            "failed": [{"label": f.label, "text": f.text, "clauses": list(f.clauses)} for f in self._failed()],
            "arithmetic": arithmetic_of(self.amount),
            "clauses": clauses_of(self.amount or self.finding)[:8],
            "unconfirmed": unconfirmed_in(self.amount or self.finding),
            "unknown_because": list(self.unknown_because),
        }

    def _failed(self) -> Sequence[Any]:
        return failed_conditions(self.finding) if self.finding and self.fits is False else []


def compare(review: PeriodicReview, today: date, *, at: datetime | None = None) -> Comparison:
    """Ask the rulebook of today on the facts of today. PolicyError, Household.DoesNotExist as everywhere."""
    facts = household_facts(review.household_id, on=today)
    case = case_of(facts)
    sources = {key: vars_of(origin) for key, origin in origins_of(facts).items()}
    evaluation = Evaluation(county_book(at).decide(case, today), case, names_of(facts), sources, today, at)
    programme = PROGRAMMES.get(review.category)
    if programme is None:
        return Comparison(evaluation, None, None, (), (), None, (), (), {}, {})
    gone = SETTINGS[programme].about_person and review.person_id not in evaluation.people()
    fit = evaluation.fit(programme, review.person_id)
    old, before = _held(review, today)
    new = None if gone or not fit.fits else _entitled(review, evaluation)
    return Comparison(
        evaluation=evaluation,
        programme=programme,
        fits=False if gone else fit.fits,
        unknown_because=fit.unknown_because,
        old=old,
        new=new,
        people_before=before,
        rows=_rows(old, new, known=gone or fit.fits is not None),
        finding={} if gone else evaluation.finding(programme, review.person_id),
        amount={} if gone or not fit.fits else evaluation.amount_finding(programme, review.person_id),
    )


def _held(review: PeriodicReview, today: date) -> tuple[list[Line], list[int]]:
    if review.award is None:
        return [], []
    month = _looked_at(review.award, review, today)
    lines = [said(row) for row in awards.in_force(review.award, month)]
    return lines, [m.person_id for m in awards.people_of(review.award, month)]


def _looked_at(award: Award, review: PeriodicReview, today: date) -> date:
    """The month that would be paid next; at the end of a phase-out the last one, for after it there is nothing left."""
    month = max(next_month(today), award.starts_on)
    if review.ground != ReviewGround.PHASE_OUT or award.ends_on is None:
        return month
    return min(month, months_after(award.ends_on, -1))


def _entitled(review: PeriodicReview, evaluation: Evaluation) -> Entitlement | None:
    if review.award is None:
        return None
    people = {f"p{pk}": pk for pk in evaluation.people()}
    person = f"p{review.person_id}" if review.person_id else ""
    programme = Paid(review.award.programme)
    try:
        return from_decision(
            evaluation.decision, programme, household=review.household_id, people=people, person=person
        )
    except NoEntitlement:
        return None


def _rows(old: Sequence[Line], new: Entitlement | None, *, known: bool) -> list[Row]:
    """Line by line, what is there before or after; a line that falls away counts nothing."""
    before = {line.what: line for line in old}
    after = {line.what: line for line in new.lines} if new else {}
    pks = {line.person for line in (*before.values(), *after.values()) if line.person}
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=pks)}
    rows = []
    for what in dict.fromkeys([*before, *after]):
        line = after.get(what) or before[what]
        fen = after[what].fen_month if what in after else 0 if known else None
        words = f"{line.kind.label}：{WHY.get(line.reason, line.reason)}"
        rows.append(Row(words, names.get(line.person or 0, ""), before[what].fen_month if what in before else 0, fen))
    return rows


def is_against(review: PeriodicReview, comparison: Comparison, outcome: Outcome, reason: str) -> bool:
    """Whether an outcome is not what the rulebook says; then the person says why."""
    if reason in BESIDE:
        return False
    if outcome == OC.STOP_SHARE:
        new = comparison.new
        gone = new is not None and review.about_id not in new.people
        return not (gone or review.ground == ReviewGround.JOBS)
    if outcome == OC.PHASE_OUT:
        return comparison.suggestion != OC.END
    if review.ground == ReviewGround.PHASE_OUT and outcome == OC.END:
        return False
    return comparison.suggestion != outcome
