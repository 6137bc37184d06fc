"""The largest facts and the largest parameters that are accepted: whole numbers stay exact in tables too."""

from datetime import date

import pytest

from doudi.policy import Run, rulebook
from doudi.policy.facts import MONEY_LIMIT
from tests.policy.families import family
from tests.policy.test_population import same

MOST = MONEY_LIMIT - 1
NET = ["business_net_income_fen", "property_net_income_fen", "transfer_net_income_fen"]
COSTS = ["medical_self_paid_fen", "education_fee_fen", "rehabilitation_fee_fen", "other_rigid_fen"]
RICH = dict.fromkeys(["wage_income_fen", "old_age_allowance_fen", "basic_pension_fen", *NET, *COSTS], MOST)
RUINED = dict.fromkeys(NET, -MOST)
GENEROUS = {
    "near_threshold_percent": 1000, "dibao_standard": 10**9 - 1, "rigid_ratio_percent": 1000, "tekun_basic": 10**9 - 1,
    "medical_deduction_rate": 1000, "employment_cost_rate": 1000, "medical_deduction_cap": MOST,
    "education_deduction_cap": MOST, "financial_multiple.dibao": 10**6 - 1, "financial_multiple.rigid": 10**6 - 1,
    "disposable_income_last_year": MOST, "individual_factor_percent": 1000, "dibao_average_month": 10**9 - 1,
    "basic_pension_counted": True,
}  # fmt: skip


def large(home, **facts):
    """Fifty people of one kind in one household."""
    household = {"household_id": home, "financial_assets_fen": facts.pop("financial_assets_fen", 0)}
    people = [
        {"person_id": f"{home}-{n}", "birth_date": date(1990, 1, 1), "relation": "80", **facts} for n in range(50)
    ]
    return family(*people, **household)


@pytest.mark.parametrize("values", [{}, GENEROUS], ids=["as it is", "everything at its limit"])
@pytest.mark.parametrize("index", [999_999, -1_000])
def test_the_largest_numbers_are_exact_in_tables_too(values, index):
    families = [
        large("rich", employed=True, study_stage="compulsory", disability_grade=1, **RICH),
        large("ruined", severe_illness=True, other_rigid_fen=MOST, **RUINED),
        large("wealthy", financial_assets_fen=MOST),
    ]
    same(families, date(2025, 7, 1), Run(2025 * 12 + 5, index, index), rulebook().laid_over(values))
