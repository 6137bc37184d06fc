"""Who wants to know that data has arrived: rooms above plug themselves in, feeds knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

Listener = Callable[[int, list[int], date, datetime], None]
Objection = Callable[[int, list[int]], str]

_listeners: list[Listener] = []
_objections: list[Objection] = []


def register(listener: Listener) -> None:
    """Call `listener(batch_id, household_ids, on, at)` when a batch has landed or was taken back.

    The households are those about which a fact changed. Called once, as the owner of the tables (alias
    `doudi.jobs.queries.control_alias()`), in the transaction that makes the batch landed: what the listener writes
    commits with it, and what it raises stops the landing where it is.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def object_to_undo(objection: Objection) -> None:
    """Ask `objection(batch_id, household_ids)` before a batch is taken back: a sentence why not, or ''."""
    if objection not in _objections:
        _objections.append(objection)


def tell(batch_id: int, household_ids: list[int], on: date, at: datetime) -> None:
    """Tell everybody."""
    for listener in _listeners:
        listener(batch_id, household_ids, on, at)


def objections(batch_id: int, household_ids: list[int]) -> list[str]:
    """Why a batch should not be taken back; empty if nobody minds."""
    return [words for objection in _objections if (words := objection(batch_id, household_ids))]
