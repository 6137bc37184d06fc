"""Feeds that the county has received already: a source need not be asked for what it sent last week.

Empty until the feeds' context plugs its lookup in (`plug`, once, when the apps are ready).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from ..sources import terms_of
from .port import COMPLETE, Malformed, Question, Reply, Ticket, Value

Lookup = Callable[[Question], "tuple[date, Sequence[Value]] | None"]
_lookups: list[Lookup] = []


def plug(lookup: Lookup) -> None:
    """Make a lookup known: for a question the day of the data and what they say, or None if nothing was received."""
    _lookups.append(lookup)


def unplug(lookup: Lookup) -> None:
    """Take a lookup out again."""
    _lookups.remove(lookup)


class ReceivedFeeds:
    """Answers at once from what is kept, or has nothing to say."""

    name = "received"

    def has(self, question: Question, on: date) -> bool:
        """Whether something fresh enough for this source is kept."""
        return self._found(question, on) is not None

    def ask(self, question: Question, at: datetime) -> str:
        """The reference is the ticket: nothing is sent anywhere."""
        return f"received-{question.reference}"

    def poll(self, tickets: Sequence[Ticket], at: datetime) -> list[Reply | Malformed]:
        """What is kept about each."""
        on, replies = timezone.localdate(at), []
        for ticket in tickets:
            found = self._found(ticket.question, on)
            if found is not None:
                day, values = found
                subject = ticket.question.resident_id
                replies.append(Reply(ticket.number, COMPLETE, subject, as_of=day, values=tuple(values)))
        return list(replies)

    def _found(self, question: Question, on: date) -> tuple[date, Sequence[Value]] | None:
        oldest = on - timedelta(days=terms_of(question.source).fresh_days)
        answers = [found for lookup in _lookups if (found := lookup(question)) is not None and found[0] >= oldest]
        return max(answers, key=lambda a: a[0], default=None)
