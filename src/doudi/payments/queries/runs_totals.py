"""Control totals of a run: by programme and residence, by township, by change; and the digest of its list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Substr

from ..kinds import LineState
from ..models import PaymentLine, PaymentRun
from .runs_changes import compared_month, gone, overpaid
from .runs_planning import whole_tables

LIVING = (LineState.READY, LineState.HELD, LineState.LOCKED, LineState.PAID, LineState.FAILED, LineState.CLOSED)
GOING = (LineState.READY, LineState.LOCKED, LineState.PAID, LineState.FAILED, LineState.CLOSED)
OVERPAID_KEPT = 500


def living(run: PaymentRun, using: str = "default") -> QuerySet[PaymentLine]:
    """The lines a run holds; those left out are not among them."""
    return PaymentLine.objects.using(using).filter(run=run, state__in=LIVING)


def totals(rows: QuerySet[PaymentLine], *keys: str) -> list[dict[str, Any]]:
    """Households, people and money of lines, grouped; what is held stands beside what goes out."""
    held, going = Q(state=LineState.HELD), Q(state__in=GOING)
    main = Q(portion="main", kind__in=["monthly", "subsidy", "once"])
    found = rows.values(*keys).annotate(
        lines=Count("pk"), households=Count("household_id", distinct=True),
        people=_sum("people_count", main & Q(month=F("run__month"))),
        due_fen=_sum("due_fen"), kept_fen=_sum("kept_fen"),
        held=Count("pk", filter=held), held_fen=_sum("fen", held), payable=Count("pk", filter=going),
        payable_fen=_sum("fen", going),
    )  # fmt: skip
    return list(found.order_by(*keys))


def _sum(name: str, only: Q | None = None) -> Coalesce:
    return Coalesce(Sum(name, filter=only), 0, output_field=BigIntegerField())


def figures_of(run: PaymentRun, using: str = "default") -> Mapping[str, Any]:
    """Everything the pages tell of a run in figures; nobody is in it."""
    rows = living(run, using).order_by()
    township = rows.annotate(township=Substr("division_code", 1, 9))
    whole = totals(rows.annotate(all=Value(1)), "all")
    over = overpaid(run, using=using)
    said = whole[0] if whole else {}
    return {
        "lines": said.get("lines", 0), "fen": said.get("due_fen", 0), "held": said.get("held", 0),
        "held_fen": said.get("held_fen", 0), "payable": said.get("payable", 0),
        "payable_fen": said.get("payable_fen", 0), "kept_fen": said.get("kept_fen", 0),
        "households": said.get("households", 0), "people": said.get("people", 0),
        "rows": _with_before(run, totals(rows, "programme", "residence"), ("programme", "residence"), using),
        "townships": _with_before(run, totals(township, "township"), ("township",), using),
        "changes": _changes(run, rows, using),
        "last": f"{last}" if (last := compared_month(run, using)) else None,
        "overpaid": {
            "count": len(over), "fen": sum(one.over_fen for one in over),
            "rows": [[one.award, f"{one.month}", one.portion, one.over_fen] for one in over[:OVERPAID_KEPT]],
        },
    }  # fmt: skip


def _with_before(
    run: PaymentRun, now: Sequence[dict[str, Any]], keys: tuple[str, ...], using: str
) -> list[dict[str, Any]]:
    """Each group with what it was last month."""
    before = {tuple(row[k] for k in keys): row["was"] for row in _before(run, keys, using)}
    return [row | {"before_fen": before.get(tuple(row[k] for k in keys), 0)} for row in now]


def _before(run: PaymentRun, keys: tuple[str, ...], using: str) -> Sequence[dict[str, Any]]:
    last = compared_month(run, using)
    if last is None:
        return []
    rows = PaymentLine.objects.using(using).filter(
        run__county=run.county, run__kind=run.kind, kind__in=["monthly", "subsidy"], month=last,
        state__in=["locked", "paid", "failed"],
    )  # fmt: skip
    found = rows.order_by().annotate(township=Substr("division_code", 1, 9)).values(*keys)
    return list(found.annotate(was=Sum("due_fen")))


def _changes(run: PaymentRun, rows: QuerySet[PaymentLine], using: str) -> Mapping[str, Any]:
    """Change → how many lines, and by how much money the list moved because of them."""
    delta = Case(
        When(before_fen__isnull=False, then=F("due_fen") - F("before_fen")), default=F("due_fen"),
        output_field=BigIntegerField(),
    )  # fmt: skip
    found = rows.values("change").annotate(n=Count("pk"), moved=Sum(delta))
    told = {row["change"]: {"n": row["n"], "fen": row["moved"]} for row in found}
    for one in gone(run, using=using):
        entry = told.setdefault(f"{one.code}_gone", {"n": 0, "fen": 0})
        entry["n"] += 1
        entry["fen"] -= one.fen
    return told


CANONICAL = """
SELECT l.id, coalesce(a.number, ''), l.kind, l.portion, l.programme, l.month, l.due_fen, l.kept_fen, l.fen,
       coalesce(encode(b.number_index, 'hex'), ''), coalesce(f.code, '')
FROM payments_paymentline l LEFT JOIN awards_award a ON a.id = l.award_id
LEFT JOIN (SELECT DISTINCT ON (t.line_id) t.line_id, t.account_id FROM payments_transfer t
           JOIN payments_bankbatch k ON k.id = t.batch_id WHERE k.run_id = %s ORDER BY t.line_id, t.id) sent
  ON sent.line_id = l.id
LEFT JOIN payments_benefitaccount b ON b.id = coalesce(sent.account_id, l.account_id)
LEFT JOIN payments_fund f ON f.id = l.fund_id
WHERE l.run_id = %s AND l.state NOT IN ('dropped', 'ready', 'held') ORDER BY l.id
"""


def canonical(run: PaymentRun, using: str = "default") -> Iterator[bytes]:
    """The locked list, line by line: what the digest is of. Accounts by their keyed index, people not at all."""
    yield f"{run.number}|{run.kind}|{run.month}\n".encode()
    with transaction.atomic(using=using), whole_tables(using) as cursor:
        cursor.execute(CANONICAL, [run.pk, run.pk])
        while rows := cursor.fetchmany(5_000):
            for row in rows:
                yield ("|".join(map(str, row)) + "\n").encode()


def digest_of(run: PaymentRun, using: str = "default") -> str:
    """SM3 of the canonical list. It stays the same for ever: of corrected accounts the first counts."""
    sm3 = hashlib.new("sm3")
    for line in canonical(run, using):
        sm3.update(line)
    return sm3.hexdigest()
