"""The other system, as it behaves on a bad day: it asks twice, acknowledges late, sends twice and in the wrong order.

It keeps the same contract (port.py) from the other side, so one test holds both. It knows people by the digest only.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .port import Event, Page, Receipt, Receipts, Refusal, System


@dataclass
class Revitalisation:
    """A watch list with its own numbered feed, and what it has heard from us."""

    own: list[dict[str, Any]] = field(default_factory=list)
    heard: dict[int, dict[str, Any]] = field(default_factory=dict)
    acknowledged_by_us: int = 0
    sent_up_to: int = 0

    # --- what it offers -------------------------------------------------------------------------------------------
    def events(self, after: int, limit: int) -> Page:
        """Its own feed."""
        return Page([dict(e) for e in self.own[after : after + limit]], len(self.own), self.acknowledged_by_us)

    def acknowledge(self, up_to: int) -> None:
        """We have taken in its events up to a number."""
        if not 0 <= up_to <= len(self.own):
            raise Refusal(f"no event {up_to}")
        self.acknowledged_by_us = max(self.acknowledged_by_us, up_to)

    def deliver(self, events: Sequence[Event]) -> Receipts:
        """Our events, in any order and any number of times."""
        return Receipts([self._taken(dict(event)) for event in events], self.gaps())

    def _taken(self, event: dict[str, Any]) -> Receipt:
        number = event.get("number")
        if not isinstance(number, int) or number < 1 or not event.get("people") or not event.get("kind"):
            return Receipt(number if isinstance(number, int) else 0, "invalid", "number, kind and people are needed")
        before = self.heard.setdefault(number, event)
        if before is event:
            return Receipt(number, "applied")
        return Receipt(number, "duplicate" if before == event else "conflict")

    # --- what it does ---------------------------------------------------------------------------------------------
    def says(self, kind: str, people: Iterable[str], day: str, code: str = "", **more: str) -> dict[str, Any]:
        """Something happens on its list: the next event of its feed."""
        event = {
            "number": len(self.own) + 1, "kind": kind, "code": code, "happened_on": day, "people": list(people), **more
        }  # fmt: skip
        self.own.append(event)
        return event

    def gaps(self) -> list[int]:
        """Numbers of ours that it has not heard."""
        return sorted(set(range(1, max(self.heard, default=0) + 1)) - self.heard.keys())

    def heard_up_to(self) -> int:
        """The number up to which it has heard everything."""
        gaps = self.gaps()
        return gaps[0] - 1 if gaps else max(self.heard, default=0)

    def poll(self, ours: System, chance: random.Random, limit: int = 3) -> int:
        """Read our feed to its end, some pages twice, some events lost on the way; returns how many pages it took."""
        pages = 0
        while True:
            after = self.heard_up_to()
            page = ours.events(after, limit)
            pages += 1
            kept = [e for e in page.events if chance.random() > 0.2]
            for _time in range(1 + (chance.random() < 0.3)):
                self.deliver(kept)
            if self.heard_up_to() >= page.last:
                return pages

    def acknowledge_late(self, ours: System, chance: random.Random) -> None:
        """Acknowledge less than it has, as a system does that was stopped in between; sometimes twice."""
        up_to = chance.randint(0, self.heard_up_to())
        for _time in range(1 + (chance.random() < 0.3)):
            ours.acknowledge(up_to)

    def send(self, ours: System, chance: random.Random) -> list[Receipts]:
        """Deliver what it has not sent yet: shuffled, in pieces, some of it twice; then whatever we miss."""
        waiting = self.own[self.sent_up_to :]
        shuffled = chance.sample(waiting, len(waiting)) + chance.sample(waiting, len(waiting) // 2)
        told = [ours.deliver(shuffled[n : n + 4]) for n in range(0, len(shuffled), 4)]
        while told and told[-1].missing:
            told.append(ours.deliver([self.own[number - 1] for number in told[-1].missing]))
        self.sent_up_to = len(self.own)
        return told
