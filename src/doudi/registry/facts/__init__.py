"""The registry as facts of the rulebook (rules.md §3): one household with its sources, or a population as tables."""

from .build import Alternative, HouseholdFacts, Origin, household_facts
from .population import PopulationFacts, facts_of_households, population_facts

__all__ = [
    "Alternative",
    "HouseholdFacts",
    "Origin",
    "PopulationFacts",
    "facts_of_households",
    "household_facts",
    "population_facts",
]
