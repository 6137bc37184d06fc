"""资金发放表: the list of a run on paper and as a workbook, with its control totals and the three signatures."""

from __future__ import annotations

from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.queries import names_of
from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import county_bureau
from doudi.registry.exports import neutralise

from ..kinds import LineState
from ..models import PaymentLine, PaymentRun
from ..queries.runs import Row, shown
from ..queries.runs_totals import totals

FORM = "run_list"
A_CHUNK = 2_000


def print_list(run: PaymentRun, lines: QuerySet[PaymentLine], stamp: PrintStamp) -> bytes:
    """The list as PDF; its number is that of the run."""
    return render_form(FORM, {**list_data(run, lines), "stamp": stamp.as_data(FORM, run.number)})


def list_data(run: PaymentRun, lines: QuerySet[PaymentLine]) -> dict[str, Any]:
    """Totals, lines, and who signed."""
    names = names_of([i for i in (run.made_by_id, run.checked_by_id, run.approved_by_id) if i])
    going = lines.exclude(state=LineState.DROPPED)
    sums = totals(going.order_by(), "programme", "residence")
    return {
        "organ": county_bureau(run.division_code),
        "number": run.number, "month": f"{run.month:%Y-%m}", "kind": run.get_kind_display(),
        "state": run.get_state_display(), "digest": run.digest,
        "made": names.get(run.made_by_id, ""), "checked": names.get(run.checked_by_id or 0, ""),
        "approved": names.get(run.approved_by_id or 0, ""),
        "sums": [
            {"what": _what(row), "households": str(row["households"]), "lines": str(row["lines"]),
             "fen": format_yuan(row["payable_fen"])}
            for row in sums
        ],
        "total": format_yuan(sum(row["payable_fen"] for row in sums)),
        "lines": str(sum(row["lines"] for row in sums)),
        "rows": [_row(row) for row in _shown(going)],
    }  # fmt: skip


def write_list(stream: BinaryIO, run: PaymentRun, lines: QuerySet[PaymentLine]) -> None:
    """The list as a workbook: amounts in yuan as numbers, the total in the last row."""
    heads = [_("序号"), _("姓名"), _("地址"), _("项目"), _("月份"), _("人数"), _("应发"), _("扣回"), _("实发"),
             _("账户末四位"), _("变化"), _("状态"), _("说明")]  # fmt: skip
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        page, bold = book.add_worksheet(run.number[:31]), book.add_format({"bold": True, "border": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        page.write_row(0, 0, heads, bold)
        page.set_column(1, 3, 16)
        total, n = 0, 0
        for n, row in enumerate(_shown(lines), 1):
            _write(page, n, row, money)
            total += row.line.fen if row.line.state != LineState.DROPPED else 0
        page.write_row(n + 1, 0, [_("合计")], bold)
        page.write_number(n + 1, 8, total / 100, money)


def _shown(lines: QuerySet[PaymentLine]) -> list[Row]:
    rows = list(lines.select_related("household__head", "award__person", "account").order_by("division_code", "pk"))
    return [row for start in range(0, len(rows), A_CHUNK) for row in shown(rows[start : start + A_CHUNK])]


def _write(page: Any, n: int, row: Row, money: Any) -> None:
    line = row.line
    before = (
        n, neutralise(row.name), neutralise(row.place), str(line.get_programme_display()), f"{line.month:%Y-%m}",
        line.people_count,
    )  # fmt: skip
    page.write_row(n, 0, before)
    for column, fen in enumerate((line.due_fen, line.kept_fen, line.fen), 6):
        page.write_number(n, column, fen / 100, money)
    after = (
        line.account.tail if line.account else "", str(line.get_change_display()), str(line.get_state_display()),
        neutralise(line.dropped_because),
    )  # fmt: skip
    page.write_row(n, 9, after)


def _what(row: dict[str, Any]) -> str:
    residence = {"rural": _("农村"), "urban": _("城市")}.get(row["residence"], "")
    return residence + str(dict(PaymentLine._meta.get_field("programme").flatchoices)[row["programme"]])


def _row(row: Row) -> dict[str, str]:
    line = row.line
    return {
        "name": row.name, "place": row.place, "what": str(line.get_programme_display()),
        "month": f"{line.month:%Y-%m}", "fen": format_yuan(line.fen), "tail": line.account.tail if line.account else "",
        "note": str(line.get_state_display()) if line.state == LineState.HELD else str(line.get_change_display()),
    }  # fmt: skip
