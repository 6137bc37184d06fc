"""Everything the page of one case shows; nothing is calculated in a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from doudi.accounts.models import Staff
from doudi.console.components import Entry
from doudi.places.queries import calendar_for
from doudi.policy import PolicyError
from doudi.policy.explanation import Explainer, Finding
from doudi.registry.models import Household

from ..clocks import Clock
from ..models import Application, Conclusion, Determination, Objection, Opinion, PublicNotice, Step
from ..moves import Move
from ..programmes import SETTINGS, Programme
from ..stages import ENDED
from .cases import StepShown, move_label, moves_for, stepper
from .clock_head import Head, head_of
from .determinations import in_force, replay
from .evaluation import Evaluation, Fit, evaluate
from .evidence import Evidence, evidence_card
from .involvement import is_involved
from .judgements import Matter, to_judge
from .opinions import current_opinion
from .timing import clocks_of, total_clock
from .unfilled import unfilled


@dataclass(frozen=True)
class Advice:
    """What the rulebook says, for the panel on the right; `trouble` in words where it cannot be asked."""

    fit: Fit | None = None
    best: Fit | None = None
    tried: Sequence[Fit] = ()
    findings: Sequence[Finding] = ()
    matters: Sequence[Matter] = ()
    version: str = ""
    names: Mapping[str, str] | None = None
    trouble: str = ""

    @property
    def others(self) -> list[Fit]:
        """What else fits, or might."""
        return [fit for fit in self.tried if fit != self.fit and fit.fits is not False]

    @property
    def unfit(self) -> list[Fit]:
        """What else was tried and does not fit."""
        return [fit for fit in self.tried if fit != self.fit and fit.fits is False]


@dataclass(frozen=True)
class CasePage:
    """One case."""

    application: Application
    clock: Clock | None
    head: Head | None
    clocks: Sequence[Clock]
    stepper: Sequence[StepShown]
    steps: Sequence[Step]
    staff: Mapping[int, Staff]
    moves: Sequence[Move]
    advice: Advice
    evidence: Evidence
    opinion: Opinion | None
    determination: Determination | None
    involved: bool = False
    notices: Sequence[PublicNotice] = ()
    objections: Sequence[Objection] = ()
    # Opened for the family before anybody asked it: the form is still to be filled.
    unfilled: bool = False

    @property
    def ended(self) -> bool:
        return self.application.stage in ENDED

    def taker(self, step: Step) -> str:
        """Who took a step."""
        return _name(self.staff, step.by_id)

    @property
    def opinion_outdated(self) -> bool:
        """Whether the case went on to another programme or person since the opinion was written."""
        mine = (self.application.programme, self.application.person_id)
        return self.opinion is not None and (self.opinion.programme, self.opinion.person_id) != mine

    def entries(self) -> list[Entry]:
        """The record of the case, newest first."""
        return [
            Entry(step.at, move_label(step.move), [n for n in (self.taker(step), str(step.note or "")) if n])
            for step in reversed(self.steps)
        ]


def _name(people: Mapping[int, Staff], pk: int | None) -> str:
    who = people.get(pk or 0)
    return who.name if who else ""


def case_page(application: Application, *, staff: Staff, today: date, now: datetime) -> CasePage:
    """Read a case with everything around it."""
    steps, pauses = list(application.steps.all()), list(application.pauses.order_by("starts_on"))
    calendar = calendar_for(application.division_code[:6])
    told = clocks_of(application, today=today, now=now, calendar=calendar, steps=steps, pauses=pauses)
    clock, involved = total_clock(told), is_involved(staff.pk, application, today)
    opinion, made = current_opinion(application), in_force(application)
    people = Staff.objects.in_bulk({s.by_id for s in steps if s.by_id})
    return CasePage(
        application=application,
        clock=clock,
        head=head_of(clock, pauses, calendar, today) if clock else None,
        clocks=told,
        stepper=[replace(one, who=_name(people, one.by_id)) for one in stepper(application, steps)],
        steps=steps,
        staff=people,
        moves=fitting(moves_for(application, staff, today, involved=involved), opinion),
        advice=advice_of(application, today, made),
        evidence=evidence_card(application, today),
        opinion=opinion,
        determination=made,
        involved=involved,
        notices=list(PublicNotice.objects.filter(application=application).order_by("-pk")),
        objections=list(Objection.objects.filter(application=application).order_by("-pk")),
        unfilled=unfilled(Application.objects.filter(pk=application.pk)).exists(),
    )


# Which proposal an opinion leads to; without an opinion there is none to make.
LEADS_TO = {Conclusion.GRANT.value: "propose_grant", Conclusion.REFUSE.value: "propose_refusal"}


def fitting(moves: Sequence[Move], opinion: Opinion | None) -> list[Move]:
    """The moves that make sense beside the opinion: the others would only be refused."""
    idle = set(LEADS_TO.values()) - {LEADS_TO.get(opinion.conclusion if opinion else "", "")}
    if opinion is None or not opinion.against or opinion.second_id is not None:
        idle.add("countersign")
    return [m for m in moves if m.name not in idle]


def advice_of(application: Application, today: date, made: Determination | None) -> Advice:
    """The rulebook beside the case: for a decided one what it said then, else what it says on the facts known now."""
    if application.household_id is None or application.programme == Programme.TEMPORARY_EMERGENCY:
        return Advice()
    try:
        evaluation = replay(made) if made and made.snapshot_id else evaluate(application, today=today)
    except (PolicyError, Household.DoesNotExist) as error:
        return Advice(trouble=str(error) or "")
    return _advice(application, evaluation)


def _advice(application: Application, evaluation: Evaluation) -> Advice:
    programme = Programme(application.programme)
    return Advice(
        fit=evaluation.fit(programme, application.person_id),
        best=evaluation.best(),
        tried=list(evaluation.tried()),
        findings=_findings(programme, application.person_id, evaluation),
        matters=to_judge(application, evaluation),
        version=evaluation.decision.book.version,
        names=evaluation.names,
    )


def _findings(programme: Programme, person: int | None, evaluation: Evaluation) -> list[Finding]:
    setting = SETTINGS[programme]
    key = f"person:p{person}" if setting.about_person else "household"
    if not setting.variable or (setting.about_person and person not in evaluation.people()):
        return []
    explainer = Explainer(evaluation.decision, evaluation.names)
    scope = evaluation.decision.scope(key)
    # How an amount comes about is read where there is one.
    amount = setting.amount if evaluation.fit(programme, person).amount_fen_month is not None else ""
    names = [name for name in (setting.variable, amount) if name]
    return [explainer.finding(name, scope) for name in names]
