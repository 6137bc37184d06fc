"""What the rulebook answers for many awards on one day, line by line; None is not known, () is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from doudi.policy import Rulebook
from doudi.policy.engine.population import screen
from doudi.policy.engine.tables import Tables
from doudi.policy.law import M43
from doudi.policy.reading import Case
from doudi.registry.facts import PopulationFacts, facts_of_households
from doudi.registry.facts.schema import full_years

from ..entitlements import TOP_UP_GROUPS
from .grounds import Grounds, GroundsOf
from .standing import Amount, Lines, Standing, ordered

ASKED = frozenset({
    "dibao_base", "dibao_amount", "dibao_tier", "top_up", "counted", "individual_dibao_amount", "tekun_amount",
    "care_tier",
})  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A line with its why, ready to be kept."""

    kind: str
    person: int | None
    fen: int
    reason: str
    clauses: list[str]
    parameters: list[dict[str, Any]]


class Facts:
    """The facts of some households on a day, checked and sorted once for every rulebook that is asked about them.

    Only what the rules of these books ask for an award is read. `on` is the day of the rules; the facts may be those
    of a later day (`known_on`), without who was born since.
    """

    def __init__(
        self, households: Iterable[int], on: date, books: Iterable[Rulebook], using: str = "default",
        known_on: date | None = None,
    ) -> None:  # fmt: skip
        self.on = on
        asked = frozenset[str]().union(*(book.programme(on).only(ASKED).facts for book in books))
        found = facts_of_households(households, known_on or on, using=using, only=asked)
        born = pl.col("birth_date").is_null() | (pl.col("birth_date") <= on)
        people, kin = found.persons.filter(born), found.obligors.filter(born)
        kin = kin.join(people, on="person_id", how="semi", maintain_order="left")
        self.found = PopulationFacts(on, found.households, people, kin)
        self.tables = Tables.read(self.found.households, self.found.persons, self.found.obligors)

    @cached_property
    def places(self) -> dict[int, tuple[str, str | None]]:
        """Where each household lives, and the class of that place."""
        homes = self.found.households.select("household_id", "division_code", "residence_class")
        return {int(pk): (code, residence) for pk, code, residence in homes.iter_rows()}

    def case(self, household: int) -> Case:
        """One household with everybody in it, as a case."""
        key = str(household)
        home = self.found.households.filter(pl.col("household_id") == key).to_dicts()[0]
        people = self.found.persons.filter(pl.col("household_id") == key).to_dicts()
        kin = self.found.obligors.filter(pl.col("person_id").is_in([row["person_id"] for row in people])).to_dicts()
        return Case(home, tuple(people), tuple(kin))


