"""The engine against an independent reading of the rules, on random families with unknown facts: values and reasons."""

import random
from datetime import date

import pytest

from doudi.policy import Case, Run, rulebook
from tests.policy.families import random_family
from tests.policy.reference import reference

DAYS = [
    date(2021, 1, 1), date(2021, 6, 30), date(2021, 7, 1), date(2022, 7, 1), date(2022, 10, 19), date(2022, 10, 20),
    date(2023, 1, 1), date(2023, 7, 1), date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1), date(2025, 7, 1),
    date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 23),
]  # fmt: skip
RUNS = [
    {}, {"index_month": "2022-08", "cpi": 30}, {"index_month": "2022-09", "cpi": 28, "food_cpi": 60},
    {"index_month": "2021-09", "cpi": 35, "food_cpi": 61}, {"index_month": "2023-03", "cpi": 34, "food_cpi": 59},
    {"index_month": "2021-10", "food_cpi": 60}, {"cpi": 40, "food_cpi": 40},
    {"index_month": "2023-02", "cpi": 30, "food_cpi": -5},
]  # fmt: skip


def answers(decision):
    told, because = decision.as_json(), decision.as_json()["unknown_because"]
    pairs = {"household": {n: (v, frozenset(because["household"].get(n, ()))) for n, v in told["household"].items()}}
    pairs["persons"] = {
        key: {n: (v, frozenset(because["persons"].get(key, {}).get(n, ()))) for n, v in row.items()}
        for key, row in told["persons"].items()
    }
    return pairs


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_engine_and_reference_agree_to_the_fen_and_to_the_reason(day):
    rng = random.Random(day.toordinal())
    for number in range(40):
        family, run = random_family(rng, day, number), rng.choice(RUNS)
        case = Case(family["household"], tuple(family["persons"]), tuple(family["obligors"]))
        assert answers(rulebook().decide(case, day, Run.read(**run))) == reference(family, day, **run)
