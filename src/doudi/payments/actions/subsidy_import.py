"""A file of months: read whole, shown with what is wrong row by row, entered once everything is right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import refuse
from doudi.registry.imports.cells import CellProblem, date_of
from doudi.registry.imports.reading import Unreadable, as_text, read_cells

from ..models import IndexRelease
from ..queries.subsidy_index import Level, area_of
from .subsidy_index import Figures, enter, tenths, wrong

HEADINGS = {
    "month": ("月份", "指数月份", "年月"),
    "cpi": ("居民消费价格", "居民消费价格同比", "cpi", "居民消费价格指数"),
    "food": ("食品价格", "食品价格同比", "食品", "food"),
    "released_on": ("公布日期", "发布日期", "公布日"),
}
MOST = 240
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_NOISE = re.compile(r"[\s（）()%％:：]")


@dataclass
class Row:
    """A row of the file: what it says, and what is wrong with it."""

    number: int
    month: date | None = None
    cpi: int | None = None
    food: int | None = None
    released_on: date | None = None
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """What the file would enter."""

    rows: Sequence[Row]

    @property
    def wrong(self) -> int:
        """How many rows cannot be entered."""
        return sum(bool(row.problems) for row in self.rows)


def preview(content: bytes, *, county: str, level: Level, source: str, on: date) -> Preview:
    """Read a file. Unreadable if it is no table with the columns wanted."""
    cells = read_cells(content)
    columns, begin = _columns(cells)
    numbered = [(n, row) for n, row in enumerate(cells[begin:], begin + 1) if any(map(as_text, row))]
    if len(numbered) > MOST:
        raise Unreadable(_("文件超过 %(n)s 行，请分批导入。") % {"n": MOST})
    if not numbered:
        raise Unreadable(_("文件里没有数据行，请核对。"))
    rows = [_read(number, row, columns) for number, row in numbered]
    _check(rows, county, level, source, on)
    return Preview(rows)


def import_months(
    *, county: str, level: Level, source: str, rows: Sequence[Row], by: Staff, on: date, at: datetime
) -> list[IndexRelease]:
    """Enter every row, or none of them."""
    permit(by, Permission.SUBSIDY_WRITE, place=county)
    if not rows or any(row.problems for row in rows):
        raise refuse("file", _("文件里还有要改的行，请改好后重新上传。"))
    with transaction.atomic():
        return [
            enter(county=county, level=level, month=row.month, figures=_figures(row, source), by=by, on=on, at=at)
            for row in rows
            if row.month is not None
        ]


def _columns(cells: Sequence[Sequence[Any]]) -> tuple[dict[str, int], int]:
    """Field → column, and the row where data begins."""
    known = {word: name for name, words in HEADINGS.items() for word in words}
    for number, row in enumerate(cells[:10]):
        names = [known.get(_NOISE.sub("", as_text(cell)).lower()) for cell in row]
        found = {name: n for n, name in reversed(list(enumerate(names))) if name}
        if {"month", "cpi"} <= found.keys() or {"month", "food"} <= found.keys():
            return found, number + 1
    raise Unreadable(_("没有找到列名。请在第一行写：月份、居民消费价格、食品价格、公布日期。"))


def _read(number: int, cells: Sequence[Any], columns: dict[str, int]) -> Row:
    row = Row(number)
    said = {name: cells[n] if n < len(cells) else None for name, n in columns.items()}
    row.month = _month(said.get("month"), row)
    row.cpi = _percent(said.get("cpi"), _("居民消费价格"), row)
    row.food = _percent(said.get("food"), _("食品价格"), row)
    try:
        row.released_on = date_of(said.get("released_on"))
    except CellProblem as problem:
        row.problems.append(_("公布日期：%(p)s") % {"p": problem})
    return row


def _month(cell: Any, row: Row) -> date | None:
    if isinstance(cell, date):
        return cell.replace(day=1) if not isinstance(cell, datetime) else cell.date().replace(day=1)
    found = _MONTH.fullmatch(as_text(cell))
    try:
        if found:
            return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass  # a month 13: said below, like everything that is no month
    row.problems.append(_("月份应写成 2026-11 这样。"))
    return None


def _percent(cell: Any, label: str, row: Row) -> int | None:
    """A number of a spreadsheet is taken as it is shown: with one decimal."""
    if isinstance(cell, float) and abs(cell * 10 - round(cell * 10)) < 1e-9:
        return round(cell * 10)
    text = as_text(cell).removesuffix("%").replace("\u2212", "-").strip()
    if not text:
        return None
    try:
        return tenths(text)
    except ValueError as error:
        row.problems.append(f"{label}：{error}")
        return None


def _figures(row: Row, source: str) -> Figures:
    return Figures(row.cpi, row.food, row.released_on, source)


def _check(rows: Sequence[Row], county: str, level: Level, source: str, on: date) -> None:
    """What the action would refuse, and months twice in the file or already entered."""
    area = area_of(level, county)
    had = IndexRelease.objects.filter(county=county, area=area, replaced_at__isnull=True)
    months, seen = set(had.values_list("month", flat=True)), set[date]()
    for row in rows:
        if row.month is None or row.problems:
            continue
        row.problems += [p.message for p in wrong(_figures(row, source), level, row.month, on).found]
        if row.month in months:
            row.problems.append(_("这个月已经录入过，如有错误请在该月页面更正。"))
        if row.month in seen:
            row.problems.append(_("这个月在文件里出现了两次。"))
        seen.add(row.month)
