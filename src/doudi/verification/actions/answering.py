"""Sending one question and taking in one answer. The consent is looked at again in the same transaction as the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.places.queries import calendar_for
from doudi.privacy.cipher import keyring
from doudi.registry.actions import Refused, record_certificate, state_amount
from doudi.registry.models import Certificate

from ..connectors import for_question
from ..connectors.port import OWN_PROVINCE, PARTIAL, REJECTED, Question, Reply
from ..limits import SENDINGS
from ..models import ASKED, Answer, Query, QueryState, Stray, Ticket
from ..models.asking import into
from ..queries.consents import covering
from ..sources import terms_of
from .consents import lock
from .recording import record

S = QueryState
TAKEN = (S.SENT, S.PARTIAL, S.NO_ANSWER)


def question_of(query: Query, reference: str) -> Question:
    """What a source is told: as little as it needs to find the person, and why it may be asked."""
    return Question(
        reference=reference, source=query.source, resident_id=str(query.person.resident_id or ""),
        name=query.person.name, matter=query.request.number, consent=query.consent.number,
    )  # fmt: skip


def reference_of(query: Query) -> str:
    """The same for a sending that is repeated after a rollback, another for the next sending."""
    return keyring().digest(f"verification\n{query.pk}\n{query.sendings}".encode())[:40]


def send(*, query: Query, by: Staff, on: date, at: datetime) -> Query:
    """Ask one source about one person, if a consent is live at this moment; else the question is blocked.

    Raises connectors.port.Unreachable, connectors.NoNetwork, kernel.calendar.MissingYear; nothing is saved then.
    """
    permit(by, Permission.VERIFICATION_RUN, place=query.division_code)
    with transaction.atomic():
        lock(query.person_id)
        consent = covering(query.person_id, query.source, on)
        if consent is None:
            return _moved(query, S.BLOCKED, by)
        if not query.person.resident_id:
            return _moved(query, S.REJECTED, by, code="NO_NUMBER", origins=[S.WAITING])
        query.consent = consent
        reference = reference_of(query)
        question = question_of(query, reference)
        due = calendar_for(query.division_code[:6]).add_workdays(on, terms_of(query.source).workdays)
        Query.objects.filter(pk=query.pk).update(consent=consent)
        connector = for_question(question, on)
        number = connector.ask(question, at)
        Ticket.objects.create(
            query=query, division_code=query.division_code, connector=connector.name, reference=reference,
            number=number, sent_at=at,
        )  # fmt: skip
        return _moved(query, S.SENT, by, due_on=due, sendings=query.sendings + 1)


def receive(*, reply: Reply, connector: str, by: Staff, on: date, at: datetime) -> Answer | Stray | None:
    """Take in one answer; what does not belong to a question of ours is listed, and what it said is not kept.

    None: nothing new (an answer given twice, or a refusal).
    """
    permit(by, Permission.VERIFICATION_RUN)
    with transaction.atomic():
        ticket = (
            Ticket.objects.filter(connector=connector, number=reply.ticket)
            .select_related("query__request", "query__person", "query__consent")
            .first()
        )
        if ticket is None:
            return stray(reply, connector, None, Stray.Why.UNKNOWN_TICKET, at)
        query = ticket.query
        lock(query.person_id)
        query.refresh_from_db(fields=["state"])
        if Answer.objects.filter(query=query, payload_digest=_digest(reply)).exists():
            return None
        if why := _unfit(reply, query, on):
            if why is Stray.Why.CONSENT_ENDED:
                _moved(query, S.REFUSED, by)
            return stray(reply, connector, query, why, at)
        return _taken(reply, ticket, by, on, at)


def stray(reply: Reply, connector: str, query: Query | None, why: Stray.Why, at: datetime) -> Stray | None:
    """List an answer that is not taken; None if it was listed before. Only its digest is kept."""
    place = query.division_code if query else settings.DOUDI_COUNTY.ljust(12, "0")
    return noted(place, query, connector, reply.ticket, why, _digest(reply), at)


def noted(
    place: str, query: Query | None, connector: str, number: str, why: Stray.Why, digest: str, at: datetime
) -> Stray | None:
    """One line of the list of answers that were not taken."""
    found, new = Stray.objects.get_or_create(
        connector=connector, number=number, digest=digest,
        defaults={"division_code": place, "query": query, "why": why, "received_at": at},
    )  # fmt: skip
    return found if new else None


def expire(*, query: Query, by: Staff, on: date, at: datetime) -> Query:
    """The source's time is over: it is asked once more, then it counts as silent."""
    permit(by, Permission.VERIFICATION_RUN, place=query.division_code)
    with transaction.atomic():
        if query.state not in ASKED or query.due_on is None or on <= query.due_on:
            return query
        again = query.sendings < SENDINGS and query.state == S.SENT
        return _moved(query, S.WAITING if again else S.NO_ANSWER, by)


