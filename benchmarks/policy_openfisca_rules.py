"""Variables 1–12 and 18–21 of the rules for 1 July 2025 in the manner of OpenFisca-core: a class per variable, NumPy
formulas, parameters by date. Our own rules; run in an environment of its own by policy_openfisca.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

YEAR = DateUnit.YEAR
Person = build_entity(key="person", plural="persons", label="a person", is_person=True)
Household = build_entity(key="household", plural="households", label="a family", roles=[{"key": "member"}])


class Residence(Enum):
    rural = "rural"
    urban = "urban"


class Study(Enum):
    none = "none"
    preschool = "preschool"
    compulsory = "compulsory"
    senior_secondary = "senior_secondary"
    vocational_secondary = "vocational_secondary"
    undergraduate = "undergraduate"
    postgraduate = "postgraduate"


class Watch(Enum):
    none = "none"
    unstable = "unstable"
    marginal = "marginal"
    sudden_hardship = "sudden_hardship"


class Category(Enum):
    dibao = "dibao"
    near_threshold = "near_threshold"
    rigid_expenditure = "rigid_expenditure"
    relapse_watch = "relapse_watch"
    none = "none"


BOOLEANS = {
    Person: (
        "co_resident", "in_prison", "in_compulsory_detox", "declared_missing", "on_tekun", "severe_illness", "employed",
    ),
    Household: ("on_dibao", "business_over_rule"),
}  # fmt: skip
NUMBERS = {
    Person: (
        "clergy_years_away", "disability_kind", "disability_grade", "wage_income_fen", "business_net_income_fen",
        "property_net_income_fen", "transfer_net_income_fen", "old_age_allowance_fen", "basic_pension_fen",
        "medical_self_paid_fen", "education_fee_fen", "rehabilitation_fee_fen", "other_rigid_fen", "self_care_failed",
    ),
    Household: ("financial_assets_fen", "vehicle_count", "vehicle_value_fen", "extra_dwellings"),
}  # fmt: skip
ENUMS: dict[str, tuple[Any, Any]] = {
    "study_stage": (Person, Study),
    "residence_class": (Household, Residence),
    "relapse_watch": (Household, Watch),
}


def by_class(households: Any, period: Any, node: Any) -> Any:
    return np.where(households("residence_class", period) == Residence.urban, node.urban, node.rural)


def wide(value: Any) -> Any:
    """A product of two amounts does not fit into 32 bits."""
    return value.astype(np.int64)


class dibao_standard(Variable):
    value_type, entity, definition_period = int, Household, YEAR

    def formula_2025_07(households, period, parameters):
        return by_class(households, period, parameters(period).dibao_standard)


class line(Variable):
    """The yearly line of the whole family."""

    value_type, entity, definition_period = int, Household, YEAR

    def formula(households, period):
        return households("dibao_standard", period) * 12 * households("size", period)


class age(Variable):
    value_type, entity, definition_period = int, Person, YEAR

    def formula(persons, period):
        birth = persons("birth_date", period)
        months = birth.astype("datetime64[M]")
        number = birth.astype("datetime64[Y]").astype(np.int64) + 1970
        number = (number * 100 + months.astype(np.int64) % 12 + 1) * 100 + (birth - months).astype(np.int64) + 1
        on = period.start
        return ((on.year * 100 + on.month) * 100 + on.day - number) // 10_000


class counted(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period):
        away = persons("in_prison", period) | persons("in_compulsory_detox", period)
        away = away | persons("declared_missing", period) | (persons("clergy_years_away", period) >= 3)
        return persons("co_resident", period) & ~away & ~persons("on_tekun", period)


class size(Variable):
    value_type, entity, definition_period = int, Household, YEAR

    def formula(households, period):
        return households.sum(households.members("counted", period))


class countable_income(Variable):
    value_type, entity, definition_period = int, Person, YEAR

    def formula(persons, period, parameters):
        p = parameters(period)
        income = persons("wage_income_fen", period) + persons("business_net_income_fen", period)
        income = income + persons("property_net_income_fen", period) + persons("transfer_net_income_fen", period)
        if p.old_age_allowance_counted:
            income = income + persons("old_age_allowance_fen", period)
        if p.basic_pension_counted:
            income = income + persons("basic_pension_fen", period)
        return income


class employment_cost(Variable):
    value_type, entity, definition_period = int, Person, YEAR

    def formula(persons, period, parameters):
        earned = persons("wage_income_fen", period) + persons("business_net_income_fen", period)
        standard = persons.household("dibao_standard", period)
        ceiling = parameters(period).employment_cost_rate * standard * 12 // 100
        return np.where(persons("employed", period), np.maximum(0, np.minimum(earned, ceiling)), 0)


class grade_one_or_two(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period):
        grade = persons("disability_grade", period)
        return (grade == 1) | (grade == 2)


class rigid_deduction(Variable):
    value_type, entity, definition_period = int, Person, YEAR

    def formula(persons, period, parameters):
        p = parameters(period)
        medical = p.medical_deduction_rate * wide(persons("medical_self_paid_fen", period)) // 100
        ill = persons("severe_illness", period) | persons("grade_one_or_two", period)
        disabled = persons("disability_grade", period) >= 1
        fee = np.minimum(persons("education_fee_fen", period), p.education_deduction_cap)
        return (
            np.where(ill, np.minimum(medical, p.medical_deduction_cap), 0)
            + np.where(disabled, persons("rehabilitation_fee_fen", period), 0)
            + np.where(persons("study_stage", period) != Study.none, fee, 0)
        )


class income_year(Variable):
    value_type, entity, definition_period = int, Household, YEAR

    def formula(households, period):
        members = households.members
        rest = members("countable_income", period) - members("employment_cost", period)
        rest = rest - members("rigid_deduction", period)
        return np.maximum(0, households.sum(np.where(members("counted", period), rest, 0)))


class income_below_dibao(Variable):
    value_type, entity, definition_period = bool, Household, YEAR

    def formula(households, period):
        return (households("size", period) > 0) & (households("income_year", period) < households("line", period))


def assets_within(name: str, least: int = 0) -> type[Variable]:
    """Four variables that differ in their limits only."""

    def formula(households: Any, period: Any, parameters: Any) -> Any:
        p = parameters(period).assets[name]
        line = households("dibao_standard", period) * 12 * np.maximum(households("size", period), least)
        return (
            (households("financial_assets_fen", period) <= p.multiple * wide(line))
            & (households("vehicle_count", period) <= p.vehicles)
            & (households("vehicle_value_fen", period) <= p.vehicle_value)
            & (households("extra_dwellings", period) <= p.dwellings)
            & ~households("business_over_rule", period)
        )

    fields = {"value_type": bool, "entity": Household, "definition_period": YEAR, "formula": formula}
    return type(f"assets_within_{name}", (Variable,), fields)


class dibao_eligible(Variable):
    value_type, entity, definition_period = bool, Household, YEAR

    def formula(households, period):
        return households("income_below_dibao", period) & households("assets_within_dibao", period)


class near_threshold(Variable):
    value_type, entity, definition_period = bool, Household, YEAR

    def formula(households, period, parameters):
        limit = parameters(period).near_threshold_percent * wide(households("line", period))
        near = wide(households("income_year", period)) * 100 < limit
        near = near & households("assets_within_near_threshold", period) & (households("size", period) > 0)
        return near & ~households("dibao_eligible", period)


class severe_disability(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period, parameters):
        kind, grade = persons("disability_kind", period), persons("disability_grade", period)
        mental = ((kind == 5) | (kind == 6)) & (grade >= 1)
        return persons("grade_one_or_two", period) | (mental & (grade <= parameters(period).mental_grade_max))


class individual_by_family(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period):
        either = persons("severe_disability", period) | persons("severe_illness", period)
        return persons.household("near_threshold", period) & either


class individual_by_own_means(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period, parameters):
        if not parameters(period).adult_disabled_alone:
            return persons.filled_array(False)
        return (
            ~persons.household("dibao_eligible", period)
            & (persons("age", period) >= 18)
            & ~persons("employed", period)
            & persons("grade_one_or_two", period)
            & (persons("countable_income", period) < persons.household("dibao_standard", period) * 12)
            & persons.household("assets_within_near_threshold", period)
        )


class individual_dibao_eligible(Variable):
    value_type, entity, definition_period = bool, Person, YEAR

    def formula(persons, period):
        route = persons("individual_by_family", period) | persons("individual_by_own_means", period)
        return persons("counted", period) & ~persons.household("on_dibao", period) & route


class care_tier(Variable):
    value_type, entity, definition_period = int, Person, YEAR

    def formula(persons, period):
        failed = persons("self_care_failed", period)
        return np.where(failed == 0, 3, np.where(failed <= 3, 2, 1))


class rigid_spending(Variable):
    value_type, entity, definition_period = int, Household, YEAR

    def formula(households, period):
        members = households.members
        spent = members("medical_self_paid_fen", period) + members("education_fee_fen", period)
        spent = spent + members("rehabilitation_fee_fen", period) + members("other_rigid_fen", period)
        return households.sum(np.where(members("counted", period), spent, 0))


class gross_income(Variable):
    value_type, entity, definition_period = int, Household, YEAR

    def formula(households, period):
        members = households.members
        return households.sum(np.where(members("counted", period), members("countable_income", period), 0))


class rigid_expenditure(Variable):
    value_type, entity, definition_period = bool, Household, YEAR

    def formula(households, period, parameters):
        p = parameters(period)
        average = by_class(households, period, p.disposable_income_last_year)
        size, gross = households("size", period), wide(households("gross_income", period))
        spent = wide(households("rigid_spending", period))
        return (
            ~households("dibao_eligible", period)
            & ~households("near_threshold", period)
            & (size > 0)
            & (gross < wide(average) * size)
            & households("assets_within_rigid", period)
            & (spent > 0)
            & (spent * 100 > p.rigid_ratio_percent * gross)
        )


class category(Variable):
    value_type, entity, definition_period = Enum, Household, YEAR
    possible_values, default_value = Category, Category.none

    def formula(households, period):
        names = ("dibao_eligible", "near_threshold", "rigid_expenditure")
        conditions = [households(name, period) for name in names]
        conditions.append(households("relapse_watch", period) != Watch.none)
        return np.select(conditions, [0, 1, 2, 3], 4).astype(np.int16)


OUTPUTS = {
    Household: (
        "size", "income_year", "income_below_dibao", "assets_within_dibao", "assets_within_near_threshold",
        "assets_within_rigid", "assets_within_tekun", "dibao_eligible", "near_threshold", "rigid_spending",
        "rigid_expenditure", "category",
    ),
    Person: (
        "counted", "countable_income", "employment_cost", "rigid_deduction", "severe_disability",
        "individual_by_family", "individual_by_own_means", "individual_dibao_eligible", "care_tier",
    ),
}  # fmt: skip
PARAMETERS = {
    "dibao_standard": {"urban": 74400, "rural": 56000},
    "disposable_income_last_year": {"urban": 4418700, "rural": 1578100},
    "assets": {
        "dibao": {"multiple": 2, "vehicles": 0, "vehicle_value": 0, "dwellings": 0},
        "near_threshold": {"multiple": 3, "vehicles": 1, "vehicle_value": 3_000_000, "dwellings": 0},
        "rigid": {"multiple": 3, "vehicles": 1, "vehicle_value": 5_000_000, "dwellings": 1},
        "tekun": {"multiple": 2, "vehicles": 0, "vehicle_value": 0, "dwellings": 0},
    },
    "employment_cost_rate": 30, "medical_deduction_rate": 100, "medical_deduction_cap": 2_000_000,
    "education_deduction_cap": 800_000, "near_threshold_percent": 150, "mental_grade_max": 4,
    "basic_pension_counted": False, "old_age_allowance_counted": True, "adult_disabled_alone": True,
    "rigid_ratio_percent": 60,
}  # fmt: skip


def dated(values: dict[str, Any]) -> dict[str, Any]:
    """Every value as OpenFisca wants it: by the date from which it holds."""
    return {
        name: dated(value) if isinstance(value, dict) else {"values": {"2025-07-01": {"value": value}}}
        for name, value in values.items()
    }


def given(name: str, **fields: Any) -> type[Variable]:
    """A variable that is only read."""
    return type(name, (Variable,), {"definition_period": YEAR, **fields})


def system(widened: bool) -> TaxBenefitSystem:
    """Entities, parameters and variables."""
    rules = TaxBenefitSystem([Person, Household])
    rules.parameters = ParameterNode("", data=dated(PARAMETERS))
    inputs = [given(n, value_type=bool, entity=entity) for entity, names in BOOLEANS.items() for n in names]
    inputs += [given(n, value_type=int, entity=entity) for entity, names in NUMBERS.items() for n in names]
    for name, (entity, choices) in ENUMS.items():
        first = next(iter(choices))
        inputs.append(given(name, value_type=Enum, entity=entity, possible_values=choices, default_value=first))
    inputs.append(given("birth_date", value_type=date, entity=Person))
    inputs += [
        assets_within("dibao"),
        assets_within("near_threshold"),
        assets_within("rigid"),
        assets_within("tekun", 1),
    ]
    own = [each for each in globals().values() if isinstance(each, type) and issubclass(each, Variable)]
    rules.add_variables(*inputs, *(each for each in own if each is not Variable))
    if widened:
        for variable in rules.variables.values():
            variable.dtype = np.int64 if variable.value_type is int else variable.dtype
    return rules
