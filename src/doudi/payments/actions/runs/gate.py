"""The gate before payment: everything that stands against a line, found in one go; and which fund pays what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ...kinds import NOTICES, Book, RunState
from ...models import Account, Fund, PaymentRun
from ...queries.runs_planning import whole_tables
from . import gate_sql as sql
from .common import held_fast, log, moved
from .figures import write_figures
from .monthly import last_month


@dataclass
class Budget:
    """What funds may still pay, programme by programme, in the order in which funds are used up."""

    funds: Sequence[Fund]
    left: dict[tuple[int, str], int]
    used: dict[tuple[int, str], int] = field(default_factory=dict)

    def give(self, programme: str, fen: int) -> int | None:
        """The fund that pays an amount, or None if none can."""
        for fund in self.funds:
            key = (fund.pk, programme)
            if self.left.get(key, 0) >= fen and (not fund.programmes or programme in fund.programmes):
                self.left[key] = self.left.get(key, 0) - fen
                self.used[key] = self.used.get(key, 0) + fen
                return fund.pk
        return None


def budget_of(run: PaymentRun, using: str = "default") -> Budget:
    """What is available in the year of a run."""
    funds = list(Fund.objects.using(using).filter(county=run.county, is_open=True).order_by("rank", "pk"))
    rows = Account.objects.using(using).filter(county=run.county, book=Book.AVAILABLE, year=run.month.year)
    left = {(row.fund_id or 0, row.programme): row.balance_fen for row in rows}
    return Budget(funds, left)


def assign(asking: Iterable[tuple[int, str, int]], budget: Budget) -> Mapping[int, int | None]:
    """Line → fund, first come first served; None: no fund has that much left."""
    return {line: budget.give(programme, fen) for line, programme, fen in asking}


def check_again(*, run: PaymentRun, by: Staff, at: datetime, version: int | None = None) -> PaymentRun:
    """The gate once more, on a draft."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.DRAFT}, version)
        look(run, by=by, at=at)
        write_figures(run)
        run = moved(run, RunState.DRAFT)
        log(by, "gate", run)
    return run


def look(run: PaymentRun, *, by: Staff, at: datetime, using: str = "default") -> None:
    """Raise holds for what stands against lines, close those that are no longer so, and set the lines accordingly."""
    said = _said(run, by, at, using)
    with whole_tables(using) as cursor:
        for table, statement in sql.TABLES:
            cursor.execute(statement, said)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(sql.ASKING, said)
        funds = assign(cursor.fetchall(), budget_of(run, using))
        cursor.execute(sql.OVER, {"over": [line for line, fund in funds.items() if fund is None]})
        cursor.execute(sql.RAISE, said)
        cursor.execute(sql.CLOSE, said)
        cursor.execute(sql.SETTLE, said)
        cursor.execute("DROP TABLE found_hold, gate_person, gate_line")


def _said(run: PaymentRun, by: Staff, at: datetime, using: str) -> dict[str, Any]:
    return {
        "run": run.pk,
        "month": run.month,
        "on": date.fromisoformat(run.figures["on"]),
        "last": last_month(run, using),
        "notices": [one.value for one in NOTICES],
        "gone": _("再次核验，情况已不存在"),
        "by": by.pk,
        "at": at,
    }
