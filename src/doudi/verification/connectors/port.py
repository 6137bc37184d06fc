"""The one port through which a source is asked, whoever answers: kept feeds, the provincial network, the simulator.

`ask` is safe to repeat: the same reference gives the same ticket. `poll` gives every answer known for the tickets each
time it is asked, and may give answers to tickets nobody asked about: the caller sorts them out. Both take the moment,
because nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

OWN_PROVINCE = "53"
COMPLETE, PARTIAL, REJECTED = "complete", "partial", "rejected"
STATES = frozenset({COMPLETE, PARTIAL, REJECTED})


class Unreachable(Exception):
    """The network does not answer at all; nothing was asked, try later."""


class Malformed(ValueError):
    """An answer that does not read as one."""


@dataclass(frozen=True)
class Question:
    """What a source is asked: about whom, by which consent, for which matter, until when."""

    reference: str
    source: str
    resident_id: str
    name: str
    matter: str
    consent: str


@dataclass(frozen=True)
class Ticket:
    """What the network gave for a question. The question goes along for connectors that keep nothing themselves."""

    number: str
    question: Question


@dataclass(frozen=True)
class Value:
    """One thing a source says. `amount` in the unit of the registry's kind, or `code` and `grade`, or `words`."""

    kind: str
    amount: int | None = None
    code: str = ""
    grade: int | None = None
    since: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Reply:
    """One answer. `subject` is the number of the person it is about, `province` whose data it holds."""

    ticket: str
    state: str
    subject: str
    province: str = OWN_PROVINCE
    code: str = ""
    as_of: date | None = None
    values: tuple[Value, ...] = ()

    @property
    def payload(self) -> str:
        """The answer as canonical JSON: equal answers have equal payloads."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))


class Connector(Protocol):
    """One way to ask."""

    name: str

    def ask(self, question: Question, at: datetime) -> str:
        """Ask, and get the number of the ticket. Raises Unreachable."""

    def poll(self, tickets: Sequence[Ticket], at: datetime) -> list[Reply | Malformed]:
        """What has been answered so far. Raises Unreachable."""


def reply_of(data: Any) -> Reply:
    """An answer read from JSON. Raises Malformed with what is wrong, never with what it said."""
    if not isinstance(data, dict):
        raise Malformed("not an object")
    state = _text(data, "state", 10)
    if state not in STATES:
        raise Malformed("state")
    values = data.get("values") or []
    if not isinstance(values, list) or len(values) > 200:
        raise Malformed("values")
    return Reply(
        ticket=_text(data, "ticket", 80), state=state, subject=_text(data, "subject", 18), code=_text(data, "code", 20),
        province=_text(data, "province", 2), as_of=_day(data, "as_of"), values=tuple(_value(v) for v in values),
    )  # fmt: skip


def _value(data: Any) -> Value:
    if not isinstance(data, dict):
        raise Malformed("values")
    return Value(
        kind=_text(data, "kind", 24), amount=_whole(data, "amount"), code=_text(data, "code", 24),
        grade=_whole(data, "grade"), since=_day(data, "since"), words=_text(data, "words", 200),
    )  # fmt: skip


def _text(data: dict[str, Any], name: str, longest: int) -> str:
    found = data.get(name) or ""
    if not isinstance(found, str) or len(found) > longest or any(ord(c) < 32 for c in found):
        raise Malformed(name)
    return found


def _whole(data: dict[str, Any], name: str) -> int | None:
    found = data.get(name)
    if found is not None and (not isinstance(found, int) or isinstance(found, bool) or abs(found) >= 2**53):
        raise Malformed(name)
    return found


def _day(data: dict[str, Any], name: str) -> date | None:
    found = data.get(name)
    if found in (None, ""):
        return None
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        raise Malformed(name) from None
