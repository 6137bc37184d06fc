"""Rules that a what-if can put in place of those in force: questions a county asks that no parameter answers.

An overlay never decides a real case. Each cites the clause whose rule it replaces, because that is the one it departs
from.
"""

from __future__ import annotations

from typing import Final

from doudi.policy.engine.declare import Rule, rule
from doudi.policy.engine.nodes import HOUSEHOLD, PERSON, Node, Parts, when
from doudi.policy.engine.units import BOOLEAN, FEN_MONTH
from doudi.policy.law import M43, M57


@rule(HOUSEHOLD, "符合低保条件", BOOLEAN, M57.article(8), name="dibao_eligible")
def without_assets(income_below_dibao: Node) -> Node:
    """Income alone counts: assets are not looked at for dibao."""
    return income_below_dibao


@rule(PERSON, "分类施保增发", FEN_MONTH, M57.article(27), name="top_up")
def added_top_ups(
    dibao_eligible: Node,
    counted: Node,
    age: Node,
    disability_grade: Node,
    severe_illness: Node,
    elder_age: Node,
    top_up_percent: Parts,
    dibao_standard: Node,
) -> Node:
    """Somebody in two groups gets both shares, not the higher one only."""
    groups = (
        (age >= elder_age, "elder"),
        (age < 18, "minor"),
        (disability_grade.among(1, 2), "severely_disabled"),
        (severe_illness, "severely_ill"),
    )
    first, *others = (when(held, dibao_standard.percent(top_up_percent.part(part)), 0) for held, part in groups)
    for other in others:
        first = first + other
    return when(dibao_eligible & counted, first, 0)


@rule(PERSON, "无劳动能力", BOOLEAN, M43.article(5), name="no_labour_capacity")
def any_severe_disability(age: Node, tekun_minor_age: Node, disability_kind: Node, disability_grade: Node) -> Node:
    """Every severe disability counts, hearing and speech too."""
    minds = disability_kind.among(5, 6) & disability_grade.among(1, 2, 3)
    return (age >= 60) | (age < tekun_minor_age) | disability_grade.among(1, 2) | minds


OVERLAYS: Final[dict[str, tuple[str, tuple[Rule, ...]]]] = {
    "without_assets": ("低保只看收入，不看财产", (without_assets,)),
    "added_top_ups": ("分类施保各项相加，不只取最高一项", (added_top_ups,)),
    "any_severe_disability": ("特困的无劳动能力包括各类一、二级残疾", (any_severe_disability,)),
}
"""By name: what it is called, and the rules that it puts in place of those of the same name."""
