"""A provincial network of our own making: it delays, refuses, answers in parts, twice, for another province, or never.

Which it does is decided by the seed and the question alone, so every run can be repeated. It runs in-process, and as a
small server on loopback (`server.py`). Moments come from the caller; its data are made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum

from django.utils import timezone

from ..sources import Finding, terms_of
from ..texts import sm3
from .port import COMPLETE, PARTIAL, REJECTED, Malformed, Question, Reply, Ticket, Value


class Behaviour(Enum):
    """What the network does with a question."""

    PROMPT = "prompt"
    LATE = "late"
    REJECT = "reject"
    PARTS = "parts"
    TWICE = "twice"
    FOREIGN = "foreign"
    SILENT = "silent"
    UNASKED = "unasked"  # answers, and sends along an answer to a ticket that nobody holds
    OTHER_PERSON = "other_person"


B = Behaviour
USUAL = (*[B.PROMPT] * 60, *[B.LATE] * 14, *[B.PARTS] * 7, *[B.TWICE] * 7, *[B.REJECT] * 4, *[B.FOREIGN] * 3,
         *[B.UNASKED] * 2, B.OTHER_PERSON, *[B.SILENT] * 2)  # fmt: skip
LATE_MINUTES = 3 * 24 * 60
REASONS = ("NO_RECORD", "ID_MISMATCH", "BUSY")

Plan = Callable[[Question], Behaviour]
Says = Callable[[Question, date], Sequence[Value]]


@dataclass
class Simulator:
    """The network. `plan` decides how it behaves and `says` what it tells; both default to draws from the seed."""

    seed: str = "doudi"
    plan: Plan | None = None
    says: Says | None = None
    name: str = "simulator"
    _asked: dict[str, tuple[Question, datetime]] = field(default_factory=dict)

    def ask(self, question: Question, at: datetime) -> str:
        """The same reference gets the same ticket, however often it is sent."""
        number = f"SIM-{at:%Y%m%d%H%M}-{question.reference}"
        kept = next((n for n, (q, _at) in self._asked.items() if q.reference == question.reference), None)
        if kept is None:
            self._asked[number] = question, at
        return kept or number

    def poll(self, tickets: Sequence[Ticket], at: datetime) -> list[Reply | Malformed]:
        """Everything that has been answered by now about the tickets."""
        replies: list[Reply | Malformed] = []
        for ticket in tickets:
            question, asked_at = self._asked.get(ticket.number) or (ticket.question, _asked_at(ticket.number))
            replies += self._replies(ticket.number, question, at - asked_at, timezone.localdate(at))
        return replies

    def question_of(self, number: str) -> Question | None:
        """What was asked under a ticket; the server knows only numbers."""
        kept = self._asked.get(number)
        return kept[0] if kept else None

    def _replies(self, number: str, question: Question, passed: timedelta, on: date) -> list[Reply]:
        behaviour = self.plan(question) if self.plan else USUAL[self._draw(question, "plan") % len(USUAL)]
        late = behaviour in (B.LATE, B.PARTS)
        whole = Reply(number, COMPLETE, question.resident_id, as_of=_month_end(on), values=self._values(question, on))
        done = not late or passed >= timedelta(minutes=1 + self._draw(question, "delay") % LATE_MINUTES)
        if behaviour is B.SILENT or (behaviour is B.LATE and not done):
            return []
        return self._said(behaviour, question, whole, done)

    def _said(self, behaviour: Behaviour, question: Question, whole: Reply, done: bool) -> list[Reply]:
        part = replace(whole, state=PARTIAL, values=whole.values[: len(whole.values) // 2])
        code = REASONS[self._draw(question, "code") % len(REASONS)]
        stranger = "53319919000101001X" if question.resident_id != "53319919000101001X" else "533199190001010028"
        return {
            B.REJECT: [replace(whole, state=REJECTED, code=code, values=())],
            B.PARTS: [part, whole] if done else [part],
            B.TWICE: [whole, whole],
            B.FOREIGN: [replace(whole, province="52")],
            B.UNASKED: [replace(whole, ticket=f"SIM-LOST-{question.reference[:8]}"), whole],
            B.OTHER_PERSON: [replace(whole, subject=stranger)],
        }.get(behaviour, [whole])

    def _values(self, question: Question, on: date) -> tuple[Value, ...]:
        if self.says is not None:
            return tuple(self.says(question, on))
        return tuple(self._value(question, kind) for kind in terms_of(question.source).feeds if kind in SIZES) + tuple(
            Value(kind, code="no") for kind in terms_of(question.source).tells
        )

    def _value(self, question: Question, kind: str) -> Value:
        return Value(kind, amount=self._draw(question, kind) % SIZES[kind])

    def _draw(self, question: Question, what: str) -> int:
        return int(sm3(f"{self.seed}\n{question.resident_id}\n{question.source}\n{what}")[:12], 16)


# Kind → one more than the largest figure that is drawn, in the registry's unit.
SIZES = {
    "wage_income": 3_000_000, "business_net_income": 1_200_000, "property_net_income": 60_000,
    "transfer_net_income": 200_000, "basic_pension": 160_000, "old_age_allowance": 60_000,
    "medical_self_paid": 1_500_000, "education_fee": 800_000, "rehabilitation_fee": 200_000,
    "financial_assets": 2_000_000, "vehicle_count": 2, "vehicle_value": 3_000_000, "extra_dwellings": 2,
    "business_over_rule": 1,
}  # fmt: skip
NOTHING = {Finding.DEATH.value, Finding.SPOUSE.value, Finding.BENEFIT.value}


def _asked_at(number: str) -> datetime:
    """When a ticket of ours was given, read from its number: a new process goes on where the last one stopped."""
    stamp = number.split("-")[1] if number.count("-") > 1 else ""
    if len(stamp) != 12 or not stamp.isdigit():
        return datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
    return datetime.strptime(f"{stamp}+0000", "%Y%m%d%H%M%z")


def _month_end(on: date) -> date:
    """Sources know up to the end of the month before last month's filing: the first of the present month."""
    return on.replace(day=1)
