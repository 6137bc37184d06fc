"""Whether money went out on changed amounts: asked before an adjustment is undone, answered by rooms above.

The same plug as `registry.cards`: whoever pays registers a guard in its `AppConfig.ready()`. Awards know no payment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Question:
    """Was any of these awards paid (or is it locked in a run to be paid) for a month on amounts recorded since then?

    `awards` are ids; `from_month` the first month that was changed; `since` the moment from which on the changed
    amounts were known, so that a line paid before it was paid on the old amounts and is no hindrance.
    """

    awards: Collection[int]
    from_month: date
    since: datetime


Guard = Callable[[Question], str]
"""'' if nothing was paid, or a sentence for the person who tried: what was paid, and what to do instead."""

_guards: dict[str, Guard] = {}


def register(name: str, guard: Guard) -> None:
    """Add a guard; a name registered twice is replaced."""
    _guards[name] = guard


def unregister(name: str) -> None:
    """Take a guard away."""
    _guards.pop(name, None)


def hindrance(question: Question) -> str:
    """The first hindrance, or ''."""
    return next((said for guard in _guards.values() if (said := guard(question))), "")
