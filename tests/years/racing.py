"""Hands that do something at once, on connections of their own, in an order that a seed decides by the statement.

Only one hand moves at a time. Who is asked to move and waits for a lock of another gives the turn away, so no order
stops the race; whatever the order, what comes out must be right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from django.db import connection

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Conflict, Refused
from tests.conftest import web_role

PATIENCE = 0.1  # seconds after which a statement counts as waiting for a lock of another hand
Act = Callable[[], object]


class Turns:
    """Whose statement comes next."""

    def __init__(self, chance: Random, hands: int) -> None:
        self.chance, self.ready = chance, threading.Condition()
        self.waiting: set[int] = set()
        self.living = set(range(hands))
        self.moving: int | None = None
        self.order: list[int] = []

    def wait(self, hand: int) -> None:
        """Until it is this hand's turn."""
        with self.ready:
            self.waiting.add(hand)
            self._choose()
            while self.moving != hand:
                if not self.ready.wait(PATIENCE):
                    self.moving = None  # whoever moves hangs on a lock that one of us holds
                    self._choose(hanging=True)
            self.waiting.discard(hand)

    def done(self, hand: int) -> None:
        """The statement is through."""
        with self.ready:
            if self.moving == hand:
                self.moving = None
            self.ready.notify_all()

    def leave(self, hand: int) -> None:
        """The hand has done what it came for."""
        with self.ready:
            self.living.discard(hand)
            self.waiting.discard(hand)
            if self.moving == hand:
                self.moving = None
            self._choose()

    def _choose(self, *, hanging: bool = False) -> None:
        """When all who live wait, the die decides; it decides among those who wait when somebody hangs."""
        if self.moving is None and self.waiting and (hanging or self.waiting == self.living):
            self.moving = self.chance.choice(sorted(self.waiting))
            self.order.append(self.moving)
            self.ready.notify_all()


def race(chance: Random, acts: Sequence[tuple[Staff, Act]]) -> list[str]:
    """What each was told: "done", or why not. Each behind row-level security."""
    turns = Turns(chance, len(acts))

    def hand(number: int) -> str:
        staff, act = acts[number]

        def wrapper(execute: Callable[..., Any], *said: Any) -> Any:
            turns.wait(number)
            try:
                return execute(*said)
            finally:
                turns.done(number)

        try:
            with web_role(staff), connection.execute_wrapper(wrapper):
                act()
            return "done"
        except (Refused, Conflict) as problem:
            return str(problem) or "conflict"
        finally:
            turns.leave(number)
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(hand, range(len(acts))))
