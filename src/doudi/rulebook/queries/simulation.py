"""What other standards would mean for the county: gainers, losers, money; never a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from doudi.places.queries import place_name
from doudi.policy import Rulebook
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.parameters import Quantity
from doudi.policy.parameters.lookup import Value
from doudi.policy.whatif import Simulation, admitted, compared, money
from doudi.policy.wording import PARAMETER_WORDS

from ..population import Snapshot
from ..values import CATEGORIES, CLASSES, typed
from .disclosure import SMALLEST, Cell, column

# What leaders set: name as `--set` takes it. The first are always in view.
DIALS: tuple[tuple[str, str | Promise], ...] = (
    ("dibao_standard.rural", _("农村低保标准（元/月）")),
    ("dibao_standard.urban", _("城镇低保标准（元/月）")),
    ("near_threshold_percent", _("低保边缘线（低保标准的百分比）")),
    ("rigid_ratio_percent", _("刚性支出占收入的比例线（%）")),
    ("financial_multiple.dibao", _("低保金融资产上限（年低保标准的倍数）")),
)
MORE: tuple[tuple[str, str | Promise], ...] = (
    ("dibao_method.rural", _("农村低保补助方式")),
    ("dibao_tier_amount.A.rural", _("农村低保分档，A 档（元/月）")),
    ("dibao_tier_amount.B.rural", _("农村低保分档，B 档（元/月）")),
    ("dibao_tier_amount.C.rural", _("农村低保分档，C 档（元/月）")),
    ("elder_age", _("分类施保的老年人年龄（周岁）")),
    ("top_up_percent.elder", _("老年人增发（低保标准的百分比）")),
    ("top_up_percent.minor", _("未成年人增发（低保标准的百分比）")),
    ("top_up_percent.severely_disabled", _("重度残疾人增发（低保标准的百分比）")),
    ("top_up_percent.severely_ill", _("重病患者增发（低保标准的百分比）")),
    ("individual_factor_percent", _("单人户低保（平均补助水平的百分比）")),
    ("employment_cost_rate", _("就业成本扣减（年低保标准的百分比）")),
    ("tekun_minor_age", _("特困未成年人年龄（未满周岁）")),
    ("adult_disabled_alone", _("成年重残无业的可单独申请")),
    ("basic_pension_counted", _("基础养老金计入收入")),
    ("old_age_allowance_counted", _("高龄津贴计入收入")),
)
LARGEST = 6
"""Households of so many and more are one group."""


@dataclass(frozen=True)
class Dial:
    """One value to turn, with what holds today (None: nobody has decided it); amounts in yuan as typed."""

    name: str
    label: str | Promise
    quantity: Quantity
    now: Value | None
    slides: bool = False

    @property
    def money(self) -> bool:
        """Whether it is typed in yuan."""
        return self.quantity.unit.money

    @property
    def choices(self) -> list[tuple[str, str | Promise]]:
        """What can be chosen, where it is not a number."""
        if self.quantity.unit == BOOLEAN:
            return [("true", _("是")), ("false", _("否"))]
        return [(word, PARAMETER_WORDS.get(word, word)) for word in self.quantity.choices]

    @property
    def typed_now(self) -> str:
        """What holds, as one would type it."""
        return typed(self.quantity, self.now).removesuffix(".00")

    @property
    def said_now(self) -> str:
        """What holds, in words."""
        return str(dict(self.choices).get(self.typed_now, self.typed_now) if self.now is not None else _("未定"))

    @property
    def low(self) -> int:
        """Where the slider begins."""
        now = int(self.typed_now)
        return now * 8 // 10 // 10 * 10 if self.money else max(now - max(now // 2, 2), 0)

    @property
    def high(self) -> int:
        """Where it ends; more can be typed."""
        now = int(self.typed_now)
        return -(-now * 15 // 100) * 10 if self.money else now + max(now // 2, 3)


def dials(book: Rulebook, area: str, on: date) -> list[Dial]:
    """Those that there are in the area; the first ones with a slider."""
    found = []
    for text, label in (*DIALS, *MORE):
        name, residence = book.parameters.named(text)
        quantity = book.parameters.quantity(name)
        block = quantity.block(area, residence, on)
        if block is not None:
            found.append(Dial(text, label, quantity, block.value, (text, label) in DIALS))
    return found


@dataclass(frozen=True)
class Row:
    """A township or a class: counts as they may be shown, money or None where it may not."""

    name: str
    households: Cell
    gainers: Cell
    losers: Cell
    unchanged: Cell
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """Fen a month more or less."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def year(self) -> int | None:
        """Fen a year more or less."""
        return None if self.change is None else self.change * 12

    @property
    def budget(self) -> tuple[int | None, int | None]:
        """Fen a year before and after."""
        return (None, None) if self.before is None or self.after is None else (self.before * 12, self.after * 12)


