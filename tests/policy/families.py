"""Families for tests: one ordinary default world to vary, and random ones with unknown facts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

VILLAGE = "533103102201"

HOUSEHOLD: dict[str, Any] = {
    "household_id": "h1",
    "division_code": VILLAGE,
    "residence_class": "rural",
    "on_dibao": False,
    "lifted_from_poverty": False,
    "relapse_watch": "none",
    "financial_assets_fen": 0,
    "vehicle_count": 0,
    "vehicle_value_fen": 0,
    "extra_dwellings": 0,
    "business_over_rule": False,
    "dwelling_unsafe": False,
    "disaster_event": False,
    "emergency_event": False,
}
PERSON: dict[str, Any] = {
    "person_id": "p1",
    "birth_date": "1985-05-20",
    "sex": 1,
    "relation": "02",
    "co_resident": True,
    "in_prison": False,
    "in_compulsory_detox": False,
    "declared_missing": False,
    "clergy_years_away": 0,
    "disability_kind": 0,
    "disability_grade": 0,
    "severe_illness": False,
    "study_stage": "none",
    "employed": False,
    "labour_capacity": "full",
    "wage_income_fen": 0,
    "business_net_income_fen": 0,
    "property_net_income_fen": 0,
    "transfer_net_income_fen": 0,
    "basic_pension_fen": 0,
    "old_age_allowance_fen": 0,
    "exempt_income_fen": 0,
    "medical_self_paid_fen": 0,
    "education_fee_fen": 0,
    "rehabilitation_fee_fen": 0,
    "other_rigid_fen": 0,
    "on_tekun": False,
    "on_individual_dibao": False,
    "child_support_scheme": False,
    "self_care_failed": 0,
    "support_setting": "home",
    "obligors_known": True,
}
OBLIGOR: dict[str, Any] = {
    "obligor_id": "o1",
    "person_id": "p1",
    "birth_date": "1980-01-01",
    "on_tekun": False,
    "on_dibao": False,
    "income_fen_year": 6_000_000,
    "assets_within_rule": True,
    "disability_kind": 0,
    "disability_grade": 0,
    "lacks_civil_capacity": False,
    "declared_missing": False,
    "in_prison": False,
}


def family(*persons: dict[str, Any], obligors: tuple[dict[str, Any], ...] = (), **household: Any) -> dict[str, Any]:
    """One household of the default world; persons get ids p1, p2 … and only the first is the head."""
    people = [
        {**PERSON, "person_id": f"p{n}", "relation": "02" if n == 1 else "80", **person}
        for n, person in enumerate(persons or ({},), 1)
    ]
    owed = [{**OBLIGOR, "obligor_id": f"o{n}", **obligor} for n, obligor in enumerate(obligors, 1)]
    return {"household": {**HOUSEHOLD, **household}, "persons": people, "obligors": owed}


MONEY = [0, 0, 1, 5_000, 99_999, 300_000, 636_000, 672_000, 672_001, 1_008_000, 1_500_000, 4_000_000]


def _money(rng: random.Random, negative: bool = False) -> int:
    value = rng.choice(MONEY) + rng.choice([0, 0, rng.randrange(100_000)])
    return -value if negative and rng.random() < 0.2 else value


def _day(rng: random.Random, on: date) -> date:
    years = rng.choice([0, 5, 15, 16, 17, 18, 30, 45, 59, 60, 69, 70, 85])
    near = on.replace(year=on.year - years, day=min(on.day, 28)) + timedelta(days=rng.randint(-2, 2))
    return min(near, on)


def _flag(rng: random.Random, share: float = 0.2) -> bool:
    return rng.random() < share


def _person(rng: random.Random, on: date) -> dict[str, Any]:
    kind = rng.choice([0, 0, 0, 1, 2, 4, 4, 5, 6, 7])
    facts: dict[str, Any] = {
        "birth_date": _day(rng, on),
        "sex": rng.choice([1, 2]),
        "relation": rng.choice(["10", "20", "30", "51"]),
        "co_resident": not _flag(rng, 0.05),
        "clergy_years_away": rng.choice([0, 0, 0, 0, 2, 3]),
        "disability_kind": kind,
        "disability_grade": rng.choice([1, 2, 3, 4]) if kind else rng.choice([0, 0, 0, 1]),
        "severe_illness": _flag(rng),
        "study_stage": rng.choice(["none", "none", "preschool", "compulsory", "senior_secondary", "undergraduate"]),
        "employed": _flag(rng, 0.4),
        "labour_capacity": rng.choice(["full", "partial", "none"]),
        "clergy": None,
        "obligors_known": _flag(rng, 0.8),
        "self_care_failed": rng.choice([0, 1, 3, 4, 6]),
        "support_setting": rng.choice(["home", "institution"]),
    }
    del facts["clergy"]
    rare = (
        "in_prison",
        "in_compulsory_detox",
        "declared_missing",
        "on_tekun",
        "on_individual_dibao",
        "child_support_scheme",
    )
    facts.update({name: _flag(rng, 0.07) for name in rare})
    signed = ("business_net_income_fen", "property_net_income_fen", "transfer_net_income_fen")
    costs = ("medical_self_paid_fen", "education_fee_fen", "rehabilitation_fee_fen", "other_rigid_fen")
    facts.update({name: _money(rng, True) if _flag(rng, 0.4) else 0 for name in signed})
    facts.update({name: _money(rng) if _flag(rng, 0.4) else 0 for name in (*costs, "wage_income_fen")})
    facts.update(
        {name: _money(rng) if _flag(rng, 0.2) else 0 for name in ("basic_pension_fen", "old_age_allowance_fen")}
    )
    return facts


def _obligor(rng: random.Random, on: date) -> dict[str, Any]:
    flags = ("on_tekun", "on_dibao", "lacks_civil_capacity", "declared_missing", "in_prison")
    return {
        "birth_date": _day(rng, on),
        "income_fen_year": rng.choice([0, 1_250_000, 1_578_099, 1_578_100, 3_000_000, 4_418_700]),
        "assets_within_rule": _flag(rng, 0.7),
        "disability_kind": rng.choice([0, 0, 4, 5]),
        "disability_grade": rng.choice([0, 0, 1, 2, 3]),
        **{name: _flag(rng, 0.15) for name in flags},
    }


def _household(rng: random.Random) -> dict[str, Any]:
    return {
        "division_code": rng.choice([VILLAGE, "533103103202"]),
        "residence_class": rng.choice(["urban", "rural"]),
        "on_dibao": _flag(rng),
        "relapse_watch": rng.choice(["none", "none", "unstable", "marginal", "sudden_hardship"]),
        "financial_assets_fen": rng.choice([0, 0, 1_344_000, 1_344_001, 2_016_000, 5_000_000]),
        "vehicle_count": rng.choice([0, 0, 0, 1, 2]),
        "vehicle_value_fen": rng.choice([0, 0, 0, 3_000_000, 3_000_001, 5_000_000, 5_000_001]),
        "extra_dwellings": rng.choice([0, 0, 0, 1, 2]),
        **{
            name: _flag(rng, 0.1)
            for name in ("business_over_rule", "dwelling_unsafe", "disaster_event", "emergency_event")
        },
    }


def _forget(rng: random.Random, row: dict[str, Any], share: float, kept: tuple[str, ...]) -> dict[str, Any]:
    return {name: None if name not in kept and rng.random() < share else value for name, value in row.items()}


def random_family(rng: random.Random, on: date, number: int = 0, unknown: float | None = None) -> dict[str, Any]:
    """A random household; a share of its facts is forgotten (none in a third of the families)."""
    share = rng.choice([0.0, 0.03, 0.15]) if unknown is None else unknown
    home = f"h{number}"
    people, owed = [], []
    for n in range(rng.choice([1, 1, 2, 3, 4, 5])):
        key = f"{home}-{n}"
        people.append({"person_id": key, **_forget(rng, _person(rng, on), share, ())})
        for m in range(rng.choice([0, 0, 0, 1, 2])):
            owed.append({"obligor_id": f"{key}-{m}", "person_id": key, **_forget(rng, _obligor(rng, on), share, ())})
    facts = _forget(rng, _household(rng), share, ("division_code",))
    return {"household": {"household_id": home, **facts}, "persons": people, "obligors": owed}
