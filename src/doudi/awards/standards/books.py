"""The two rulebooks of a proposal: what held before it, and what holds with it."""

from __future__ import annotations

from datetime import date, timedelta

from doudi.rulebook.actions import proposed_book
from doudi.rulebook.models import ParameterDraft, State
from doudi.rulebook.queries.book import county_book

from .comparing import Change, change_of


def change_by(draft: ParameterDraft, today: date) -> Change:
    """What the values of a proposal change. RuleError where two values would hold on one day."""
    starts = list(draft.blocks.values_list("name", "starts_on"))
    if draft.state == State.PUBLISHED and draft.decided_at is not None:
        before = county_book(draft.decided_at - timedelta(microseconds=1))
        return change_of(before, county_book(draft.decided_at), starts, today)
    return change_of(county_book(), proposed_book(draft), starts, today)
