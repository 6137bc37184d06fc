"""The one category of a household, and the department that determines it."""

from datetime import date

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node, when
from doudi.policy.engine.units import TEXT
from doudi.policy.law import G39, RIGID, SEED

CATEGORIES = {
    "dibao": "低保家庭",
    "near_threshold": "低保边缘家庭",
    "rigid_expenditure": "刚性支出困难家庭",
    "relapse_watch": "防止返贫监测对象",
    "none": "不属于以上类别",
}
DEPARTMENTS = {
    "civil_affairs": "民政部门",
    "rural_revitalisation": "乡村振兴部门",
    "agriculture_rural_affairs": "农业农村部门",
    "none": "无",
}
REFORM = date(2025, 1, 1)
"""From this day civil affairs determines rigid expenditure, and agriculture and rural affairs the watch."""


@rule(HOUSEHOLD, "家庭类别", TEXT, G39.article("二"), words=CATEGORIES)
def category(dibao_eligible: Node, near_threshold: Node, rigid_expenditure: Node, relapse_watch: Node) -> Node:
    """The first that applies. Tekun is a status of a person, not a category of a household."""
    watched = when(relapse_watch != "none", "relapse_watch", "none")
    lower = when(near_threshold, "near_threshold", when(rigid_expenditure, "rigid_expenditure", watched))
    return when(dibao_eligible, "dibao", lower)


@rule(
    HOUSEHOLD,
    "认定部门",
    TEXT,
    SEED.article("二(三)"),
    name="determining_department",
    end=REFORM,
    words=DEPARTMENTS,
)
def determining_department_before_2025(category: Node) -> Node:
    """Civil affairs for dibao and near-threshold; rural revitalisation for rigid expenditure and the watch."""
    others = when(category.among("rigid_expenditure", "relapse_watch"), "rural_revitalisation", "none")
    return when(category.among("dibao", "near_threshold"), "civil_affairs", others)


@rule(
    HOUSEHOLD,
    "认定部门",
    TEXT,
    RIGID.article(3),
    SEED.article("二(三)"),
    name="determining_department",
    start=REFORM,
    words=DEPARTMENTS,
)
def determining_department_from_2025(category: Node) -> Node:
    """Civil affairs for the three categories of assistance; agriculture and rural affairs for the watch."""
    others = when(category == "relapse_watch", "agriculture_rural_affairs", "none")
    return when(category.among("dibao", "near_threshold", "rigid_expenditure"), "civil_affairs", others)
