"""What the rulebook says of a case: the facts as known now, the rules of the day on which it was accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from doudi.policy import Case, Decision
from doudi.policy.explanation import explain
from doudi.registry.facts import household_facts, schema
from doudi.rulebook.queries.answers import case_of, names_of, origins_of
from doudi.rulebook.queries.book import county_book
from doudi.verification.queries import adopted_values, current_report

from ..models import Application, FactSnapshot
from ..programmes import SETTINGS, TRIED, Programme
from .gaps import matter_of


@dataclass(frozen=True)
class Fit:
    """One programme tried for the household or one of its people: whether it fits (None: cannot tell), and how much."""

    programme: Programme
    person: int | None
    name: str
    fits: bool | None
    amount_fen_month: int | None
    unknown_because: tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """A case put before the rulebook. `known_at`: the county's published values as known at that moment."""

    decision: Decision
    case: Case
    names: Mapping[str, str]
    sources: Mapping[str, Any]
    on: date
    known_at: datetime | None

    @cached_property
    def answer(self) -> str:
        """The whole answer as canonical JSON: the same bytes whenever it is made again."""
        return canonical(self.decision.as_json())

    @property
    def facts(self) -> str:
        """The facts as canonical JSON in the shape of FILE.json."""
        return canonical(self.case.told())

    def people(self) -> list[int]:
        """The household's people, by the ids of the registry."""
        return [int(str(p["person_id"]).removeprefix("p")) for p in self.case.persons]

    def fit(self, programme: Programme, person: int | None = None) -> Fit:
        """How one programme fits. Where only a person can judge (temporary assistance), `fits` is None."""
        setting = SETTINGS[programme]
        key = f"person:p{person}" if setting.about_person else "household"
        name = self.names.get(f"p{person}", "") if setting.about_person else ""
        if not setting.variable or (setting.about_person and person not in self.people()):
            return Fit(programme, person, name, None, None, ())
        fits = self.decision.value(setting.variable, key)
        amount = self.decision.value(setting.amount, key) if setting.amount and fits else None
        return Fit(programme, person, name, fits, amount, tuple(self.decision.reasons(setting.variable, key)))

    def tried(self) -> Iterator[Fit]:
        """Every programme for everybody it could concern, in the order in which they are tried."""
        for programme in TRIED:
            if SETTINGS[programme].about_person:
                yield from (self.fit(programme, person) for person in self.people())
            else:
                yield self.fit(programme)

    def best(self) -> Fit | None:
        """The first that fits; a no to one is a referral to the next."""
        return next((fit for fit in self.tried() if fit.fits), None)

    def finding(self, programme: Programme, person: int | None = None) -> dict[str, Any]:
        """Why a programme fits or not, as plain data; {} where the rulebook has no say."""
        return self._explained(SETTINGS[programme].variable, programme, person)

    def amount_finding(self, programme: Programme, person: int | None = None) -> dict[str, Any]:
        """How the amount came about, as plain data; {} where there is none."""
        return self._explained(SETTINGS[programme].amount, programme, person)

    def _explained(self, variable: str, programme: Programme, person: int | None) -> dict[str, Any]:
        if not variable:
            return {}
        key = f"person:p{person}" if SETTINGS[programme].about_person else "household"
        return explain(self.decision, variable, key, self.names).as_json()

    def parameters(self) -> list[dict[str, Any]]:
        """Every parameter value the answer rests on, with its source and whether the county has confirmed it."""
        told = []
        for used in self.decision.used():
            block = used.found.block
            told.append(
                {
                    "name": used.name,
                    "residence": used.residence,
                    "label": used.label,
                    "value": used.found.value if block else None,
                    "since": str(block.start) if block else None,
                    "source": block.source if block else "",
                    "unconfirmed": used.unconfirmed,
                }
            )
        return told


def law_day(application: Application, today: date) -> date:
    """The day whose rules decide: that of acceptance; before it, today."""
    return application.accepted_on or today


def evaluate(application: Application, *, today: date, at: datetime | None = None) -> Evaluation:
    """Put the household before the rulebook, with the county's values as known at a moment (None: now).

    Household.DoesNotExist if the household is out of the asker's sight.
    """
    assert application.household_id is not None
    on = law_day(application, today)
    facts = household_facts(application.household_id, on=on)
    case = case_of(facts)
    for key, value in adopted(application).items():
        case = case.with_fact(key, value)
    sources = {key: vars_of(origin) for key, origin in origins_of(facts).items()}
    return Evaluation(county_book(at).decide(case, on), case, names_of(facts), sources, on, at)


def adopted(application: Application) -> dict[str, int]:
    """The declared figures that the clerk adopted against a source, by reason key (`person:p12.wage_income_fen`)."""
    report = current_report(matter_of(application))
    rows = adopted_values(report) if report else {}
    return dict(_figure(person, kind, amount) for (person, kind), amount in rows.items())


def _figure(person: int | None, kind: str, amount: int) -> tuple[str, int]:
    fact = next(f for f in (*schema.PERSON_STATEMENTS, *schema.HOUSEHOLD_STATEMENTS) if f.kind == kind)
    key = f"person:p{person}.{fact.name}" if person else f"household.{fact.name}"
    return key, bool(amount) if fact.read == "flag" else amount


def vars_of(origin: Any) -> dict[str, Any]:
    """A source as plain data."""
    recorded = origin.recorded_at.isoformat() if origin.recorded_at else None
    return {"source": origin.source, "row": origin.row, "recorded_at": recorded}


def again(snapshot: FactSnapshot, known_at: datetime) -> Evaluation:
    """The same facts, day and county values as at the time: a replay."""
    case = Case.read(json.loads(str(snapshot.facts)))
    book = county_book(known_at)
    names, sources = json.loads(str(snapshot.names)), json.loads(str(snapshot.sources))
    return Evaluation(book.decide(case, snapshot.on), case, names, sources, snapshot.on, known_at)


def canonical(data: Any) -> str:
    """JSON with one spelling only."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
