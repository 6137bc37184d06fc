"""Any order of acts: the months pay what a plain list of months says, and the history explains every difference."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from doudi.awards import actions, queries
from doudi.awards.actions import Why, recalculating
from doudi.awards.kinds import Act
from doudi.awards.models import Adjustment, Award, AwardChange, AwardLine, AwardMember, Suspension
from doudi.awards.models.adjustments import Outcome
from doudi.awards.months import months_after
from doudi.awards.standards.answers import Written
from doudi.awards.standards.comparing import Stretch, Verdict
from doudi.awards.standards.planning import plan_of
from doudi.awards.standards.standing import Segment, segments, standing
from doudi.awards.standards.writing import Writer, ids, write
from doudi.jobs.models import Job
from doudi.jobs.runner import run as run_job
from doudi.kernel.period import Period
from doudi.registry.actions import Refused
from doudi.rulebook.models import ParameterDraft

from .world import DAY, NOVEMBER, at, base, dibao_of, granted, top_up, why

pytestmark = pytest.mark.django_db(transaction=False)
HORIZON = 15
MONTHS = st.integers(0, HORIZON - 3)
AMOUNTS = st.integers(1, 90_000)
ONE = st.integers(0, 2)


@dataclass
class Plain:
    """The award as a list of months."""

    due: list[int]
    covered: list[set[int]]
    rests: list[list[int | None]] = field(default_factory=list)
    ends: int | None = None

    def months(self, start: int, until: int | None = None) -> range:
        return range(start, min(n for n in (until, self.ends, HORIZON) if n is not None))

    def fill(self, start: int, until: int | None, fen: int) -> None:
        for k in self.months(start, until):
            self.due[k] = fen

    def close(self, end: int) -> None:
        for k in self.months(end):
            self.due[k], self.covered[k] = 0, set()
        self.ends = end

    def resting(self, k: int) -> bool:
        return any(a <= k and (b is None or k < b) for a, b in self.rests if a is not None)

    def paid(self) -> list[int]:
        return [0 if self.resting(k) else fen for k, fen in enumerate(self.due)]


class Acts(RuleBasedStateMachine):
    """Acts in any order against an award of three people."""

    home: Any
    people: list[Any]
    by: Any

    @initialize(fen=AMOUNTS)
    def grant(self, fen: int) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.on = DAY
        self.award = granted(self.by, dibao_of(self.home, fen=fen))
        everybody = [{person.pk for person in self.people} for _ in range(HORIZON)]
        self.plain = Plain([fen] * HORIZON, everybody)
        self.before: list[tuple[Any, Plain]] = []
        draft = ParameterDraft.objects.create(title="标准", proposer=self.by, proposed_at=at(DAY))
        said = {"draft_version": 1, "effective_from": NOVEMBER, "computed_at": at(DAY), "computed_by_id": self.by.pk}
        self.adjustment = Adjustment.objects.create(county="533103", draft=draft, **said)

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def act(self, do: Any, **said: Any) -> Any:
        """Do it a day later than the last; None if it was refused, and then nothing has changed."""
        self.on += timedelta(days=1)
        self.award = Award.objects.get(pk=self.award.pk)
        try:
            with transaction.atomic():
                change = do(**said, by=self.by, on=DAY, at=at(self.on))
        except Refused:
            return None
        if change.act != Act.CORRECT:
            self.before.append((change, deepcopy(self.plain)))
        return change

    @rule(k=MONTHS, span=st.none() | st.integers(1, 4), fen=AMOUNTS, extra=st.none() | ONE)
    def change_lines(self, k: int, span: int | None, fen: int, extra: int | None) -> None:
        lines = [base(fen), *([] if extra is None else [top_up(self.people[extra].pk)])]
        until = None if span is None else months_after(NOVEMBER, k + span)
        was = self.plain.due[k]
        month = months_after(NOVEMBER, k)
        change = self.act(
            actions.change_lines, award=self.award, lines=lines, from_month=month, until=until, why=why("review")
        )
        if change:
            total = sum(line.fen_month for line in lines)
            self.plain.fill(k, None if span is None else k + span, total)
            assert (change.before_fen, change.after_fen) == (was, total)

    @rule(k=MONTHS, which=ONE, fen=AMOUNTS)
    def remove_member(self, k: int, which: int, fen: int) -> None:
        change = self.act(
            actions.remove_member, award=self.award, person=self.people[which].pk, base_fen_month=fen,
            from_month=months_after(NOVEMBER, k), why=Why("death"),
        )  # fmt: skip
        if change:
            self.plain.fill(k, None, change.after_fen)
            for month in self.plain.months(k):
                self.plain.covered[month].discard(self.people[which].pk)

    @rule(k=MONTHS, which=ONE, fen=AMOUNTS)
    def add_member(self, k: int, which: int, fen: int) -> None:
        change = self.act(
            actions.add_member, award=self.award, person=self.people[which].pk, lines=[base(fen)],
            from_month=months_after(NOVEMBER, k), why=why("member_joined"),
        )  # fmt: skip
        if change:
            self.plain.fill(k, None, fen)
            for month in self.plain.months(k):
                self.plain.covered[month].add(self.people[which].pk)

    @rule(k=MONTHS)
    def suspend(self, k: int) -> None:
        month = months_after(NOVEMBER, k)
        if self.act(actions.suspend, award=self.award, from_month=month, why=why("out_of_contact")):
            self.plain.rests.append([k, None])

    @rule(k=MONTHS)
    def restart(self, k: int) -> None:
        month = months_after(NOVEMBER, k)
        if self.act(actions.restart, award=self.award, from_month=month, why=Why("resolved")):
            self.plain.rests[-1][1] = k

    @rule(k=MONTHS)
    def end(self, k: int) -> None:
        if self.act(actions.end, award=self.award, from_month=months_after(NOVEMBER, k), why=why("own_request")):
            self.plain.close(k)

    @rule(k=MONTHS)
    def phase_out(self, k: int) -> None:
        month = months_after(NOVEMBER, k)
        if self.act(actions.phase_out, award=self.award, months=6, from_month=month, why=why("employment")):
            self.plain.close(k + 6)

    @rule(k=MONTHS, more=st.integers(1, 500))
    def a_standard_rises(self, k: int, more: int) -> None:
        """The set-based writer beside the single acts: each stretch is an act that can be taken back like any other."""
        self.on += timedelta(days=1)
        month = months_after(NOVEMBER, k)
        (award,) = standing([self.award.pk], month)
        cut = [stretch_of(segment, more) for segment in segments(award, month)]
        if not cut or Award.objects.get(pk=award.pk).ends_on == self.award.starts_on:
            return
        plan = plan_of([Verdict(award, Outcome.RAISED, cut)], ids(AwardLine, 99), ids(AwardChange, 99))
        write(plan, [award], Writer(self.adjustment, self.by, DAY, at(self.on)))
        for act in plan.acts:
            self.before.append((AwardChange.objects.get(pk=act.pk), deepcopy(self.plain)))
            for n in self.plain.months(_index(act.start), _index(act.until)):
                self.plain.due[n] += more

    @rule()
    def recalculate(self) -> None:
        """Finds what it finds; the invariants say that nothing has changed."""
        run = recalculating.recalculate(place="533103", by=self.by, on=NOVEMBER, at=at(self.on))
        run_job(run.job_id, clock=lambda: at(NOVEMBER))
        assert Job.objects.get(pk=run.job_id).state == "done"

    @precondition(lambda self: self.before)
    @rule()
    def take_back(self) -> None:
        assert self.act(actions.take_back, change=self.before[-1][0], why=why("clerical_error"))
        self.plain = self.before.pop()[1]

    def months(self) -> list[date]:
        return [months_after(NOVEMBER, k) for k in range(HORIZON)]

    @invariant()
    def every_month_pays_what_the_list_says_and_what_its_lines_sum_to(self) -> None:
        if not hasattr(self, "award"):
            return
        paid = [queries.payable(self.award, m) for m in self.months()]
        assert [p.fen for p in paid] == self.plain.paid()
        assert all(p.fen == sum(line.fen_month for line in p.lines) >= 0 for p in paid)

    @invariant()
    def every_month_covers_whom_the_list_says(self) -> None:
        if not hasattr(self, "award"):
            return
        members = list(AwardMember.objects.known())
        covered = [{row.person_id for row in members if m in _days(row)} for m in self.months()]
        assert covered == self.plain.covered

    @invariant()
    def nothing_overlaps_and_nobody_is_paid_for_who_is_not_covered(self) -> None:
        if not hasattr(self, "award"):
            return
        lines, members = list(AwardLine.objects.known()), list(AwardMember.objects.known())
        rests = list(Suspension.objects.known())
        same: list[tuple[Any, Any]] = [
            (a, b) for a, b in combinations(lines, 2) if (a.kind, a.person_id) == (b.kind, b.person_id)
        ]
        same += [(a, b) for a, b in combinations(members, 2) if a.person_id == b.person_id]
        same += list(combinations(rests, 2))
        assert not any(_days(a).overlaps(_days(b)) for a, b in same)
        for k, month in enumerate(self.months()):
            paid_for = {line.person_id for line in lines if month in _days(line)} - {None}
            assert paid_for <= self.plain.covered[k]

    @invariant()
    def the_history_explains_every_difference(self) -> None:
        if not hasattr(self, "award"):
            return
        held = [c for c in queries.history(self.award) if c.act != Act.CORRECT and not hasattr(c, "taken_back_by")]
        told = {day for c in held for day in (c.effective_from, c.until)}
        paid = [0, *self.plain.paid()]
        for k, month in enumerate(self.months()):
            assert paid[k] == paid[k + 1] or month in told, f"{month} is not explained"


def stretch_of(segment: Segment, more: int) -> Stretch:
    """The base goes up, whatever else is paid stays."""
    after = tuple((kind, who, fen + more if kind == "base" else fen) for kind, who, fen in segment.lines)
    written = tuple(Written(kind, who, fen, "gap", ["M57-23"], []) for kind, who, fen in after)
    return Stretch(segment.start, segment.until, segment.lines, after, written)


def _index(month: date | None) -> int | None:
    return None if month is None else (month.year - NOVEMBER.year) * 12 + month.month - NOVEMBER.month


def _days(row: Any) -> Period:
    return Period(row.starts_on, row.ends_on)


def test_any_order_of_acts_keeps_the_promises(home, people, reviewer) -> None:
    Acts.home, Acts.people, Acts.by = home, people, reviewer
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=20,
            stateful_step_count=12,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
