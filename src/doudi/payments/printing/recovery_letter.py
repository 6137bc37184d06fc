"""追回通知书: how much came too much, for which months, on which ground, how it may be repaid, how to object."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from doudi.awards.queries.pages import citation
from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import county_bureau
from doudi.policy.law import LAW26, M57

from ..kinds import Fault, Programme
from ..models import Recovery
from ..queries.recoveries import outstanding_fen

FORM = "recovery_letter"
HOTLINE = "12345"


def print_demand(one: Recovery, stamp: PrintStamp) -> bytes:
    """The letter as PDF."""
    return render_form(FORM, {**demand_data(one), "stamp": stamp.as_data(FORM, one.number)})


def demand_data(one: Recovery) -> dict[str, Any]:
    """What the letter says."""
    head = one.household.head
    decided = timezone.localdate(one.approved_at) if one.approved_at else one.opened_on
    remedy = LAW26.article(76) if LAW26.in_force(decided) else M57.article(38)
    return {
        "number": one.number,
        "head": head.name if head else "",
        "programme": str(Programme(one.programme).label),
        "because": one.because,
        "fault": str(Fault(one.fault).label),
        "clauses": [citation(clause) for clause in one.clauses],
        "months": [[f"{date.fromisoformat(m):%Y年%-m月}", format_yuan(fen)] for m, fen in sorted(one.months.items())],
        "fen": format_yuan(one.fen),
        "left": format_yuan(outstanding_fen(one)),
        "keep": format_yuan(one.keep_fen_month) if one.keep_fen_month else "",
        "on": f"{decided.year}年{decided.month}月{decided.day}日",
        "remedy": remedy.citation,
        "organ": county_bureau(one.division_code),
        "hotline": HOTLINE,
    }
