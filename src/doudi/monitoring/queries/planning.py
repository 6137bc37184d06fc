"""What to ask at the door: the rulebook's planner over what is known of the household, in the words of the phone."""

from __future__ import annotations

from datetime import date

from doudi.policy import PolicyError
from doudi.policy.questions import questions
from doudi.registry.facts import household_facts
from doudi.rulebook.queries.answers import case_of
from doudi.rulebook.queries.book import county_book

from .field import spec_of

MOST = 8
"""More open questions than this nobody asks at one visit."""


def plan(household_id: int, on: date, *, using: str = "default") -> list[str]:
    """Keys of the facts to ask, the most helpful first; none where the rulebook cannot tell on that day."""
    try:
        decision = county_book().decide(case_of(household_facts(household_id, on=on, using=using)), on)
    except PolicyError:
        return []
    keys = [one.fact.replace("person:p", "person:") for one in questions(decision, limit=MOST)]
    return [key for key in keys if spec_of(key) is not None]
