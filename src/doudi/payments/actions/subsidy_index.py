"""Price indices: entered by one, confirmed by another, corrected by a further row; the nation's past loaded once."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.registry.actions.refusal import Problems, refuse

from ..kinds import BEFORE_LOCK, RunState
from ..models import IndexRelease, PaymentRun
from ..months import month_of, months_after
from ..queries.subsidy_index import NATION, Level, area_of

LIMIT = 1_000  # tenths of a percent: twice the highest monthly rate on record would be far below a hundred percent
EARLIEST = date(2016, 8, 1)  # the first notice of which the rulebook knows
_PERCENT = re.compile(r"([+-]?)([0-9]{1,6})(?:\.([0-9]))?")
HISTORY = Path(__file__).parent.parent / "data" / "indices.csv"
HISTORY_SOURCE = "规则手册 10.3：国家统计局公布的全国同比（食品部分月份待查证）"


@dataclass(frozen=True)
class Figures:
    """What is typed of a month: tenths of a percent, year on year."""

    cpi: int | None
    food_cpi: int | None
    released_on: date | None
    source: str


def enter(
    *, county: str, level: Level, month: date, figures: Figures, by: Staff, on: date, at: datetime
) -> IndexRelease:
    """The index of a month as it was released. It decides nothing until another person has confirmed it."""
    permit(by, Permission.SUBSIDY_WRITE, place=county)
    area = area_of(level, county)
    problems = wrong(figures, level, month, on)
    if IndexRelease.objects.filter(county=county, area=area, month=month, replaced_at__isnull=True).exists():
        problems.add("month", _("这个地区这个月的指数已经录入，如有错误请在该月页面更正。"))
    problems.refuse_if_any()
    try:
        with transaction.atomic():
            row = IndexRelease.objects.create(**_row(county, area, month, figures), entered_by_id=by.pk, entered_at=at)
            _log(by, "enter", row)
    except IntegrityError as error:
        raise refuse("month", _("这个地区这个月的指数刚被他人录入，请刷新后核对。")) from error
    return row


def correct(
    *, release: IndexRelease, figures: Figures, because: str, by: Staff, on: date, at: datetime
) -> IndexRelease:
    """Put another row in the place of a wrong one; the old one stays readable. Confirmed anew by another person."""
    permit(by, Permission.SUBSIDY_WRITE, place=release.county)
    level = Level.NATION if release.area == NATION else Level.PREFECTURE
    problems = wrong(figures, level, release.month, on)
    if not because.strip():
        problems.add("because", _("请写明更正的原因。"))
    open_ = PaymentRun.objects.filter(release=release, state__in=[*BEFORE_LOCK, RunState.LOCKING]).first()
    if open_ is not None:
        problems.add("", _("批次 %(n)s 正在按这个指数办理，请先作废该批次再更正。") % {"n": open_.number})
    problems.refuse_if_any()
    with transaction.atomic():
        old = _standing(release)
        IndexRelease.objects.filter(pk=old.pk).update(replaced_at=at)
        row = IndexRelease.objects.create(
            **_row(old.county, old.area, old.month, figures), entered_by_id=by.pk, entered_at=at, replaces=old,
            because=because.strip()[:200],
        )  # fmt: skip
        _log(by, "correct", row, before=_said(old), because=row.because)
    return row


def confirm(*, release: IndexRelease, by: Staff, at: datetime) -> IndexRelease:
    """The second person has compared the figure with its source."""
    permit(by, Permission.SUBSIDY_CONFIRM, place=release.county)
    with transaction.atomic():
        row = _standing(release)
        if row.confirmed_by_id is not None:
            raise refuse("", _("这个指数已经复核过。"))
        if row.entered_by_id == by.pk:
            raise refuse("", _("录入和复核要由两个人办，请由另一人复核。"))
        IndexRelease.objects.filter(pk=row.pk).update(confirmed_by_id=by.pk, confirmed_at=at)
        row.confirmed_by_id, row.confirmed_at = by.pk, at
        _log(by, "confirm", row)
    return row


def load_history(*, county: str, at: datetime, using: str = "default") -> int:
    """The nation's indices since 2019, for comparison; those already there stay. Returns how many were added."""
    had = set(
        IndexRelease.objects.using(using).filter(county=county, area=NATION, replaced_at__isnull=True)
        .values_list("month", flat=True)
    )  # fmt: skip
    with transaction.atomic(using=using):
        rows = [row for row in (_past(one, county, at) for one in _history()) if row.month not in had]
        IndexRelease.objects.using(using).bulk_create(rows)
        subject = Subject("county", county, county.ljust(12, "0"))
        record(by=None, action="subsidy.load_history", subject=subject, detail={"rows": len(rows)}, using=using)
    return len(rows)


