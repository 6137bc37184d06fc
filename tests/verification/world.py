"""Builders for the tests of verification: a household, signed consents, a network that does what it is told."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.registry.models import Household, Person
from doudi.verification.actions import consents, requests
from doudi.verification.actions.signing import Mark, Signing
from doudi.verification.connectors.port import Malformed, Question, Reply, Ticket, Value
from doudi.verification.models import Query, Request, VerificationConsent
from doudi.verification.sources import ALL
from tests.registry.world import DAY, a_household, at, member, people_of

MATTER = "application:1"
YEAR = timedelta(days=365)


def png(width: int = 60, height: int = 20, *, ink: bool = True) -> bytes:
    """A small picture with a diagonal stroke, or with nothing on it."""
    rows = bytearray()
    for y in range(height):
        line = bytearray(width * 4)
        if ink:
            line[(y % width) * 4 : (y % width) * 4 + 8] = bytes([23, 33, 44, 255, 23, 33, 44, 120])
        rows += b"\0" + bytes(line[: width * 4])
    return _png(width, height, bytes(rows))


def _png(width: int, height: int, raw: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def drawn(image: bytes | None = None) -> Mark:
    """A drawn signature."""
    return Mark("drawn", "data:image/png;base64," + base64.b64encode(png() if image is None else image).decode())


def typed(person: Person) -> Signing:
    """A typed signature of somebody."""
    return Signing(person, Mark("typed", name=person.name))


def consent(by: Staff, home: Household, person: Person, **changes: Any) -> VerificationConsent:
    """A consent for a year to everything, signed by the person."""
    said: dict[str, Any] = {
        "signing": typed(person), "sources": ALL, "purpose": "application", "starts_on": DAY, "ends_on": DAY + YEAR,
        "on": DAY, "at": at(),
    }  # fmt: skip
    return consents.give(household=home, person=person, by=by, **said | changes)


def couple(by: Staff) -> tuple[Household, Person, Person]:
    """A household of husband and wife."""
    home = a_household(by, member("12"))
    head, wife = people_of(home)
    return home, head, wife


def asked(by: Staff, home: Household, members: Sequence[Person], **changes: Any) -> Request:
    """A verification asked for on the day."""
    said: dict[str, Any] = {"matter": MATTER, "place": home.division_code, "on": DAY, "at": at()}
    return requests.request(household=home, members=members, by=by, **said | changes)


class Network:
    """A network that answers what a test tells it to, and remembers what it was asked."""

    name = "province"

    def __init__(self, answer: Callable[[Ticket], list[Reply | Malformed]] | None = None) -> None:
        self.answer = answer or (lambda ticket: [])
        self.questions: list[Question] = []
        self.before: Callable[[Question], None] = lambda question: None

    def ask(self, question: Question, at: datetime) -> str:
        self.before(question)
        self.questions.append(question)
        return f"T-{question.reference[:20]}"

    def poll(self, tickets: Sequence[Ticket], at: datetime) -> list[Reply | Malformed]:
        return [one for ticket in tickets for one in self.answer(ticket)]


def reply(ticket: Ticket, *values: Value, **changes: Any) -> Reply:
    """A complete answer about the person asked about."""
    said: dict[str, Any] = {"state": "complete", "subject": ticket.question.resident_id, "as_of": date(2026, 11, 1)}
    return Reply(ticket.number, values=values, **said | changes)


def states(request: Request) -> dict[tuple[int, str], str]:
    """(person, source) → state."""
    return {(q.person_id, q.source): q.state for q in Query.objects.filter(request=request)}