@dataclass(frozen=True)
class Outlook:
    """The answer of a simulation."""

    total: Row
    undecided: Cell
    townships: Sequence[Row]
    classes: Sequence[Row]
    sizes: Sequence[Row]
    categories: Sequence[Row]
    moves: Sequence[tuple[str, str, Cell]]


def outlook(before: Rulebook, after: Rulebook, county: Snapshot, on: date) -> Outlook:
    """The county under one rulebook and under another."""
    result = compared(county.tables, _under(before, county, on), _under(after, county, on))
    totals, size = result.totals(), pl.col("size").clip(upper_bound=LARGEST)
    sized = Simulation(result.households.with_columns(size))
    return Outlook(
        total=_rows([totals], [str(_now("全市"))], [_receiving(result.households)])[0],
        undecided=column([totals["undecided"]])[0],
        townships=_by(result, "township", lambda code: place_name(str(code)) or str(code)),
        classes=_by(result, "residence_class", lambda key: str(CLASSES.get(key, key)) if key else _now("不清楚")),
        sizes=_by(sized, "size", _size),
        categories=_by(result, "category", lambda key: str(CATEGORIES.get(key, key))),
        moves=_moves(result),
    )


def _size(people: int | None) -> str:
    if people is None:
        return _now("不清楚")
    if people == 0:
        return _now("没有计入的成员")
    words = _now("%(n)s 人以上") if people == LARGEST else ngettext("%(n)s 人", "%(n)s 人", people)
    return words % {"n": people}


Answered = tuple[str, str, date]
_kept: dict[Answered, pl.DataFrame] = {}
KEPT = 4


def _under(book: Rulebook, county: Snapshot, on: date) -> pl.DataFrame:
    """The county under a rulebook; the last answers are kept, today's among them however often it is asked for."""
    key = (f"{id(county)}-{county.run}", book.version, on)
    found = _kept.pop(key, None)
    if found is None:
        found = money(*admitted(book, county.tables, on))
    while len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = found
    return found


def is_ready(book: Rulebook, county: Snapshot, on: date) -> bool:
    """Whether what holds today is already known for this county, so that an answer comes at once."""
    return (f"{id(county)}-{county.run}", book.version, on) in _kept


def _by(result: Simulation, group: str, naming: Any) -> list[Row]:
    rows = result.by(group).to_dicts()
    receive = {key[0]: _receiving(frame) for key, frame in result.households.partition_by(group, as_dict=True).items()}
    return _rows(rows, [naming(row[group]) for row in rows], [receive[row[group]] for row in rows])


def _receiving(frame: pl.DataFrame) -> bool:
    """Whether only a few receive anything, before or after: then the sum would tell what each of them gets."""
    few = [int((frame[name] > 0).sum()) for name in ("fen_month", "fen_month_after")]
    return any(0 < number < SMALLEST for number in few)


def _rows(rows: list[dict[str, Any]], names: list[str], few: list[bool]) -> list[Row]:
    counts = [column([row[key] for row in rows]) for key in ("households", "gainers", "losers")]
    # The rest of a row would give a hidden count away: it is told only where nothing in the table is hidden.
    rest_hidden = any(cell.hidden for cells in counts for cell in cells)
    counts.append([Cell(row["unchanged"], rest_hidden, rest_hidden) for row in rows])
    secret = [few[i] or any(cells[i].hidden for cells in counts) for i in range(len(rows))]
    if sum(secret) == 1 and len(rows) > 1:  # one alone could be subtracted from the total
        others = [i for i in range(len(rows)) if not secret[i]]
        secret[min(others, key=lambda i: (not rows[i]["budget_after_fen_month"], rows[i]["households"]))] = True
    told = []
    for row, name, hidden, *cells in zip(rows, names, secret, *counts, strict=True):
        before, after = row["budget_before_fen_month"], row["budget_after_fen_month"]
        money = (None, None) if hidden else (before, after)
        told.append(Row(name, *cells, *money))
    return told


def _moves(result: Simulation) -> list[tuple[str, str, Cell]]:
    told = []
    for row in result.moves().filter(pl.col("category").ne_missing(pl.col("category_after"))).to_dicts():
        number = int(row["households"])
        words = [str(CATEGORIES.get(row[key], row[key])) for key in ("category", "category_after")]
        told.append((words[0], words[1], Cell(number, number < SMALLEST)))
    return told