class Answers:
    """One rulebook's answers for those households."""

    def __init__(self, book: Rulebook, facts: Facts) -> None:
        self.book, self.facts = book, facts
        self.grounds = GroundsOf(book, facts.on)
        self.told = screen(book, facts.tables, facts.on, only=ASKED)

    @cached_property
    def homes(self) -> dict[int, tuple[Any, ...]]:
        """Base, whole amount and tier by household."""
        homes = self.told.households.select("household_id", "dibao_base", "dibao_amount", "dibao_tier")
        return {int(pk): (base, amount, tier) for pk, base, amount, tier in homes.iter_rows()}

    @cached_property
    def _persons(self) -> pl.DataFrame:
        said = ("person_id", "birth_date", "disability_grade", "severe_illness", "support_setting")
        return self.told.persons.join(self.facts.found.persons.select(said), on="person_id", maintain_order="left")

    @cached_property
    def top_ups(self) -> dict[int, list[tuple[int, int, tuple[Any, ...]]]]:
        """Who has a top-up, how much, and what it rests on, by household."""
        found: dict[int, list[tuple[int, int, tuple[Any, ...]]]] = {}
        paid = self._persons.filter((pl.col("top_up") > 0) & pl.col("counted"))
        shown = paid.select("household_id", "person_id", "top_up", "birth_date", "disability_grade", "severe_illness")
        for home, pk, fen, *circumstances in shown.iter_rows():
            found.setdefault(int(home), []).append((int(pk), fen, tuple(circumstances)))
        return found

    @cached_property
    def people(self) -> dict[int, tuple[Any, ...]]:
        """What people have by themselves, or may have."""
        own = self._persons.select(
            "person_id", "individual_dibao_amount", "tekun_amount", "care_tier", "support_setting"
        )
        alone = own.filter(pl.col("individual_dibao_amount").is_null() | (pl.col("individual_dibao_amount") > 0)
                           | pl.col("tekun_amount").is_null() | (pl.col("tekun_amount") > 0))  # fmt: skip
        return {int(pk): tuple(rest) for pk, *rest in alone.iter_rows()}

    def at(self, household: int) -> Grounds:
        """What holds where the household lives."""
        return self.grounds.at(*self.facts.places[household])

    def of(self, award: Standing, household: int) -> Lines | None:
        """What the award would pay."""
        if award.programme == "dibao":
            base, amount, _tier = self.homes[household]
            tops = [("top_up", pk, fen) for pk, fen, _c in self.top_ups.get(household, [])]
            return None if amount is None else ordered([("base", None, base), *tops]) if amount else ()
        assert award.person is not None
        individual, tekun, tier, setting = self.people.get(award.person, (0, 0, None, None))
        if award.programme == "individual_dibao":
            return None if individual is None else (("base", award.person, individual),) if individual else ()
        if tekun is None:
            return None
        return self._tekun(award.person, household, tekun, f"care.{setting}.{tier}") if tekun else ()

    def _tekun(self, person: int, household: int, whole: int, name: str) -> Lines:
        care: int = self.at(household).value(name)
        lines: list[Amount] = [("base", person, whole - care)]
        return ordered([*lines, ("care", person, care)] if care else lines)

    def variable(self, award: Standing) -> tuple[str, str]:
        """The variable that decides the award, and whose it is: for the reasons of what is not known."""
        if award.programme == "dibao":
            return "dibao_amount", "household"
        name = "tekun_amount" if award.programme == "tekun" else "individual_dibao_amount"
        return name, f"person:{award.person}"

    def reasons(self, award: Standing, household: int) -> list[str]:
        """Why the answer is not known: the facts that are missing."""
        return self.book.decide(self.facts.case(household), self.facts.on).reasons(*self.variable(award))

    def written(self, award: Standing, household: int, line: Amount) -> Written:
        """A line of the answer with its reason, clauses and the values it rests on, as a determination keeps them."""
        kind, person, fen = line
        grounds = self.at(household)
        if kind == "top_up":
            group = self._group(household, person, grounds)
            told = grounds.told(f"top_up_percent.{group}", "dibao_standard")
            return Written(kind, person, fen, group, grounds.clauses("top_up"), told)
        if award.programme == "dibao":
            return self._base(household, fen, grounds)
        if award.programme == "individual_dibao":
            told = grounds.told("individual_factor_percent", "dibao_average_month", "dibao_standard")
            cited = grounds.clauses("individual_dibao_amount", "individual_dibao_eligible")
            return Written(kind, person, fen, "individual", cited, told)
        return self._of_tekun(line, grounds)

    def _base(self, household: int, fen: int, grounds: Grounds) -> Written:
        reason, rests_on = "gap", ("dibao_method", "dibao_standard")
        if grounds.value("dibao_method") != "gap":
            tier = self.homes[household][2]
            reason, rests_on = f"tier_{tier.lower()}", ("dibao_method", f"dibao_tier_amount.{tier}")
        return Written("base", None, fen, reason, grounds.clauses("dibao_base"), grounds.told(*rests_on))

    def _of_tekun(self, line: Amount, grounds: Grounds) -> Written:
        kind, person, fen = line
        assert person is not None
        _individual, _tekun, tier, setting = self.people[person]
        if kind == "base":
            basic = "tekun_basic" if grounds.applies("tekun_basic") else "dibao_standard"
            cited = grounds.clauses("tekun_amount")
            return Written(kind, person, fen, "tekun_basic", cited, grounds.told(basic))
        rests = [article.key for article in M43(20, 22)]
        return Written(kind, person, fen, f"care_{tier}", rests, grounds.told(f"care.{setting}.{tier}"))

    def _group(self, household: int, person: int | None, grounds: Grounds) -> str:
        """The group with the highest percent to which the person belongs: the one that is paid."""
        born, grade, ill = next(told for pk, _fen, told in self.top_ups[household] if pk == person)
        age, elder = full_years(born, self.facts.on) if born else None, grounds.value("elder_age")
        belongs = {
            "elder": age is not None and elder is not None and age >= elder,
            "minor": age is not None and age < 18,
            "severely_disabled": grade in (1, 2),
            "severely_ill": ill is True,
        }
        held = [group for group in TOP_UP_GROUPS if belongs[group]]
        return max(held, key=lambda group: int(grounds.value(f"top_up_percent.{group}") or 0))
