"""The application form of a household: what is known with its source, and the few things that must be asked.

Nothing is asked that the registry knows. What nobody said yet is asked in groups: one "none" answers a group for the
whole family, and only where there is something are details typed. A person the answer cannot concern is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy.engine.nodes import HOUSEHOLD, PERSON
from doudi.policy.facts import FACTS, FactSpec, Plain
from doudi.policy.wording import said
from doudi.registry.facts import HouseholdFacts, household_facts
from doudi.registry.models import Household, Person, Residence

ADULT, SCHOOL_FROM = 16, 3
OWN_FIELDS = 4  # what for, who comes, cause, day; the applicant comes from the file


@dataclass(frozen=True)
class Group:
    """Facts asked together. `none` is what "没有" means for each; `about` whom it can concern by age."""

    key: str
    question: str | Promise
    none: Mapping[str, Plain]
    of_person: bool = True
    ages: tuple[int, int] = (0, 200)
    # The answer is yes for an ordinary family: "都是" instead of "没有".
    usual: bool = False


GROUPS = (
    Group("together", _("以上人员是不是都共同生活（在校学生算）"), {"co_resident": True}, usual=True),
    Group("wages", _("有没有人打工、上班、做生意，或者有工资和经营收入"),
          {"employed": False, "wage_income_fen": 0, "business_net_income_fen": 0}, ages=(ADULT, 200)),
    Group("pensions", _("有没有人领养老金、高龄津贴"),
          {"basic_pension_fen": 0, "old_age_allowance_fen": 0}, ages=(55, 200)),
    Group("other_income", _("有没有租金、分红、利息、赡养费等其他收入"),
          {"property_net_income_fen": 0, "transfer_net_income_fen": 0}),
    Group("health", _("除已登记的外，有没有残疾人、重病患者"),
          {"disability_kind": 0, "disability_grade": 0, "severe_illness": False}),
    Group("study", _("有没有人在上学"), {"study_stage": "none"}, ages=(SCHOOL_FROM, 30)),
    Group("spending", _("近十二个月有没有看病自付、学费、康复等大额支出"),
          {"medical_self_paid_fen": 0, "education_fee_fen": 0, "rehabilitation_fee_fen": 0, "other_rigid_fen": 0}),
    Group("away", _("有没有人服刑、强制戒毒、被宣告失踪，或出家三年以上"),
          {"in_prison": False, "in_compulsory_detox": False, "declared_missing": False, "clergy_years_away": 0}),
    Group("child_support", _("有没有孤儿或事实无人抚养儿童已经享受儿童保障"),
          {"child_support_scheme": False}, ages=(0, 17)),
    Group("assets", _("有没有存款理财、机动车、自住以外的住房，或较大的经营"),
          {"financial_assets_fen": 0, "vehicle_count": 0, "vehicle_value_fen": 0, "extra_dwellings": 0,
           "business_over_rule": False}, of_person=False),
    Group("shocks", _("近期有没有住房安全问题、受灾、突发急难，或被列为防止返贫监测对象"),
          {"dwelling_unsafe": False, "disaster_event": False, "emergency_event": False, "relapse_watch": "none"},
          of_person=False),
)  # fmt: skip


@dataclass(frozen=True)
class Detail:
    """One fact nobody has said yet. `key` is that of reasons; `name` the member it concerns, '' for the family."""

    key: str
    name: str
    spec: FactSpec


@dataclass(frozen=True)
class Ask:
    """A group with what is unknown in it."""

    group: Group
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Known:
    """A fact that is on file."""

    key: str
    name: str
    spec: FactSpec
    value: Any
    source: str

    @property
    def words(self) -> str:
        """The value as a page says it."""
        return said(self.value, self.spec.unit, self.spec.choices)


@dataclass(frozen=True)
class Sheet:
    """The form of one household on a day."""

    facts: HouseholdFacts
    names: Mapping[str, str]
    known: tuple[Known, ...]
    asks: tuple[Ask, ...]
    # Names, numbers, ethnicity, phone and hukou of the people, number, village and address of the household.
    identity: int = 0

    @property
    def asked(self) -> int:
        """How many questions an ordinary family answers: one a group."""
        return len(self.asks)

    @property
    def share(self) -> float:
        """The part of the fields of the form that come filled: facts and identity, beside one field a question."""
        filled = len(self.known) + self.identity
        return filled / (filled + self.asked + OWN_FIELDS)

    @property
    def fact_share(self) -> float:
        """The part of the facts that the registry knows: stricter, since one question covers many."""
        unknown = sum(len(ask.details) for ask in self.asks)
        return len(self.known) / (len(self.known) + unknown) if self.known else 0.0


def sheet(household_id: int, on: date) -> Sheet:
    """Read the household and sort what is known from what must be asked."""
    facts = household_facts(household_id, on=on)
    ids = [int(row["person_id"]) for row in facts.persons]
    people = list(Person.objects.filter(pk__in=ids))
    names = {str(p.pk): p.name for p in people}
    identity = sum(bool(said) for p in people for said in (p.name, p.resident_id, p.ethnicity, p.phone))
    hukou = Residence.objects.known().on(on).filter(person__in=ids, kind=Residence.Kind.HUKOU)
    identity += hukou.values("person").distinct().count() + _of_the_household(household_id)
    return Sheet(facts, names, tuple(_known(facts, names)), tuple(_asks(facts, names, on)), identity)


def _of_the_household(household_id: int) -> int:
    """Number and village are always on file; the address may be."""
    address = Household.objects.filter(pk=household_id).values_list("address", flat=True).first()
    return 2 + bool(address)


def _known(facts: HouseholdFacts, names: Mapping[str, str]) -> Iterator[Known]:
    for key, name, spec, value in _all(facts, names):
        if value is not None:
            origin = facts.origins.get(key)
            yield Known(key, name, spec, value, origin.source if origin else "registry")


def _all(facts: HouseholdFacts, names: Mapping[str, str]) -> Iterator[tuple[str, str, FactSpec, Any]]:
    for fact, spec in FACTS[HOUSEHOLD].items():
        if not spec.identity:
            yield f"household.{fact}", "", spec, facts.household.get(fact)
    for row in facts.persons:
        who = str(row["person_id"])
        for fact, spec in FACTS[PERSON].items():
            if not spec.identity:
                yield f"person:{who}.{fact}", names.get(who, who), spec, row.get(fact)


def _asks(facts: HouseholdFacts, names: Mapping[str, str], on: date) -> Iterator[Ask]:
    for group in GROUPS:
        details = tuple(_unknown(group, facts, names, on))
        if details:
            yield Ask(group, details)


def _unknown(group: Group, facts: HouseholdFacts, names: Mapping[str, str], on: date) -> Iterator[Detail]:
    if not group.of_person:
        for fact in group.none:
            if facts.household.get(fact) is None:
                yield Detail(f"household.{fact}", "", FACTS[HOUSEHOLD][fact])
        return
    for row in facts.persons:
        who, born = str(row["person_id"]), row.get("birth_date")
        if isinstance(born, date) and not group.ages[0] <= age(born, on) <= group.ages[1]:
            continue
        for fact in group.none:
            if row.get(fact) is None:
                yield Detail(f"person:{who}.{fact}", names.get(who, who), FACTS[PERSON][fact])


def outside(facts: HouseholdFacts, on: date) -> dict[str, Plain]:
    """What a group cannot concern by age, and so is not asked: taken as none when the family declares."""
    found: dict[str, Plain] = {}
    for group in (g for g in GROUPS if g.of_person and not g.usual):
        for row in facts.persons:
            born = row.get("birth_date")
            if not isinstance(born, date) or group.ages[0] <= age(born, on) <= group.ages[1]:
                continue
            found |= {f"person:{row['person_id']}.{f}": v for f, v in group.none.items() if row.get(f) is None}
    return found


def age(born: date, on: date) -> int:
    """Full years (rules.md §1)."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
