"""备用金台账: every movement of a township's reserve fund with its balance, to sign and to file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import township_government

from ..queries.reserve import Movement, Standing

FORM = "reserve_ledger"


def print_ledger(one: Standing, rows: Sequence[Movement], stamp: PrintStamp) -> bytes:
    """The ledger as PDF; its number is the township and the year of printing."""
    number = f"BYJ-{one.fund.division_code[:9]}-{stamp.at:%Y}"
    return render_form(FORM, {**ledger_data(one, rows), "stamp": stamp.as_data(FORM, number)})


def ledger_data(one: Standing, rows: Sequence[Movement]) -> dict[str, Any]:
    """The lines, and what stands below them."""
    return {
        "organ": township_government(one.fund.division_code),
        "fund": one.fund.fund.name,
        "target": format_yuan(one.fund.target_fen),
        "keeper": one.keeper,
        "left": format_yuan(one.balance_fen),
        "missing": format_yuan(one.missing_fen) if one.missing_fen else "",
        "into": format_yuan(sum(max(row.posting.fen, 0) for row in rows)),
        "out": format_yuan(sum(max(-row.posting.fen, 0) for row in rows)),
        "counted": f"{one.last_count.on:%Y-%m-%d}" if one.last_count else "",
        "rows": [_row(row) for row in rows],
    }


def _row(row: Movement) -> dict[str, str]:
    fen, entry = row.posting.fen, row.posting.entry
    return {
        "on": f"{entry.on:%Y-%m-%d}",
        "kind": str(entry.get_kind_display()),
        "text": entry.text,
        "into": format_yuan(fen) if fen > 0 else "",
        "out": format_yuan(-fen) if fen < 0 else "",
        "after": format_yuan(row.after_fen),
        "who": row.who,
    }
