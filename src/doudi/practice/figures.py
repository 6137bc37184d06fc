"""The county's figures that a task needs, as on the wall of the office: nobody is asked to know them by heart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from doudi.console.components import Fact
from doudi.policy.wording import PARAMETER_WORDS, said

from .desk import Desk

ASSETS = tuple(
    f"{name}.{measure}"
    for name in ("financial_multiple", "vehicles_max", "vehicle_value_max", "extra_dwellings_max")
    for measure in ("dibao", "near_threshold")
)
FIGURES: Mapping[str, tuple[str, ...]] = {
    "income": (
        "employment_cost_rate", "medical_deduction_rate", "medical_deduction_cap", "education_deduction_cap",
        "old_age_allowance_counted",
    ),
    "assets": ("dibao_standard", *ASSETS),
    "programme": (
        "near_threshold_percent", *ASSETS, "disposable_income_last_year", "rigid_ratio_percent",
        "individual_mental_grade_max", "tekun_minor_age",
    ),
    "amount": (
        "dibao_method", "elder_age", "top_up_percent.elder", "top_up_percent.minor", "top_up_percent.severely_disabled",
        "top_up_percent.severely_ill", "dibao_average_month", "individual_factor_percent", "tekun_basic",
        "care.home.1", "care.home.2", "care.home.3",
    ),
}  # fmt: skip
TITLES = {"income": "收入和扣减", "assets": "财产", "programme": "各项目的条件", "amount": "金额"}
PARTS = {
    "dibao": "低保", "near_threshold": "低保边缘", "elder": "老年人", "minor": "未成年人",
    "severely_disabled": "重度残疾人", "severely_ill": "重病患者", "home.1": "分散供养一档", "home.2": "二档",
    "home.3": "三档",
}  # fmt: skip


def figures(desk: Desk, key: str) -> Iterator[Fact]:
    """Label and values of the figures of one kind, those of one name in one line."""
    used = {u.name: u for u in desk.decision.used() if u.residence is None}
    lines: dict[str, list[str]] = defaultdict(list)
    for name in FIGURES[key]:
        one = used.get(name)
        if one is not None and one.found.value is not None:
            value = said(one.found.value, desk.book.parameters.quantity(name).unit, PARAMETER_WORDS)
            lines[one.label].append(f"{PARTS.get(name.partition('.')[2], '')} {value}".strip())
    for label, values in lines.items():
        yield Fact(label, "；".join(values))
