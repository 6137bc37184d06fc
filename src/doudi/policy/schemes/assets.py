"""Whether the family's assets are within the rule of a measure: the same five conditions with other limits."""

from doudi.policy.engine.declare import Rule, rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node, Parts, months, most
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.law import LAW26, M43, M57, RIGID, Article


def _within(measure: str, label: str, *clauses: Article) -> Rule:
    """The rule for one measure. A tekun applicant who is counted in no family is looked at as one person."""

    def assets_within(
        size: Node,
        financial_assets_fen: Node,
        vehicle_count: Node,
        vehicle_value_fen: Node,
        extra_dwellings: Node,
        business_over_rule: Node,
        dibao_standard: Node,
        financial_multiple: Parts,
        vehicles_max: Parts,
        vehicle_value_max: Parts,
        extra_dwellings_max: Parts,
    ) -> Node:
        """Savings, vehicles, further dwellings and business are all within the limits of the measure."""
        people = most(size, 1) if measure == "tekun" else size
        savings = financial_multiple.part(measure) * dibao_standard * months(12) * people
        return (
            (financial_assets_fen <= savings)
            & (vehicle_count <= vehicles_max.part(measure))
            & (vehicle_value_fen <= vehicle_value_max.part(measure))
            & (extra_dwellings <= extra_dwellings_max.part(measure))
            & ~business_over_rule
        )

    return rule(HOUSEHOLD, f"财产符合{label}规定", BOOLEAN, *clauses, name=f"assets_within_{measure}")(assets_within)


for_dibao = _within("dibao", "低保", M57.article(14), LAW26.article(23))
for_near_threshold = _within("near_threshold", "低保边缘", M57.article(14), LAW26.article(23))
for_rigid = _within("rigid", "刚性支出困难家庭", RIGID.article(4), LAW26.article(23))
for_tekun = _within("tekun", "特困", M43.article(7))
