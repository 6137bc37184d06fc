"""Declared against found: one small pure rule a kind of item, and the lines of a report built from the answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from doudi.registry.models import Certificate, Household, Membership, Person, Statement
from doudi.registry.models.facts import HOUSEHOLD_KINDS, Source

from ..connectors.port import Reply, reply_of
from ..limits import TOLERANCE_PERCENT
from ..models import Answer, Conclusion, Query, QueryState, Request
from ..sources import COUNTED, EXPENSE, Finding, SourceTerms, terms_of
from .people import members_on

C = Conclusion
SPOUSES = ("10", "11", "12")
HEAD = "02"
# What a family should have said of itself; other certificates only ever help it.
TO_DECLARE = frozenset({"employment", "prison", "detox"})
NEGATIVE = frozenset({"", "no", "none", "0"})


@dataclass(frozen=True)
class Line:
    """One line before it is kept."""

    person_id: int | None
    kind: str
    source: str
    query_id: int | None
    conclusion: Conclusion
    declared: int | None = None
    found: int | None = None
    declared_code: str = ""
    found_code: str = ""
    found_words: str = ""
    as_of: date | None = None
    is_partial: bool = False


def of_figures(kind: str, declared: int | None, found: int | None) -> Conclusion | None:
    """How two figures compare; None where neither side says anything. Ten percent exactly is within."""
    if found is None:
        return C.NO_ANSWER if declared is not None else None
    if declared is None:
        if not found:
            return None
        return C.FOUND_ONLY if kind in EXPENSE else C.NOT_DECLARED
    if declared == found:
        return C.CONSISTENT
    if kind not in COUNTED and abs(found - declared) * 100 <= TOLERANCE_PERCENT * abs(declared):
        return C.WITHIN
    return C.UNDER if found > declared else C.OVER


def of_codes(kind: str, declared: str, found: str) -> Conclusion | None:
    """How two circumstances compare; None where there is nothing to say."""
    if found in NEGATIVE and declared in NEGATIVE:
        return None
    if declared == found:
        return C.CONSISTENT
    if not declared:
        finding = kind in Finding.values and kind != Finding.HOUSING_FUND
        return C.NOT_DECLARED if kind in TO_DECLARE or finding else C.FOUND_ONLY
    return C.DIFFERENT


def latest_queries(request: Request) -> list[Query]:
    """The question that counts for each person and source: the latest that was answered, else the latest."""
    rows = Query.objects.filter(request__matter=request.matter, request__round__lte=request.round)
    chosen: dict[tuple[int, str], Query] = {}
    for query in rows.select_related("person").order_by("request__round", "pk"):
        key = query.person_id, query.source
        held = chosen.get(key)
        if held is None or query.state == QueryState.ANSWERED or held.state != QueryState.ANSWERED:
            chosen[key] = query
    return sorted(chosen.values(), key=lambda q: q.pk)


def lines_of(request: Request, on: date) -> list[Line]:
    """Every line of the report of a round."""
    queries = latest_queries(request)
    replies = _replies(queries)
    known = _Known(request.household, [q.person for q in queries], on)
    lines = [line for query in queries for line in _person_lines(query, replies.get(query.pk), known)]
    lines += _household_lines(queries, replies, known, {m.person_id for m in members_on(request.household_id, on)})
    return lines + list(_silent_lines(queries, lines))


def household_figures(request: Request, on: date) -> Iterator[tuple[str, str, int, date]]:
    """(kind, source, amount, as of) of the household: known only once every member has been answered for."""
    queries = latest_queries(request)
    replies = _replies(queries)
    members = {m.person_id for m in members_on(request.household_id, on)}
    for terms, kind in _household_kinds(queries):
        values, people, as_of = _gathered(kind, terms, queries, replies)
        if values is not None and members <= people and as_of is not None and terms.registry:
            yield kind, terms.registry, values, as_of


class _Known:
    """What the family said and the registry holds, read once."""

    def __init__(self, household: Household, people: Iterable[Person], on: date) -> None:
        self.people = {p.pk: p for p in people}
        said = Statement.objects.known().filter(source=Source.DECLARED).order_by("starts_on", "recorded_at", "pk")
        rows = [*said.filter(person__in=self.people), *said.filter(household=household)]
        self.figures = {(row.person_id, row.kind): row.amount for row in rows}
        papers = Certificate.objects.known().on(on).filter(person__in=self.people)
        stated = papers.filter(source__in=[Source.DECLARED, Source.VISIT]).order_by("recorded_at", "pk")
        self.codes = {(c.person_id, c.kind): c.code for c in stated}
        self.married = _married(household, on)

    def code(self, person_id: int, kind: str) -> str:
        """The circumstance as declared; '' if nothing was."""
        if kind == Finding.SPOUSE:
            return "yes" if person_id in self.married else ""
        if kind == Finding.DEATH:
            return "yes" if self.people[person_id].death_date else ""
        return self.codes.get((person_id, kind), "")


def _married(household: Household, on: date) -> frozenset[int]:
    """The people whose spouse is a member: the head with a spouse, and that spouse."""
    rows = Membership.objects.known().on(on).filter(household=household)
    spouses = frozenset(rows.filter(relation__in=SPOUSES).values_list("person_id", flat=True))
    heads = rows.filter(relation=HEAD).values_list("person_id", flat=True)
    return spouses | frozenset(heads) if spouses else spouses


def _replies(queries: Iterable[Query]) -> Mapping[int, Reply]:
    """The last complete answer to each question."""
    ids = [q.pk for q in queries if q.state == QueryState.ANSWERED]
    rows = Answer.objects.filter(query__in=ids, is_partial=False).order_by("pk")
    return {row.query_id: reply_of(json.loads(str(row.payload))) for row in rows}


def _person_lines(query: Query, reply: Reply | None, known: _Known) -> Iterator[Line]:
    terms = terms_of(query.source)
    for kind in (*terms.feeds, *terms.tells):
        if kind in HOUSEHOLD_KINDS:
            continue
        line = _figure_line(query, kind, reply, known) if kind in Statement.Kind.values else _code_line(
            query, kind, reply, known)  # fmt: skip
        if line is not None:
            yield line


def _figure_line(query: Query, kind: str, reply: Reply | None, known: _Known) -> Line | None:
    declared = known.figures.get((query.person_id, kind))
    found = _sum(kind, reply)
    conclusion = of_figures(kind, declared, found)
    if conclusion is None:
        return None
    as_of = reply.as_of if reply else None
    return Line(query.person_id, kind, query.source, query.pk, conclusion, declared, found, as_of=as_of)


def _code_line(query: Query, kind: str, reply: Reply | None, known: _Known) -> Line | None:
    values = [v for v in reply.values if v.kind == kind] if reply else []
    if not values:
        return None
    declared, found, words = known.code(query.person_id, kind), values[-1].code, values[-1].words
    if not found and values[-1].amount:
        found = "yes"
    conclusion = of_codes(kind, declared, found)
    if conclusion is None:
        return None
    return Line(query.person_id, kind, query.source, query.pk, conclusion, declared_code=declared, found_code=found,
                found=values[-1].amount, found_words=words, as_of=reply.as_of if reply else None)  # fmt: skip


def _household_kinds(queries: Iterable[Query]) -> list[tuple[SourceTerms, str]]:
    asked = dict.fromkeys(q.source for q in queries)
    return [(terms_of(s), kind) for s in asked for kind in terms_of(s).of_the_household]


def _gathered(
    kind: str, terms: SourceTerms, queries: Iterable[Query], replies: Mapping[int, Reply]
) -> tuple[int | None, set[int], date | None]:
    """The figure over everybody answered for, who they are, and the oldest day of their data."""
    found = {q.person_id: replies[q.pk] for q in queries if q.source == terms.key and q.pk in replies}
    sums = {person: amount for person, reply in found.items() if (amount := _sum(kind, reply)) is not None}
    if not sums:
        return None, set(), None
    days = [found[person].as_of for person in sums]
    total = max(sums.values()) if kind == "business_over_rule" else sum(sums.values())
    return total, set(sums), min((d for d in days if d), default=None)


def _household_lines(
    queries: list[Query], replies: Mapping[int, Reply], known: _Known, members: set[int]
) -> Iterator[Line]:
    for terms, kind in _household_kinds(queries):
        found, people, as_of = _gathered(kind, terms, queries, replies)
        declared, partial = known.figures.get((None, kind)), not members <= people
        conclusion = of_figures(kind, declared, found)
        if partial and conclusion not in (C.UNDER, C.NOT_DECLARED):
            # What some members have is a least: it can show that too little was declared, never that enough was.
            conclusion = C.NO_ANSWER if declared is not None or found else None
            found = None
        if conclusion is not None:
            yield Line(None, kind, terms.key, None, conclusion, declared, found, as_of=as_of, is_partial=partial)


def _silent_lines(queries: Iterable[Query], lines: Iterable[Line]) -> Iterator[Line]:
    """A line for every question without an answer that no other line shows."""
    shown = {line.query_id for line in lines}
    for query in queries:
        if query.state != QueryState.ANSWERED and query.pk not in shown:
            terms = terms_of(query.source)
            yield Line(query.person_id, (*terms.feeds, *terms.tells)[0], query.source, query.pk, C.NO_ANSWER)


def _sum(kind: str, reply: Reply | None) -> int | None:
    amounts = [v.amount for v in reply.values if v.kind == kind] if reply else []
    return sum(a for a in amounts if a is not None) if amounts and None not in amounts else None
