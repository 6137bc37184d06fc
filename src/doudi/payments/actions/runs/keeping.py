# ruff: noqa: E501  (statements of SQL read better whole)
"""What is kept back from a payment for a recovery: never more than is owed, booked when the list is locked."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db import connections
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff

from ...kinds import Book, EntryKind, LineState
from ...models import Instalment, PaymentLine, PaymentRun, Recovery
from ..posting import About, Move, account, post

# The recovery of a household that is kept from first, and what is still owed on it.
OWED = """
SELECT DISTINCT ON (r.household_id) r.household_id, r.id, r.fen - coalesce((SELECT sum(i.fen) FROM payments_instalment i WHERE i.recovery_id = r.id), 0)
FROM payments_recovery r
WHERE r.household_id = ANY (%s) AND r.approved_at IS NOT NULL AND r.closed_on IS NULL AND r.keep_fen_month > 0
  AND r.fen > coalesce((SELECT sum(i.fen) FROM payments_instalment i WHERE i.recovery_id = r.id), 0)
ORDER BY r.household_id, r.id
"""


def keep_no_more_than_owed(run: PaymentRun) -> None:
    """What was repaid since the list was built is not kept back once more."""
    rows = list(PaymentLine.objects.filter(run=run, state__in=[LineState.READY, LineState.HELD], kept_fen__gt=0))
    owed = _owed([row.household_id for row in rows])
    for row in rows:
        recovery, left = owed.get(row.household_id, (0, 0))
        if row.kept_fen > left:
            row.kept_fen, row.fen = left, row.due_fen - left
            row.save(update_fields=["kept_fen", "fen"])
        owed[row.household_id] = recovery, left - row.kept_fen  # a household may have several payments


def book_kept(run: PaymentRun, by: Staff, on: date, at: datetime) -> None:
    """An instalment a line, and one entry: counted as paid to the household, and as come back from it."""
    rows = PaymentLine.objects.filter(run=run, state=LineState.LOCKED, kept_fen__gt=0).select_related("fund")
    lines = list(rows.order_by("pk"))
    if not lines:
        return
    owed = _owed([line.household_id for line in lines])
    recoveries = Recovery.objects.in_bulk({recovery for recovery, _left in owed.values()})
    moves, instalments = [], []
    for line in lines:
        recovery = recoveries[owed[line.household_id][0]]
        moves += _moves(run, line, recovery)
        instalments.append(_instalment(line, recovery, by, on, at))
    Instalment.objects.bulk_create(instalments)
    post(
        kind=EntryKind.RECOVERED, about=About("run", str(run.pk), "kept"), moves=moves,
        text=_("%(n)s 从待遇中扣回") % {"n": run.number}, place=run.division_code, by=by, on=on, at=at,
    )  # fmt: skip
    _close(list(recoveries), on)


def _close(recoveries: list[int], on: date) -> None:
    """What was kept in full is over."""
    repaid = Instalment.objects.filter(recovery=OuterRef("pk")).values("recovery").annotate(s=Sum("fen")).values("s")
    over = Recovery.objects.filter(pk__in=recoveries, closed_on=None, fen=Subquery(repaid))
    over.update(closed_on=on, version=F("version") + 1)


def _instalment(line: PaymentLine, recovery: Recovery, by: Staff, on: date, at: datetime) -> Instalment:
    return Instalment(
        recovery=recovery, division_code=line.division_code, how="kept", fen=line.kept_fen, line=line, on=on, at=at,
        by_id=by.pk, note="",
    )  # fmt: skip


def _moves(run: PaymentRun, line: PaymentLine, recovery: Recovery) -> list[Move]:
    place = run.division_code
    paid = account(Book.PAID, place=place, fund=line.fund, programme=line.programme, year=run.month.year)
    claim = account(Book.RECEIVABLE, place=place, programme=recovery.programme)
    concerns = (line.division_code, line.household_id, f"line:{line.pk}")
    return [Move(paid, line.kept_fen, *concerns), Move(claim, -line.kept_fen, *concerns)]


def _owed(households: list[int | None]) -> dict[int | None, tuple[int, int]]:
    found: dict[int | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    with connections["default"].cursor() as cursor:
        cursor.execute(OWED, [[one for one in households if one]])
        found.update({household: (recovery, int(left)) for household, recovery, left in cursor.fetchall()})
    return dict(found)
