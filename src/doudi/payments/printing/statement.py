"""领款明细: what a household was paid, for the family to read: plain words, no illness, no number."""

from __future__ import annotations

from datetime import date
from typing import Any

from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import county_bureau
from doudi.registry.queries.naming import spots

from ..queries.statements import Payment, Statement

FORM = "payment_statement"
HOTLINE = "12345"


def print_statement(told: Statement, stamp: PrintStamp) -> bytes:
    """The statement of a period as PDF."""
    return render_form(FORM, {**statement_data(told), "stamp": stamp.as_data(FORM, told.household.number)})


def statement_data(told: Statement) -> dict[str, Any]:
    """What the form says; health is left out whoever prints it: the paper leaves the office."""
    home = told.household
    last = date(told.until.year - (told.until.month == 1), (told.until.month - 2) % 12 + 1, 1)
    return {
        "number": home.number,
        "head": home.head.name if home.head else "",
        "place": spots([home.division_code])[home.division_code].official,
        "since": f"{told.since:%Y年%-m月}",
        "until": f"{last:%Y年%-m月}",
        "paid": format_yuan(told.paid_fen),
        "coming": format_yuan(told.coming_fen) if told.coming_fen else "",
        "rows": [_row(one) for one in told.payments],
        "organ": county_bureau(home.division_code),
        "hotline": HOTLINE,
    }


def _row(one: Payment) -> dict[str, str]:
    parts = "；".join(f"{p.kind}{f'（{p.who}）' if p.who else ''}{format_yuan(p.fen)}" for p in one.parts)
    kept = f"；扣回 {format_yuan(one.kept_fen)}" if one.kept_fen else ""
    day = f"{one.on.month}月{one.on.day}日" if one.on else ""
    return {
        "month": f"{one.month:%Y-%m}",
        "what": f"{one.programme}（{one.kind}）",
        "why": parts + kept,
        "fen": format_yuan(one.fen),
        "state": one.state,
        "on": day,
        "said": one.said,
        "card": one.card,
    }
