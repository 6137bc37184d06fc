"""公布: who receives what in a village, for as long as they receive it. Name, number of people, amount (M57-24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from doudi.documents.forms import PrintStamp
from doudi.registry.queries.naming import spots

from ..models import Publication
from ..programmes import Programme
from ..queries.notices import minors_of
from .papers import HOTLINE, day, print_guarded, township_of, yuan

FORM = "publication"


def print_publication(code: str, rows: Sequence[Publication], on: date, stamp: PrintStamp) -> bytes:
    """The list of one village on a day; refused if any line says more than it may."""
    minors = {n for row in rows for n in minors_of(row.determination.application, on)}
    return print_guarded(
        FORM, publication_data(code, rows, on), stamp, f"GB-{code}-{on:%Y%m%d}", public=True, minors=minors
    )


def publication_data(code: str, rows: Sequence[Publication], on: date) -> dict[str, Any]:
    """The lines by programme."""
    return {
        "place": spots([code])[code].official,
        "township": township_of(code),
        "on": day(on),
        "hotline": HOTLINE,
        "tables": [
            {
                "programme": str(Programme(programme).label),
                "rows": [{"name": r.name, "people": str(r.people), "amount": yuan(r.amount_fen_month)} for r in group],
            }
            for programme, group in groupby(rows, key=lambda r: r.programme)
        ],
    }
