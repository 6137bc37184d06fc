"""How long aid goes on when work has lifted a family above the line."""

from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, Node
from doudi.policy.engine.units import MONTHS
from doudi.policy.law import M57, N22, SEED


@rule(
    HOUSEHOLD,
    "渐退期最短月数",
    MONTHS,
    SEED.article("二(一)"),
    N22.article("一(三)"),
    M57.article(33),
    name="phase_out_min_months",
)
def shortest(phase_out_min_months: Node) -> Node:
    """The months that a family is given at least."""
    return phase_out_min_months


@rule(
    HOUSEHOLD,
    "渐退期最长月数",
    MONTHS,
    SEED.article("二(一)"),
    N22.article("一(三)"),
    M57.article(33),
    name="phase_out_max_months",
)
def longest(phase_out_max_months: Node) -> Node:
    """The months that are given at most without a recorded decision and its reason."""
    return phase_out_max_months
