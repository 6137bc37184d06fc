"""Our system as the other one sees it, without a network between: for the demo and for rehearsals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Refused

from . import actions
from .port import Event, Page, Receipts, Refusal
from .queries import feed


@dataclass(frozen=True)
class LocalSystem:
    """Acts in the name of a member of staff at one moment."""

    county: str
    by: Staff
    on: date
    at: datetime

    def events(self, after: int, limit: int) -> Page:
        """Our feed."""
        found = [one.as_json() for one in feed.events(after, limit, county=self.county)]
        return Page(list(found), feed.last_number(self.county), feed.acknowledged(self.county))

    def acknowledge(self, up_to: int) -> None:
        """They have taken in everything up to a number."""
        try:
            actions.acknowledge(county=self.county, up_to=up_to, by=self.by, at=self.at)
        except Refused as refused:
            raise Refusal(str(refused)) from refused

    def deliver(self, events: Sequence[Event]) -> Receipts:
        """Their events."""
        return actions.receive(county=self.county, events=events, by=self.by, on=self.on, at=self.at)
