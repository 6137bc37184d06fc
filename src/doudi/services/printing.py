"""转介函: one need for one department on paper, with no more than the page tells it."""

from __future__ import annotations

from typing import Any

from doudi.casework.printing.papers import HOTLINE, day, print_guarded, township_of
from doudi.documents.forms import PrintStamp

from .queries.lists import Line

FORM = "referral_letter"


def print_letter(line: Line, stamp: PrintStamp) -> bytes:
    """The letter of a referral."""
    return print_guarded(FORM, letter_data(line), stamp, line.number)


def letter_data(line: Line) -> dict[str, Any]:
    """Everything on the letter: the need, the person, the last day; numbers masked."""
    row = line.referral
    return {
        "number": line.number, "department": str(row.get_department_display()), "entitlement": str(line.entitlement),
        "name": line.name, "resident_id": line.resident_id, "village": line.village, "why": str(row.why),
        "clauses": list(row.clauses), "sent": day(row.sent_on), "due": day(row.due_on), "hotline": HOTLINE,
        "township": township_of(row.division_code),
    }  # fmt: skip
