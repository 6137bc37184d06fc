"""The monthly list: what awards pay this month, months that were missed, and what was raised for earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doudi.accounts.scope import within
from doudi.awards.models import Award

from ...kinds import LOCKED_STATES, RunKind
from ...models import Office, PaymentRun
from ...queries.runs_planning import whole_tables
from . import monthly_sql as sql


class Monthly:
    """Builds township by township. A slice done twice is the same as done once."""

    def slices(self, run: PaymentRun, using: str) -> Sequence[str]:
        """The townships with awards."""
        rows = Award.objects.using(using).filter(within(run.county), starts_on__lte=run.month)
        return sorted({code[:9] for code in rows.values_list("division_code", flat=True).distinct()})

    def fill(self, run: PaymentRun, slice_: str, using: str) -> int:
        """Bring the lines of a township to what awards say now; returns how many were written."""
        said = _said(run, slice_, using)
        with whole_tables(using) as cursor:
            # Two lists of one county are never filled at once: each would miss what the other holds.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payments.fill ' || %s, 0))", [run.county])
            cursor.execute(sql.CHOSEN, said)
            cursor.execute("ANALYZE chosen_line")
            cursor.execute(sql.WANTED, said)
            # What it is joined by: to look at the reasons of every line takes longer than to write the lines.
            cursor.execute("ANALYZE wanted_line (award_id, month, portion, kind, is_base)")
            cursor.execute(sql.REPLACE, said)
            cursor.execute(sql.REFRESH, said)
            cursor.execute(sql.WRITE, said)
            written = int(cursor.fetchone()[0])
            cursor.execute("DROP TABLE wanted_line, chosen_line")
        return written


def last_month(run: PaymentRun, using: str = "default") -> date | None:
    """The month to compare with: the last one before this that was locked."""
    rows = PaymentRun.objects.using(using).filter(county=run.county, kind=run.kind, state__in=LOCKED_STATES)
    return rows.filter(month__lt=run.month).order_by("-month").values_list("month", flat=True).first()


def seen_before(run: PaymentRun, using: str) -> int:
    """The last change of an award that the locked run before the last had seen: what came later is looked at again.

    One run more than needed, so that a change which was committed while a list was filled is not missed.
    """
    rows = PaymentRun.objects.using(using).filter(county=run.county, kind=RunKind.MONTHLY, state__in=LOCKED_STATES)
    seen = [figures.get("seen_change", 0) for figures in rows.order_by("-id").values_list("figures", flat=True)[:2]]
    return min(seen) if len(seen) == 2 else 0


def _said(run: PaymentRun, slice_: str, using: str) -> Mapping[str, Any]:
    return {
        "run": run.pk,
        "month": run.month,
        "first": Office.objects.using(using).get(county=run.county).first_month,
        "on": date.fromisoformat(run.figures["on"]),
        "seen": seen_before(run, using),
        "last": last_month(run, using),
        "low": slice_,
        "high": slice_[:-1] + chr(ord(slice_[-1]) + 1),
        "because": _("名单重新生成时已有变化"),
        "clash": _("名单中有人本月已在另一项待遇中领取，不能重复发放"),
    }
