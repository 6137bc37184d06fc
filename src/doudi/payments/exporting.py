"""The office's tables of money as workbooks: amounts in yuan as numbers with two decimals, totals in the last row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.registry.exports import neutralise

from .kinds import Book, Programme
from .queries import finance, ledger

Cell = str | int | date | None
# Amounts stand as Fen so that they are written in yuan; everything else as it is.


class Fen(int):
    """An amount in fen, to be written in yuan."""


Table = tuple[Sequence[str], list[Sequence[Cell]]]

NAMES: dict[str, str | Promise] = {
    "execution": gettext_lazy("困难群众救助资金预算执行表"),
    "months": gettext_lazy("分月支出表"),
    "timeliness": gettext_lazy("发放及时率表"),
    "returns": gettext_lazy("银行退回情况表"),
    "subsidy": gettext_lazy("价格临时补贴发放表"),
    "reserve": gettext_lazy("乡镇备用金情况表"),
    "balance": gettext_lazy("试算平衡表"),
}


def write_book(stream: BinaryIO, sheet: str, *, county: str, year: int, on: date) -> None:
    """Write one table. KeyError for a table nobody knows."""
    headings, rows = TABLES[sheet](county, year, on)
    title = f"{NAMES[sheet]}（{year} 年）"
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _write(book, str(NAMES[sheet]), title, headings, rows, on)


def _write(
    book: Any, sheet: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], on: date
) -> None:
    page = book.add_worksheet(sheet[:31])
    big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    forms = {
        Fen: book.add_format({"num_format": "#,##0.00", "border": 1}), int: book.add_format({"border": 1}),
        date: book.add_format({"num_format": "yyyy-mm-dd", "border": 1}), str: book.add_format({"border": 1}),
    }  # fmt: skip
    page.merge_range(0, 0, 0, max(len(headings) - 1, 1), title, big)
    page.write_string(1, 0, _("单位：元　　制表日期：%(on)s") % {"on": on.isoformat()})
    page.set_column(0, 0, 26)
    page.set_column(1, max(len(headings) - 1, 1), 16)
    page.write_row(2, 0, [str(h) for h in headings], bold)
    page.freeze_panes(3, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for n, row in enumerate(rows, start=3):
        for column, value in enumerate(row):
            _cell(page, n, column, value, forms)


def _cell(page: Any, row: int, column: int, value: Cell, forms: dict[type, Any]) -> None:
    if isinstance(value, Fen):
        # Exact: a yuan amount below 2^53 fen has at most two decimals, and the cell is only shown.
        page.write_number(row, column, value / 100, forms[Fen])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, forms[date])
    elif isinstance(value, int):
        page.write_number(row, column, value, forms[int])
    else:
        page.write_string(row, column, str(neutralise(value) or ""), forms[str])


def _execution(county: str, year: int, on: date) -> Table:
    rows: list[Sequence[Cell]] = []
    total = [0, 0, 0, 0]
    for one in finance.executions_by_fund(county, year):
        amounts = (one.authorised_fen, one.committed_fen, one.spent_fen, one.available_fen)
        total = [a + b for a, b in zip(total, amounts, strict=True)]
        label = str(Programme(one.programme).label)
        rows.append([one.label, label, *map(Fen, amounts), _percent(one.percent)])
    share = total[2] * 100 // total[0] if total[0] else None
    rows.append([_("合计"), "", *map(Fen, total), _percent(share)])
    heads = [_("资金"), _("救助项目"), _("预算下达"), _("已占用"), _("已支出"), _("可用"), _("执行率")]
    return heads, rows


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _months(county: str, year: int, on: date) -> Table:
    spent = finance.spent_by_month(county, year)
    fens = {p: [spent[p][m] if p in spent else 0 for m in range(1, 13)] for p in Programme.values}
    rows: list[Sequence[Cell]] = [
        [str(Programme(p).label), *map(Fen, each), Fen(sum(each))] for p, each in fens.items()
    ]
    sums = [sum(each[m] for each in fens.values()) for m in range(12)]
    rows.append([_("合计"), *map(Fen, sums), Fen(sum(sums))])
    return [_("救助项目"), *(_("%(m)s 月") % {"m": m} for m in range(1, 13)), _("合计")], rows


def _timeliness(county: str, year: int, on: date) -> Table:
    rows: list[Sequence[Cell]] = [
        [one.run.number, str(one.run.get_kind_display()), f"{one.run.month:%Y-%m}", one.run.pay_by, one.lines,
         one.in_time, one.later, one.missing, _percent(one.percent), one.first, one.last]
        for one in finance.timeliness(county, year)
    ]  # fmt: skip
    heads = [
        _("批次"), _("种类"), _("月份"), _("最迟发放"), _("笔数"), _("按时到账"), _("逾期到账"), _("未到账"),
        _("及时率"), _("首笔到账"), _("末笔到账"),
    ]  # fmt: skip
    return heads, rows


def _returns(county: str, year: int, on: date) -> Table:
    rows: list[Sequence[Cell]] = [
        [one.code, one.count, Fen(one.fen), one.paid_since, one.open, one.closed]
        for one in finance.failures(county, year)
    ]
    return [_("回盘代码"), _("笔数"), _("金额"), _("已重发到账"), _("待处理"), _("不再发")], rows


def _subsidy(county: str, year: int, on: date) -> Table:
    late = {True: _("逾期"), False: _("按时"), None: _("办理中")}
    rows: list[Sequence[Cell]] = [
        [one.run.number, f"{one.month:%Y-%m}", one.people, Fen(one.fen), one.due, one.arrived, late[one.late]]
        for one in finance.subsidies(county, year)
    ]
    return [_("批次"), _("指数月份"), _("人数"), _("金额"), _("最迟发放"), _("发放完毕"), _("是否按时")], rows


def _reserve(county: str, year: int, on: date) -> Table:
    rows: list[Sequence[Cell]] = [
        [one.township, Fen(one.fund.target_fen), Fen(one.balance_fen), one.payments, Fen(one.spent_fen)]
        for one in finance.reserves(county, year)
    ]
    return [_("乡镇（街道、农场）"), _("核定额度"), _("余额"), _("本年支付笔数"), _("本年支出")], rows


def _balance(county: str, year: int, on: date) -> Table:
    told = ledger.trial_balance(county, on)
    rows: list[Sequence[Cell]] = [
        [str(Book(one.account.book).label), one.account.fund.name if one.account.fund else "",
         str(one.account.get_programme_display()), one.account.year or None, Fen(one.in_fen), Fen(one.out_fen),
         Fen(one.fen)]
        for one in told.rows
    ]  # fmt: skip
    rows.append([_("合计"), "", "", None, Fen(told.in_fen), Fen(told.out_fen), Fen(told.in_fen - told.out_fen)])
    return [_("科目"), _("资金"), _("救助项目"), _("年度"), _("增加"), _("减少"), _("余额")], rows


TABLES: dict[str, Callable[[str, int, date], Table]] = {
    "execution": _execution, "months": _months, "timeliness": _timeliness, "returns": _returns, "subsidy": _subsidy,
    "reserve": _reserve, "balance": _balance,
}  # fmt: skip
