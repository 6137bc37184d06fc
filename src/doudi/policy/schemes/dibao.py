"""The minimum living allowance of a whole household: entitlement, base amount by gap or tier, top-ups, total."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import (
    HOUSEHOLD,
    PERSON,
    Node,
    Parts,
    ceil_yuan,
    count_if,
    counted_total,
    highest,
    months,
    when,
)
from doudi.policy.engine.units import BOOLEAN, FEN_MONTH, TEXT
from doudi.policy.law import D649, LAW26, M57


@rule(HOUSEHOLD, "符合低保条件", BOOLEAN, M57.article(8), D649.article(9), LAW26.article(18))
def dibao_eligible(income_below_dibao: Node, assets_within_dibao: Node) -> Node:
    """Income under the standard, and assets within the rule."""
    return income_below_dibao & assets_within_dibao


@rule(
    HOUSEHOLD, "低保档次", TEXT, M57.article(23), words={"A": "A 档（重点）", "B": "B 档（基本）", "C": "C 档（一般）"}
)
def dibao_tier(counted: Node, labour_capacity: Node, size: Node) -> Node:
    """A: nobody can work. C: at least half of the members can work fully. B: all others."""
    workers = count_if(counted, labour_capacity.among("full", "partial"))
    strong = count_if(counted, labour_capacity == "full")
    return when(workers == 0, "A", when(2 * strong >= size, "C", "B"))


@rule(HOUSEHOLD, "低保金（每月基础）", FEN_MONTH, M57.article(23), LAW26.article(18))
def dibao_base(
    dibao_eligible: Node,
    dibao_method: Node,
    dibao_standard: Node,
    size: Node,
    income_year: Node,
    dibao_tier: Node,
    dibao_tier_amount: Parts,
) -> Node:
    """The gap between standard and income, one division rounded up to the yuan; or the amount of the tier per head."""
    gap = ceil_yuan(dibao_standard * months(12) * size - income_year, months(12))
    a, b, c = (dibao_tier_amount.part(tier) for tier in "ABC")
    per_head = when(dibao_tier == "A", a, when(dibao_tier == "B", b, c))
    return when(dibao_eligible, when(dibao_method == "gap", gap, per_head * size), 0)


@rule(PERSON, "分类施保增发", FEN_MONTH, M57.article(27), LAW26.article(20))
def top_up(
    dibao_eligible: Node,
    counted: Node,
    age: Node,
    disability_grade: Node,
    severe_illness: Node,
    elder_age: Node,
    top_up_percent: Parts,
    dibao_standard: Node,
) -> Node:
    """A share of the standard for the old, the young, the severely disabled and the severely ill: the highest only."""
    percent = highest(
        (age >= elder_age, top_up_percent.part("elder")),
        (age < 18, top_up_percent.part("minor")),
        (disability_grade.among(1, 2), top_up_percent.part("severely_disabled")),
        (severe_illness, top_up_percent.part("severely_ill")),
    )
    return when(dibao_eligible & counted, dibao_standard.percent(percent), 0)


@rule(HOUSEHOLD, "低保金（每月合计）", FEN_MONTH, M57.article(23), M57.article(27))
def dibao_amount(dibao_base: Node, counted: Node, top_up: Node) -> Node:
    """Base and top-ups."""
    return dibao_base + counted_total(counted, top_up)
