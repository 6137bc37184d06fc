"""The list of a price subsidy, built township by township from the index, the rulebook and who counted that month."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from doudi.accounts.scope import within
from doudi.places.models import Division

from ..kinds import LOCKED_STATES, RunKind, RunState
from ..models import PaymentRun
from ..queries.subsidy_amounts import Terms, terms_of
from ..queries.subsidy_people import arguments
from ..queries.subsidy_runs import decided_on
from . import subsidy_sql as sql


class PriceSubsidy:
    """Builds the list of an index month. A slice done twice is the same as done once; nobody gets it twice."""

    def slices(self, run: PaymentRun, using: str) -> Sequence[str]:
        """Every township of the county."""
        rows = Division.objects.using(using).filter(within(run.county, "code"), level="village")
        return sorted({code[:9] for code in rows.values_list("code", flat=True)})

    def fill(self, run: PaymentRun, slice_: str, using: str) -> int:
        """Bring the lines of a township to what is due now; returns how many were written."""
        said = _said(run, slice_, using)
        with connections[using].cursor() as cursor:
            # Two lists of one county are never filled at once: each would miss what the other holds.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payments.fill ' || %s, 0))", [run.county])
            cursor.execute("DROP TABLE IF EXISTS wanted_subsidy")
            cursor.execute(sql.WANTED, said)
            cursor.execute(sql.REPLACE, said)
            cursor.execute(sql.REFRESH, said)
            cursor.execute(sql.WRITE, said)
            return int(cursor.fetchone()[0])


def _said(run: PaymentRun, slice_: str, using: str) -> Mapping[str, Any]:
    assert run.release is not None
    terms = terms_of(run.release, decided_on(run, using), using=using)
    earlier = PaymentRun.objects.using(using).filter(county=run.county, kind=RunKind.PRICE_SUBSIDY)
    same = earlier.filter(month=run.month).exclude(pk=run.pk).exclude(state=RunState.CANCELLED)
    return arguments(terms, slice_, run=run.pk) | {
        "on": _day_of_accounts(run),
        "told": json.dumps(_told(terms)),
        "clauses": json.dumps([{"grp": group, "clauses": keys} for group, keys in terms.clauses.items()]),
        "index": json.dumps(index_of(terms)),
        "further": same.exists(),
        "last": _last_month(run, using),
        "because": _("名单重新生成时已有变化"),
    }


def _told(terms: Terms) -> list[dict[str, Any]]:
    """The reckoning of every village, as it is kept with a line."""
    return [
        {"code": code, "parameters": list(r.told), "sums": {"standard": r.standard, "floor": r.floor, "each": r.fen}}
        for code, r in terms.rates.items()
    ]


def index_of(terms: Terms) -> dict[str, Any]:
    """The index a line follows from."""
    release, used = terms.release, terms.proof.used
    return {
        "index_month": f"{release.month:%Y-%m}", "area": release.area, "release": release.pk, "on": f"{terms.on}",
        "cpi": release.cpi, "food_cpi": release.food_cpi,
        "used": used.name.removesuffix("_trigger") if used else "", "permille": used.value if used else None,
        "line": used.line if used else None,
    }  # fmt: skip


def _day_of_accounts(run: PaymentRun) -> date:
    """The day accounts and payees are read: today for a list made today, whatever day amounts were decided."""
    return date.fromisoformat(run.figures["on"])


def _last_month(run: PaymentRun, using: str) -> date | None:
    rows = PaymentRun.objects.using(using).filter(county=run.county, kind=run.kind, state__in=LOCKED_STATES)
    return rows.filter(month__lt=run.month).order_by("-month").values_list("month", flat=True).first()