def _unfit(reply: Reply, query: Query, on: date) -> Stray.Why | None:
    """Why an answer to a ticket of ours is not taken."""
    terms = terms_of(query.source)
    if query.state not in TAKEN:
        return Stray.Why.ALREADY_ANSWERED
    if covering(query.person_id, query.source, on) is None:
        return Stray.Why.CONSENT_ENDED
    if reply.province != OWN_PROVINCE:
        return Stray.Why.OTHER_PROVINCE
    if reply.subject != str(query.person.resident_id):
        return Stray.Why.OTHER_PERSON
    strange = any(v.kind not in (*terms.feeds, *terms.tells) for v in reply.values)
    late = reply.as_of is not None and reply.as_of > on
    dateless = reply.as_of is None and bool(reply.values)
    return Stray.Why.MALFORMED if strange or late or dateless else None


def _taken(reply: Reply, ticket: Ticket, by: Staff, on: date, at: datetime) -> Answer | Stray | None:
    query = ticket.query
    if reply.state == REJECTED:
        _moved(query, S.REJECTED, by, code=reply.code[:20])
        return None
    if reply.state != PARTIAL and not _fed(query, reply, ticket, by, on, at):
        return stray(reply, ticket.connector, query, Stray.Why.MALFORMED, at)
    answer = Answer.objects.create(
        query=query, ticket=ticket, division_code=query.division_code, is_partial=reply.state == PARTIAL,
        payload=reply.payload, payload_digest=_digest(reply), as_of=reply.as_of, received_on=on, received_at=at,
    )  # fmt: skip
    if reply.state != PARTIAL:
        _moved(query, S.ANSWERED, by, answer=answer.pk)
    elif query.state == S.SENT:
        _moved(query, S.PARTIAL, by, answer=answer.pk)
    return answer


def _fed(query: Query, reply: Reply, ticket: Ticket, by: Staff, on: date, at: datetime) -> bool:
    """State the values in the registry under their source; False, with nothing stated, if it refuses one."""
    terms = terms_of(query.source)
    try:
        with transaction.atomic():
            for kind in terms.feeds:
                if kind not in terms.of_the_household:
                    _feed(query, kind, reply, terms.registry, ticket.number, _Actor(by, on, at))
    except Refused:
        return False
    return True


@dataclass(frozen=True)
class _Actor:
    """Who, on what day, at what moment."""

    by: Staff
    on: date
    at: datetime


def _feed(query: Query, kind: str, reply: Reply, source: str, number: str, actor: _Actor) -> None:
    values = [v for v in reply.values if v.kind == kind]
    if not values or reply.as_of is None:
        return
    if kind in Certificate.Kind.values:
        last = values[-1]
        record_certificate(
            person=query.person, kind=kind, source=source, starts_on=last.since or reply.as_of, code=last.code,
            grade=last.grade, by=actor.by, on=actor.on, at=actor.at,
        )  # fmt: skip
    elif all(v.amount is not None for v in values):
        state_amount(
            person=query.person, kind=kind, amount=sum(v.amount or 0 for v in values), source=source,
            as_of=reply.as_of, reference=number[:80], by=actor.by, on=actor.on, at=actor.at,
        )  # fmt: skip


def _moved(
    query: Query, state: QueryState, by: Staff, *, origins: list[QueryState] | None = None, code: str = "",
    due_on: date | None = None, sendings: int | None = None, answer: int | None = None,
) -> Query:  # fmt: skip
    """Take a question to another state by the table of moves, on the record."""
    changes: dict[str, Any] = {"state": state, "code": code}
    changes |= {"due_on": due_on} if due_on else {}
    changes |= {"sendings": sendings} if sendings else {}
    allowed = origins if origins is not None else into(state)
    Query.objects.filter(pk=query.pk, state__in=allowed).update(**changes)
    query.refresh_from_db()
    detail: dict[str, Any] = {"query": query.pk, "source": query.source, "consent": query.consent_id}
    detail |= {"answer": answer} if answer else {}
    record(f"verification.{ACTS[state]}", "verification", query.request, by, **detail)
    return query


ACTS = {
    S.WAITING: "ask_again", S.SENT: "ask", S.PARTIAL: "answer", S.ANSWERED: "answer", S.REJECTED: "rejected",
    S.NO_ANSWER: "no_answer", S.BLOCKED: "blocked", S.REFUSED: "refused",
}  # fmt: skip


def _digest(reply: Reply) -> str:
    return keyring().digest(reply.payload.encode())
