"""Households near the threshold: not entitled to dibao, but under the raised line and within the wider asset rule."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node, months, percents
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.law import LAW26, M57


@rule(HOUSEHOLD, "低保边缘家庭", BOOLEAN, M57.article(8), LAW26.article(21))
def near_threshold(
    dibao_eligible: Node,
    size: Node,
    income_year: Node,
    near_threshold_percent: Node,
    dibao_standard: Node,
    assets_within_near_threshold: Node,
) -> Node:
    """Also a household under the standard whose assets are only within the wider rule."""
    line = near_threshold_percent * dibao_standard * months(12) * size
    return ~dibao_eligible & (size > 0) & (income_year * percents(100) < line) & assets_within_near_threshold
