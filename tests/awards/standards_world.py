"""Families about which everything is known, with awards as the rulebook grants them, and a standard that changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.awards import actions as awards
from doudi.awards.actions import adjusting
from doudi.awards.entitlements import Entitlement, from_decision
from doudi.awards.kinds import Programme
from doudi.awards.models import Adjustment, Award, AwardLine
from doudi.jobs.models import Job
from doudi.jobs.runner import run
from doudi.policy import Rulebook
from doudi.policy.reading import Case
from doudi.registry.facts import household_facts
from doudi.registry.facts.schema import CIRCUMSTANCES, HOUSEHOLD_STATEMENTS, PERSON_CERTIFICATES, PERSON_STATEMENTS
from doudi.registry.models import Certificate, Circumstance, Household, LowIncomeStatus, Statement
from doudi.registry.models.facts import Source
from doudi.rulebook import actions as rulebook
from doudi.rulebook.models import ParameterDraft
from doudi.rulebook.queries.book import county_book
from tests.registry.world import a_household, draft, member, people_of
from tests.rulebook.known import CODES, SINCE, UNTIL

from .world import DAY, DIGEST, at

RISE, TODAY = date(2026, 11, 1), date(2027, 4, 15)
COUNTY = "533103"
Said = dict[str, Any]


def known(home: Household, *circumstances: Said) -> None:
    """Nothing but what is said of each member (kind → code, (code, grade) or amount); everything else is no or zero."""
    common = {"division_code": home.division_code, "source": Source.VISIT, "recorded_at": at(DAY)}
    since = {**common, "starts_on": SINCE}
    for n, person in enumerate(people_of(home)):
        said = circumstances[n] if n < len(circumstances) else {}
        for kind in {fact.kind for fact in PERSON_CERTIFICATES}:
            code, grade = _code(kind, said)
            Certificate.objects.create(person=person, kind=kind, code=code, grade=grade, **since)
        for kind in {fact.kind for fact in PERSON_STATEMENTS}:
            Statement.objects.create(person=person, kind=kind, amount=said.get(kind, 0), ends_on=UNTIL, **since)
    for fact in HOUSEHOLD_STATEMENTS:
        Statement.objects.create(household=home, kind=fact.kind, amount=0, **{**since, "starts_on": UNTIL})
    for fact in CIRCUMSTANCES:
        Circumstance.objects.create(household=home, kind=fact.kind, code=CODES.get(fact.kind, "no"), **since)


def _code(kind: str, said: Said) -> tuple[str, int | None]:
    told = said.get(kind, CODES.get(kind, "no"))
    code, grade = told if isinstance(told, tuple) else (told, 0 if kind in ("disability", "self_care") else None)
    return code, grade


ILL = {"severe_illness": "yes"}
CRIPPLED = {"disability": ("4", 1), "employment": "no"}
ALONE = {"obligors_complete": "yes", "self_care": ("", 2), "labour_capacity": "none"}
OLD = date(1950, 3, 1)


def single(by: Staff, wage: int = 0, **said: Any) -> Household:
    """One grown-up with a yearly wage."""
    home = a_household(by, **said)
    known(home, {"wage_income": wage})
    return home


def family(by: Staff) -> Household:
    """A couple, she severely ill, and a child."""
    home = a_household(by, member(), member("20", name="岳早诺", birth=date(2018, 2, 1)))
    known(home, {"wage_income": 600_000}, ILL)
    return home


def old_alone(by: Staff) -> Household:
    """Somebody in extreme hardship, at home, who needs some care."""
    home = a_household(by, head=draft(birth=OLD))
    known(home, ALONE)
    return home


def disabled_in_near_threshold(by: Staff) -> Household:
    """A couple above the standard, he severely disabled."""
    home = a_household(by, member())
    known(home, {"wage_income": 1_700_000, **CRIPPLED})
    return home


def answer(home: Household, on: date, book: Rulebook | None = None) -> Any:
    """The rulebook's decision on the registry's facts."""
    facts = household_facts(home.pk, on=on)
    return (book or county_book()).decide(Case(facts.household, facts.persons, facts.obligors), on)


def entitled(home: Household, programme: Programme, on: date = RISE, book: Rulebook | None = None) -> Entitlement:
    """What it grants."""
    ids = {str(person.pk): person.pk for person in people_of(home)}
    who = "" if programme == Programme.DIBAO else str(home.head_id)
    return from_decision(answer(home, on, book), programme, household=home.pk, people=ids, person=who)


def award_of(home: Household, programme: Programme, by: Staff, start: date = RISE) -> Award:
    """The award from a month on."""
    told = entitled(home, programme)
    category = {
        "dibao": ("dibao", None),
        "tekun": ("tekun", home.head),
        "individual_dibao": ("individual_dibao", home.head),
    }
    name, person = category[programme.value]
    LowIncomeStatus.objects.create(
        household=home, person=person, category=name, ground="审核确认", department="civil_affairs",
        division_code=home.division_code, starts_on=DAY, recorded_at=at(DAY),
    )  # fmt: skip
    return awards.grant(
        entitlement=told, determination="DBQR-1", digest=DIGEST, by=by, on=DAY, at=at(DAY), starts_on=start
    )


MAKERS: dict[str, tuple[Callable[[Staff], Household], Programme]] = {
    "single": (single, Programme.DIBAO),
    "family": (family, Programme.DIBAO),
    "old_alone": (old_alone, Programme.TEKUN),
    "disabled": (disabled_in_near_threshold, Programme.INDIVIDUAL_DIBAO),
}


def done(job_id: int | None, day: date = TODAY) -> Job:
    """Run a job to its end."""
    run(job_id or 0, clock=lambda: at(day))
    job = Job.objects.get(pk=job_id)
    assert job.state == "done", job.message
    return job


def proposed(drafter: Staff, *values: Said, title: str = "2026 年标准调整") -> ParameterDraft:
    """A proposal that was tried: by default the rural standard goes from 560 to 620 from November 2026."""
    found: ParameterDraft | None = None
    for value in values or ({},):
        said = {
            "name": "dibao_standard", "area": COUNTY, "residence": "rural", "starts_on": RISE, "value": "620",
            "source": "芒政发〔2026〕12号", "is_assumed": False,
        }  # fmt: skip
        block = rulebook.propose(**(said | value), draft=found, title=title, by=drafter, at=at(TODAY))
        found = block.draft
    assert found is not None
    done(rulebook.try_out(draft=found, by=drafter, at=at(TODAY)).pk)
    return ParameterDraft.objects.get(pk=found.pk)


def published(found: ParameterDraft, by: Staff) -> ParameterDraft:
    """Published by the second person."""
    rulebook.publish(draft=found, note="同意发布", sign_off=True, by=by, at=at(TODAY))
    return ParameterDraft.objects.get(pk=found.pk)


def withdrawn(found: ParameterDraft, drafter: Staff, publisher: Staff) -> None:
    """Every value taken back by two."""
    for block in found.blocks.all():
        asked = rulebook.ask_withdrawal(block=block, reason="日期写错了", by=drafter, at=at(TODAY))
        rulebook.withdraw(asked=asked, note="属实，撤回", sign_off=True, by=publisher, at=at(TODAY))


def estimated(found: ParameterDraft, by: Staff) -> Adjustment:
    """With its effect calculated."""
    adjustment = adjusting.estimate(draft=found, by=by, at=at(TODAY))
    done(adjustment.job_id)
    adjustment.refresh_from_db()
    return adjustment


def applied(adjustment: Adjustment, by: Staff) -> Adjustment:
    """Carried out."""
    adjustment = adjusting.apply(adjustment=adjustment, by=by, at=at(TODAY))
    done(adjustment.job_id)
    adjustment.refresh_from_db()
    return adjustment


def undone(adjustment: Adjustment, by: Staff) -> Adjustment:
    """Taken back."""
    adjustment = adjusting.undo(adjustment=adjustment, note="发布日期写错", by=by, at=at(TODAY))
    done(adjustment.job_id)
    adjustment.refresh_from_db()
    return adjustment


def known_lines() -> list[tuple[Any, ...]]:
    """What all awards say now, every word of it, whatever the rows are called."""
    fields = ("award", "kind", "person", "fen_month", "reason", "clauses", "parameters", "starts_on", "ends_on")
    rows = AwardLine.objects.known().values_list(*fields)
    return sorted(rows, key=lambda row: tuple(map(str, row)))
