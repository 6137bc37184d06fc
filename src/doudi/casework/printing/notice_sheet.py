"""公示: the sheet for a village's board, A3. Name, number of people, amount: nothing else (M57-24)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from doudi.documents.forms import PrintStamp
from doudi.registry.queries.naming import spots

from ..models import PublicNotice
from ..programmes import TEMPORARY, Programme
from ..queries.notices import minors_of
from .papers import HOTLINE, day, print_guarded, township_of, yuan

FORM = "notice_sheet"


def print_notices(notices: Sequence[PublicNotice], stamp: PrintStamp) -> bytes:
    """One sheet a village, one table a programme; refused if any line says more than it may."""
    minors = {name for notice in notices for name in minors_of(notice.application, notice.posted_on)}
    data = {"sheets": sheets_of(notices)}
    return print_guarded(FORM, data, stamp, number_of(notices), public=True, minors=minors)


def number_of(notices: Sequence[PublicNotice]) -> str:
    """What the sheet is filed under: the place and the day of its newest line."""
    return f"GS-{notices[0].division_code}-{max(n.posted_on for n in notices):%Y%m%d}"


def sheets_of(notices: Sequence[PublicNotice]) -> list[dict[str, Any]]:
    """The lines by village."""
    ordered = sorted(notices, key=lambda n: (n.division_code, n.programme, n.last_day, n.name, n.pk))
    names = spots({n.division_code for n in ordered})
    return [
        {"place": names[code].official, "township": township_of(code), "hotline": HOTLINE, "tables": _tables(rows)}
        for code, rows in groupby(ordered, key=lambda n: n.division_code)
    ]


def _tables(notices: Iterable[PublicNotice]) -> list[dict[str, Any]]:
    return [
        {"programme": str(Programme(programme).label), "column": _column(programme), "rows": [_row(n) for n in rows]}
        for programme, rows in groupby(notices, key=lambda n: n.programme)
    ]


def _row(notice: PublicNotice) -> dict[str, str]:
    return {
        "name": notice.name,
        "people": str(notice.people),
        "amount": _amount(notice),
        "since": day(notice.posted_on),
        "until": day(notice.last_day).removeprefix(f"{notice.posted_on.year}年"),
    }


def _amount(notice: PublicNotice) -> str:
    return yuan(notice.opinion.amount_fen_once or notice.amount_fen_month)


def _column(programme: str) -> str:
    return "拟一次性救助（元）" if programme in TEMPORARY else "拟每月金额（元）"
