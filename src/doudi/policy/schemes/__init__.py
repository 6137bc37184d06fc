"""The measures, each in a file that reads like the measure it implements."""

from doudi.policy.engine.declare import rules_of
from doudi.policy.schemes import (
    assets,
    category,
    dibao,
    income,
    individual,
    near_threshold,
    phase_out,
    price_subsidy,
    rigid_expenditure,
    special,
    tekun,
)

RULES = rules_of(
    income,
    assets,
    dibao,
    near_threshold,
    individual,
    tekun,
    rigid_expenditure,
    category,
    special,
    phase_out,
    price_subsidy,
)
"""Every rule, in the order in which a person would go through them."""
