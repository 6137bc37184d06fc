"""The people of a made-up case, with facts near the boundaries of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from .pools import Namer, surname
from .scenario import Kind
from .topics import Level

Row = dict[str, Any]
CHANCE = {Level.EASY: 0.2, Level.MEDIUM: 0.4, Level.HARD: 0.65}

PERSON: Row = {
    "co_resident": True, "in_prison": False, "in_compulsory_detox": False, "declared_missing": False,
    "clergy_years_away": 0, "disability_kind": 0, "disability_grade": 0, "severe_illness": False,
    "study_stage": "none", "employed": False, "labour_capacity": "full", "wage_income_fen": 0,
    "business_net_income_fen": 0, "property_net_income_fen": 0, "transfer_net_income_fen": 0, "basic_pension_fen": 0,
    "old_age_allowance_fen": 0, "exempt_income_fen": 0, "medical_self_paid_fen": 0, "education_fee_fen": 0,
    "rehabilitation_fee_fen": 0, "other_rigid_fen": 0, "on_tekun": False, "on_individual_dibao": False,
    "child_support_scheme": False, "self_care_failed": 0, "support_setting": "home", "obligors_known": True,
}  # fmt: skip
OBLIGOR: Row = {
    "on_tekun": False, "on_dibao": False, "income_fen_year": 8_000_000, "assets_within_rule": True,
    "disability_kind": 0, "disability_grade": 0, "lacks_civil_capacity": False, "declared_missing": False,
    "in_prison": False, "birth_date": date(1985, 3, 1),
}  # fmt: skip
RELATIONS = {"02": "户主", "10": "配偶", "20": "子女", "50": "父母"}


@dataclass
class Draft:
    """People and obligors while they are being made up; the first person is the applicant."""

    rng: Random
    on: date
    level: Level
    persons: list[Row] = field(default_factory=list)
    obligors: list[Row] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.namer, self.family = Namer(self.rng), surname(self.rng)

    def chance(self) -> bool:
        """Whether one more thing comes together, by level."""
        return self.rng.random() < CHANCE[self.level]

    def yuan(self, low: int, high: int) -> int:
        """A round sum between two amounts in yuan, in fen."""
        return self.rng.randrange(low, high + 1, 10) * 100

    def born(self, years: int) -> date:
        """A birth date for an age in completed years; near a birthday where the case is hard."""
        year = self.on.year - years
        birthday = date(year, self.on.month, min(self.on.day, 28))
        if self.level is Level.HARD and self.rng.random() < 0.3:
            return birthday + timedelta(days=self.rng.choice((-1, 0, 1)))
        return birthday - timedelta(days=self.rng.randrange(5, 360))

    def add(self, relation: str, years: int, *, woman: bool, own_name: bool = False, **facts: Any) -> Row:
        """One more person."""
        key = f"p{len(self.persons) + 1}"
        born = self.born(years)
        row = {**PERSON, "person_id": key, "relation": relation, "sex": 2 if woman else 1, "birth_date": born, **facts}
        self.persons.append(row)
        self.names[key] = self.namer.name(surname(self.rng) if own_name else self.family, woman)
        return row

    def owed_by(self, person: Row, label: str, **facts: Any) -> None:
        """Somebody obliged by law to support a person."""
        key = f"o{len(self.obligors) + 1}"
        self.obligors.append({**OBLIGOR, "obligor_id": key, "person_id": person["person_id"], **facts})
        self.names[key] = label


def draw(rng: Random, kind: Kind, on: date, level: Level) -> Draft:
    """The people of one case."""
    draft = Draft(rng, on, level)
    {Kind.FAMILY: _family, Kind.ELDER: _elder, Kind.ORPHAN: _orphan}[kind](draft)
    return draft


def _family(draft: Draft) -> None:
    rng = draft.rng
    woman = rng.random() < 0.5
    draft.add("02", rng.randrange(34, 56), woman=woman, employed=True)
    if rng.random() < 0.7:
        partner = draft.add("10", rng.randrange(33, 56), woman=not woman, own_name=True)
        partner["business_net_income_fen"] = draft.yuan(0, 4000)
    for _nth in range(rng.choice((0, 1, 1, 2))):
        _child(draft)
    if rng.random() < 0.5:
        _parent(draft)
    if draft.chance():
        _absent(draft)
    if draft.chance():
        _frail(draft)
    for person in draft.persons:  # somebody is able to support each of them: nobody here is in extreme hardship
        draft.owed_by(person, "其他法定义务人")


def _child(draft: Draft) -> None:
    years = draft.rng.choice((4, 9, 13, 15, 16, 17, 18, 18, 20))
    stage = "preschool" if years < 6 else "compulsory" if years < 16 else "senior_secondary"
    grown = years >= 18
    row = draft.add("20", years, woman=draft.rng.random() < 0.5, labour_capacity="none")
    row["study_stage"] = draft.rng.choice(("undergraduate", "vocational_secondary")) if grown else stage
    row["education_fee_fen"] = draft.yuan(500, 9500) if draft.chance() or grown else 0


def _parent(draft: Draft) -> None:
    row = draft.add("50", draft.rng.choice((58, 61, 66, 69, 70, 74)), woman=True, labour_capacity="none")
    if draft.chance():
        row["basic_pension_fen"] = draft.yuan(1440, 1800)
    if draft.chance():
        row["old_age_allowance_fen"] = draft.yuan(600, 600)


def _absent(draft: Draft) -> None:
    """Somebody on the booklet of whom it has to be asked whether they count."""
    facts: Row = draft.rng.choice((
        {"in_prison": True}, {"in_compulsory_detox": True}, {"clergy_years_away": 2}, {"clergy_years_away": 3},
        {"co_resident": False, "employed": True, "wage_income_fen": draft.yuan(30000, 50000)},
        {"on_tekun": True, "labour_capacity": "none"},
    ))  # fmt: skip
    draft.add("20", draft.rng.randrange(23, 31), woman=draft.rng.random() < 0.4, **facts)


def _frail(draft: Draft) -> None:
    """A disability or an illness of the partner or another, with bills."""
    row = draft.rng.choice(draft.persons[1:] or draft.persons)
    if draft.rng.random() < 0.5:
        row |= {"disability_kind": draft.rng.choice((1, 2, 4, 5, 6)), "disability_grade": draft.rng.randrange(1, 5)}
        row["rehabilitation_fee_fen"] = draft.yuan(0, 3000)
    else:
        row["severe_illness"] = True
    row |= {"labour_capacity": "none", "medical_self_paid_fen": draft.yuan(2000, 26000)}


def _elder(draft: Draft) -> None:
    rng = draft.rng
    years = rng.choice((58, 59, 60, 60, 61, 68, 74))
    row = draft.add("02", years, woman=rng.random() < 0.4, labour_capacity="none" if years > 60 else "partial")
    row |= {"transfer_net_income_fen": draft.yuan(0, 3000), "self_care_failed": rng.choice((0, 1, 3, 4))}
    if draft.chance():
        row["disability_kind"], row["disability_grade"] = rng.choice(((1, 1), (1, 2), (2, 1), (4, 2), (4, 3), (6, 3)))
    if draft.chance():
        row["basic_pension_fen"] = draft.yuan(1440, 1800)
    if rng.random() < 0.6:
        draft.owed_by(row, "儿子", **_obligor_facts(draft))


def _orphan(draft: Draft) -> None:
    row = draft.add("02", draft.rng.choice((13, 15, 16, 17, 18)), woman=draft.rng.random() < 0.5)
    row |= {"labour_capacity": "none", "study_stage": draft.rng.choice(("compulsory", "senior_secondary"))}
    row["child_support_scheme"] = draft.chance()
    if draft.chance():
        draft.owed_by(row, "父亲", **_obligor_facts(draft))


def _obligor_facts(draft: Draft) -> Row:
    """Able; or in one of the situations in which the law says that somebody is not."""
    poor = {"income_fen_year": 300_000}
    return dict(draft.rng.choice((
        {}, {"in_prison": True}, {"declared_missing": True}, {"disability_kind": 4, "disability_grade": 2, **poor},
        {"disability_kind": 4, "disability_grade": 3, **poor}, {"in_prison": True, "assets_within_rule": False},
    )))  # fmt: skip
