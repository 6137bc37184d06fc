"""The contract that both systems keep: a numbered feed that can be read again, and a door for the other's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Event = Mapping[str, Any]
"""A JSON object with at least `number`, `kind`, `happened_on` (YYYY-MM-DD) and `people` (digests)."""


@dataclass(frozen=True)
class Page:
    """Some events in the order of their numbers; `last` is the highest number there is."""

    events: list[Event]
    last: int
    acknowledged: int


@dataclass(frozen=True)
class Receipt:
    """What became of one delivered event: applied, unmatched, duplicate, conflict, invalid."""

    number: int
    result: str
    message: str = ""


@dataclass(frozen=True)
class Receipts:
    """One receipt an event, in their order, and the numbers that have never come."""

    receipts: list[Receipt]
    missing: list[int]


class Refusal(Exception):
    """The other side says no; the message says what to do."""


class System(Protocol):
    """One of the two systems as the other sees it."""

    def events(self, after: int, limit: int) -> Page:
        """What happened after a number; asking again gives the same."""

    def acknowledge(self, up_to: int) -> None:
        """Everything up to a number has been taken in. Refusal if there is no such number."""

    def deliver(self, events: Sequence[Event]) -> Receipts:
        """Here is what happened on our side; twice is the same as once, and the order does not matter."""
