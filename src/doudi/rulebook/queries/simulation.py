"""What other standards would mean for the county: gainers, losers, money; never a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doudi.places.queries import place_name
from doudi.policy import Rulebook
from doudi.policy.parameters.lookup import Value
from doudi.policy.whatif import Simulation, admitted, compared, money

from ..population import Snapshot
from ..values import CATEGORIES, CLASSES
from .disclosure import SMALLEST, Cell, column

# What leaders set: name as `--set` takes it, and whether it is typed in yuan.
DIALS: tuple[tuple[str, str | Promise], ...] = (
    ("dibao_standard.rural", _("农村低保标准（元/月）")),
    ("dibao_standard.urban", _("城镇低保标准（元/月）")),
    ("near_threshold_percent", _("低保边缘线（低保标准的百分比）")),
    ("rigid_ratio_percent", _("刚性支出占收入的比例线（%）")),
    ("financial_multiple.dibao", _("低保金融资产上限（年低保标准的倍数）")),
)


@dataclass(frozen=True)
class Dial:
    """One value to turn, with what holds today; amounts in yuan as typed."""

    name: str
    label: str | Promise
    now: int
    money: bool

    @property
    def low(self) -> int:
        """Where the slider begins."""
        return self.now * 8 // 10 // 10 * 10 if self.money else max(self.now - max(self.now // 2, 2), 0)

    @property
    def high(self) -> int:
        """Where it ends; more can be typed."""
        return -(-self.now * 15 // 100) * 10 if self.money else self.now + max(self.now // 2, 3)

    def value(self, typed: int) -> int:
        """What was typed, as the rulebook keeps it."""
        return typed * 100 if self.money else typed


def dials(book: Rulebook, area: str, on: date) -> list[Dial]:
    """Those that have a known value in the area."""
    found = []
    for text, label in DIALS:
        name, residence = book.parameters.named(text)
        quantity = book.parameters.quantity(name)
        block = quantity.block(area, residence, on)
        if block is not None and isinstance(block.value, int):
            money = quantity.unit.money
            found.append(Dial(text, label, block.value // 100 if money else block.value, money))
    return found


@dataclass(frozen=True)
class Row:
    """A township or a class: counts as they may be shown, money or None where it may not."""

    name: str
    households: Cell
    gainers: Cell
    losers: Cell
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """Fen a month more or less."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Outlook:
    """The answer of a simulation."""

    total: Row
    undecided: Cell
    townships: Sequence[Row]
    classes: Sequence[Row]
    categories: Sequence[Row]
    moves: Sequence[tuple[str, str, Cell]]

    @property
    def year(self) -> int | None:
        """Fen a year more or less."""
        return None if self.total.change is None else self.total.change * 12


def outlook(book: Rulebook, values: Mapping[str, Value], county: Snapshot, on: date) -> Outlook:
    """The county under today's rulebook and under other values."""
    after = money(*admitted(book.laid_over(values), county.tables, on)) if values else _today(book, county, on)
    result = compared(county.tables, _today(book, county, on), after)
    totals = result.totals()
    return Outlook(
        total=_rows([totals], [str(_now("全市"))], [_receiving(result.households)])[0],
        undecided=column([totals["undecided"]])[0],
        townships=_by(result, "township", lambda code: place_name(str(code)) or str(code)),
        classes=_by(result, "residence_class", lambda key: str(CLASSES.get(key, key)) if key else _now("不清楚")),
        categories=_by(result, "category", lambda key: str(CATEGORIES.get(key, key))),
        moves=_moves(result),
    )


_kept: dict[tuple[str, str, date], pl.DataFrame] = {}


def _today(book: Rulebook, county: Snapshot, on: date) -> pl.DataFrame:
    """The county under the rulebook in force; calculated once for each gathering, rulebook and day."""
    key = (f"{id(county)}-{county.run}", book.version, on)
    found = _kept.get(key)
    if found is None:
        found = money(*admitted(book, county.tables, on))
        _kept.clear()
        _kept[key] = found
    return found


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
    secret = [few[i] or any(cells[i].hidden for cells in counts) for i in range(len(rows))]
    if sum(secret) == 1 and len(rows) > 1:  # one alone could be subtracted from the total
        others = [i for i in range(len(rows)) if not secret[i]]
        secret[min(others, key=lambda i: (not rows[i]["budget_after_fen_month"], rows[i]["households"]))] = True
    told = []
    for row, name, hidden, households, gainers, losers in zip(rows, names, secret, *counts, strict=True):
        before, after = row["budget_before_fen_month"], row["budget_after_fen_month"]
        money = (None, None) if hidden else (before, after)
        told.append(Row(name, households, gainers, losers, *money))
    return told


def _moves(result: Simulation) -> list[tuple[str, str, Cell]]:
    told = []
    for row in result.moves().filter(pl.col("category").ne_missing(pl.col("category_after"))).to_dicts():
        number = int(row["households"])
        words = [str(CATEGORIES.get(row[key], row[key])) for key in ("category", "category_after")]
        told.append((words[0], words[1], Cell(number, number < SMALLEST)))
    return told