def wrong(figures: Figures, level: Level, month: date, on: date) -> Problems:
    """Everything that is wrong with what was typed of a month."""
    problems = Problems()
    for name, value in (("cpi", figures.cpi), ("food_cpi", figures.food_cpi)):
        if value is not None and abs(value) >= LIMIT:
            problems.add(name, _("同比涨幅应在 −100% 与 100% 之间，请核对小数点。"))
    if figures.cpi is None and figures.food_cpi is None:
        problems.add("cpi", _("居民消费价格和食品价格至少填一项。"))
    if month.day != 1 or month < EARLIEST or month >= month_of(on):
        problems.add("month", _("请填写已经过完的月份，最早到 %(m)s。") % {"m": f"{EARLIEST:%Y-%m}"})
    elif figures.released_on is None:
        if level != Level.NATION:
            problems.add("released_on", _("请填写公布日期，20 个工作日从这天起算。"))
    elif not months_after(month, 1) <= figures.released_on <= on:
        problems.add("released_on", _("公布日期应在指数月份之后，且不晚于今天。"))
    if not figures.source.strip():
        problems.add("source", _("请写明出处，例如“德宏州统计局 2026 年 11 月 CPI 通报”。"))
    return problems


def _standing(release: IndexRelease) -> IndexRelease:
    """The row, locked; refused if it was corrected since."""
    row = IndexRelease.objects.select_for_update().get(pk=release.pk)
    if row.replaced_at is not None:
        raise refuse("", _("这个指数刚被更正，请刷新后再办。"))
    return row


def _row(county: str, area: str, month: date, figures: Figures) -> dict[str, Any]:
    return {
        "county": county, "area": area, "month": month, "cpi": figures.cpi, "food_cpi": figures.food_cpi,
        "released_on": figures.released_on, "source": figures.source.strip()[:200],
    }  # fmt: skip


def _history() -> list[dict[str, str]]:
    with HISTORY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _past(said: dict[str, str], county: str, at: datetime) -> IndexRelease:
    return IndexRelease(
        county=county, area=NATION, month=date.fromisoformat(f"{said['month']}-01"), cpi=tenths(said["cpi"]),
        food_cpi=tenths(said["food"]), cpi_is_read=said["cpi_is_read"] == "yes",
        food_is_read=said["food_is_read"] == "yes", source=HISTORY_SOURCE, entered_at=at,
    )  # fmt: skip


def tenths(text: str) -> int:
    """`-0.3` → -3: percent with one decimal in tenths of a percent. ValueError for anything else."""
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise ValueError(_("请填写百分数，最多一位小数，例如 3.5 或 -0.3。"))
    sign, whole, part = found.groups(default="")
    value = int(whole) * 10 + int(part or "0")
    return -value if sign == "-" else value


def _said(row: IndexRelease) -> dict[str, Any]:
    return {
        "cpi": row.cpi, "food_cpi": row.food_cpi, "released_on": row.released_on, "source": row.source,
    }  # fmt: skip


def _log(by: Staff, act: str, row: IndexRelease, before: dict[str, Any] | None = None, **detail: Any) -> None:
    subject = Subject("price_index", str(row.pk), row.county.ljust(12, "0"))
    said = _said(row) | {"area": row.area, "month": f"{row.month:%Y-%m}"}
    record(by=by, action=f"subsidy.{act}_index", subject=subject, before=before, after=said, detail=said | detail)
