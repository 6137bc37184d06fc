"""Open cases of the demo county: one for every stage of the way, with steps that lead there, as of the day of the run.

Rows are written in bulk, not step by step through the actions: five thousand are wanted where speed is measured. What
an action would refuse is not written: the table of moves says which steps lead to a stage.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.roles import Role
from doudi.casework.actions.moving import refresh
from doudi.casework.actions.opinions import keep
from doudi.casework.models import Application, ApplicationPerson, Conclusion, Opinion, PublicNotice, Step
from doudi.casework.programmes import SETTINGS, Programme
from doudi.casework.queries.evaluation import evaluate
from doudi.casework.queries.notices import last_day_of, name_on_notice
from doudi.casework.stages import Stage
from doudi.kernel.calendar import WorkCalendar
from doudi.places.queries import calendar_for
from doudi.policy.engine.population import screen
from doudi.policy.engine.tables import Tables
from doudi.registry.facts import facts_of_households
from doudi.registry.models import Household, LowIncomeStatus, Membership
from doudi.rulebook.queries.book import county_book

from .case_files import Surveyed, investigators, lay_files
from .declared import lay_declarations

S, P = Stage, Programme
# The moves that lead to each stage, with the working days after acceptance at which they fall.
WAY: tuple[tuple[str, Stage, Stage, int], ...] = (
    ("accept", S.SUBMITTED, S.SURVEY, 0), ("start_survey", S.SURVEY, S.SURVEY, 1),
    ("start_verification", S.SURVEY, S.SURVEY, 1), ("record_visit", S.SURVEY, S.SURVEY, 4),
    ("finish_survey", S.SURVEY, S.REVIEW, 7), ("write_opinion", S.REVIEW, S.REVIEW, 8),
    ("propose_grant", S.REVIEW, S.NOTICE, 8), ("end_notice", S.NOTICE, S.COUNTY, 15),
)  # fmt: skip
STAGES = (S.SUBMITTED, S.SURVEY, S.REVIEW, S.NOTICE, S.COUNTY)
WEIGHTS = (15, 35, 20, 15, 15)
REACHED_AFTER = {S.SUBMITTED: 0, S.SURVEY: 1, S.REVIEW: 7, S.NOTICE: 9, S.COUNTY: 16}
PAST_SURVEY = frozenset({S.REVIEW, S.NOTICE, S.COUNTY})
PROGRAMMES = (P.HOUSEHOLD_DIBAO, P.NEAR_THRESHOLD, P.RIGID_EXPENDITURE)
SHARES = (80, 12, 8)


@dataclass(frozen=True)
class Plan:
    """One case to be written."""

    household: Household
    people: tuple[int, ...]
    programme: Programme
    stage: Stage
    accepted_on: date


def lay_cases(count: int, *, seed: int, today: date, places: Sequence[str] = ()) -> int:
    """Write open cases for households that receive nothing yet; returns how many. Places: code prefixes, else all."""
    chance, calendar = random.Random(f"cases {seed}"), calendar_for()  # noqa: S311
    plans = list(_plans(count, chance, calendar, today, places))
    lay_declarations({plan.household.pk: plan.accepted_on for plan in plans}, chance, today=today)
    plans = _fitting(plans, today)
    clerks, first = _clerks(), Application.objects.count() + 1
    with transaction.atomic():
        written = Application.objects.bulk_create(_application(n, plan, clerks) for n, plan in enumerate(plans, first))
        ApplicationPerson.objects.bulk_create(
            ApplicationPerson(application=a, person_id=pk, division_code=a.division_code)
            for a, plan in zip(written, plans, strict=True)
            for pk in plan.people
        )
        Step.objects.bulk_create(
            step for a, plan in zip(written, plans, strict=True) for step in _steps(a, plan, calendar, clerks)
        )
        pairs = list(zip(written, plans, strict=True))
        past = [_surveyed(a, plan, calendar, clerks) for a, plan in pairs if plan.stage in PAST_SURVEY]
        lay_files(past, chance)
        for a, plan in pairs:
            _opinion(a, plan, calendar, clerks)
            refresh(a, on=today, at=_noon(today))
        Application.objects.bulk_update(written, ["due_on", "due_key", "waiting_for"], batch_size=500)
    return len(written)


def _plans(
    count: int, chance: random.Random, calendar: WorkCalendar, today: date, places: Sequence[str]
) -> Iterator[Plan]:
    receiving = LowIncomeStatus.objects.known().on(today).values("household_id")
    rows = Household.objects.filter(closed_on=None, head__death_date=None).exclude(pk__in=receiving)
    ids = [
        pk for pk, code in rows.order_by("pk").values_list("pk", "division_code")
        if not places or code.startswith(tuple(places))
    ]  # fmt: skip
    taken = set(Application.objects.open().values_list("household_id", flat=True))
    ids = [pk for pk in ids if pk not in taken]
    chosen = sorted(chance.sample(ids, min(count, len(ids))))
    homes = Household.objects.select_related("head").in_bulk(chosen)
    people: dict[int, list[int]] = {}
    members = Membership.objects.known().on(today).filter(household__in=chosen, person__death_date=None)
    for household, person in members.order_by("pk").values_list("household_id", "person_id"):
        people.setdefault(household, []).append(person)
    for pk in chosen:
        stage = chance.choices(STAGES, WEIGHTS)[0]
        days = REACHED_AFTER[stage] + chance.choice((0, 0, 1, 2, 3, 5, 8, 12))
        programme = chance.choices(PROGRAMMES, SHARES)[0]
        yield Plan(homes[pk], tuple(people.get(pk, ())), programme, stage, calendar.add_workdays(today, -days))


def _fitting(plans: Sequence[Plan], today: date) -> list[Plan]:
    """Who is proposed for a grant is somebody the rulebook grants it to; the others wait for an opinion.

    The programme is the first that fits, as a clerk would be shown it.
    """
    facts = facts_of_households([plan.household.pk for plan in plans], today)
    tables = Tables.read(facts.households, facts.persons, facts.obligors)
    names = ("household_id", *(SETTINGS[programme].variable for programme in PROGRAMMES))
    told = {int(pk): fits for pk, *fits in screen(county_book(), tables, today).households.select(names).iter_rows()}
    return [_fitted(plan, told.get(plan.household.pk, [])) for plan in plans]


def _fitted(plan: Plan, fits: Sequence[bool | None]) -> Plan:
    if plan.stage not in (S.NOTICE, S.COUNTY):
        return plan
    programme = next((p for p, yes in zip(PROGRAMMES, fits, strict=False) if yes), None)
    return replace(plan, programme=programme) if programme else replace(plan, stage=S.REVIEW)


def _clerks() -> dict[str, int]:
    """The clerk of each township that has one; '' is the first of all."""
    rows = Assignment.objects.filter(role=Role.TOWNSHIP_CLERK).order_by("pk")
    found = dict(rows.values_list("division_code", "staff_id"))
    any_one = next(iter(found.values()), None) or Staff.objects.order_by("pk").values_list("pk", flat=True).first()
    return {**found, "": any_one or 0}


def _by(code: str, clerks: dict[str, int]) -> int:
    return clerks.get(code[:9], clerks[""])


def _application(n: int, plan: Plan, clerks: dict[str, int]) -> Application:
    home, letters = plan.household, SETTINGS[plan.programme].letters
    accepted = plan.stage != S.SUBMITTED
    return Application(
        number=f"{letters}-{plan.accepted_on:%Y-%m%d}-{90000 + n}", division_code=home.division_code,
        programme=plan.programme, asked=plan.programme, household=home, applicant=home.head, origin="self",
        place_basis="hukou", stage=plan.stage, handler_id=_by(home.division_code, clerks),
        opened_on=plan.accepted_on, submitted_on=plan.accepted_on,
        accepted_on=plan.accepted_on if accepted else None, people_count=len(plan.people) or 1,
    )  # fmt: skip


def _steps(application: Application, plan: Plan, calendar: WorkCalendar, clerks: dict[str, int]) -> Iterator[Step]:
    by = _by(application.division_code, clerks)

    def step(move: str, before: Stage, after: Stage, on: date) -> Step:
        return Step(
            application=application, division_code=application.division_code, move=move, from_stage=before,
            to_stage=after, on=on, at=_noon(on), by_id=by,
        )  # fmt: skip

    yield step("open", S.DRAFT, S.DRAFT, plan.accepted_on)
    yield step("submit", S.DRAFT, S.SUBMITTED, plan.accepted_on)
    for move, before, after, days in _way_to(plan.stage):
        yield step(move, before, after, calendar.add_workdays(plan.accepted_on, days))


def _way_to(stage: Stage) -> Iterator[tuple[str, Stage, Stage, int]]:
    if stage == S.SUBMITTED:
        return
    arrived = False
    for row in WAY:
        if arrived and row[2] != stage:
            return
        yield row
        arrived = arrived or row[2] == stage
        if stage == S.REVIEW and row[0] == "finish_survey":
            return


def _surveyed(application: Application, plan: Plan, calendar: WorkCalendar, clerks: dict[str, int]) -> Surveyed:
    by = _by(application.division_code, clerks)

    def after(days: int) -> datetime:
        return _noon(calendar.add_workdays(plan.accepted_on, days))

    return Surveyed(application, plan.people, by, investigators(by), after(0), after(1), after(6), after(4))


def _opinion(application: Application, plan: Plan, calendar: WorkCalendar, clerks: dict[str, int]) -> None:
    if plan.stage not in (S.NOTICE, S.COUNTY):
        return
    on = calendar.add_workdays(plan.accepted_on, 8)
    at, by = _noon(on), _by(application.division_code, clerks)
    evaluation = evaluate(application, today=on, at=at)
    fit = evaluation.fit(plan.programme)
    opinion = Opinion.objects.create(
        application=application, division_code=application.division_code, programme=plan.programme,
        conclusion=Conclusion.GRANT, snapshot=keep(application, evaluation, at),
        rulebook_version=evaluation.decision.book.version, known_at=at, rulebook_says=fit.fits,
        amount_fen_month=fit.amount_fen_month, reason=None if fit.fits else "入户和核对情况表明家庭确有困难",
        by_id=by, at=at, on=on,
    )  # fmt: skip
    PublicNotice.objects.create(
        application=application, opinion=opinion, division_code=application.division_code,
        name=name_on_notice(plan.household.head, on), people=len(plan.people) or 1,
        amount_fen_month=fit.amount_fen_month, programme=plan.programme, posted_on=on, last_day=last_day_of(on),
        taken_down_on=on + timedelta(days=8) if plan.stage == S.COUNTY else None, posted_by_id=by,
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
