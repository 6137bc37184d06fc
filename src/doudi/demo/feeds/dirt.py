"""What real files look like: numbers missing, mistyped, of fifteen digits or full width; names misheard; rows twice.

Works on frames of text. Every row keeps `#person` (who it truly is, -1 for a stranger) and gets `#dirt` (what was done
to it) and `#bad` (whether the reading must refuse it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ..draws import Ints, chance

ID = "resident_id"
WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９ＸＸ")
MISHEARD = str.maketrans(
    "秀英兰珍芳艳丽玉伟军勇杰文明华平海龙强刚建国春梅红霞小晓凤翠",
    "绣瑛蓝贞方燕莉钰炜君永洁闻鸣桦苹嗨隆墙钢健果椿玫虹侠晓小风粹",
)


@dataclass(frozen=True)
class Habits:
    """How often a kind of dirt befalls a row."""

    number_missing: float = 0.02
    name_misheard: float = 0.01
    fifteen_digits: float = 0.003
    full_width: float = 0.003
    spaced: float = 0.005
    number_mistyped: float = 0.0005
    day_impossible: float = 0.0002
    twice: float = 0.002


USUAL = Habits()
CLEAN = Habits(0, 0, 0, 0, 0, 0, 0, 0)


def soil(
    rng: np.random.Generator, rows: pl.DataFrame, habits: Habits, *, day_column: str | None = None
) -> pl.DataFrame:
    """The rows with dirt; `day_column` names a required date that may be made impossible."""
    n = rows.height
    rows = rows.with_columns(pl.lit("").alias("#dirt"), pl.lit(False).alias("#bad"))
    if not n:
        return rows
    kinds = _which(rng, n, habits)
    if ID in rows.columns:
        rows = _numbers(rng, rows, kinds)
    if "name" in rows.columns:
        rows = _apply(rows, "name", kinds == 7, lambda name: name.translate(MISHEARD), "misheard")
    if day_column is not None:
        rows = _apply(rows, day_column, kinds == 6, lambda _: "2026-02-30", "day", bad=True)
    return rows


def _which(rng: np.random.Generator, n: int, habits: Habits) -> Ints:
    """One kind of dirt for each row at most: 0 for none."""
    edges = np.cumsum([
        habits.number_missing, habits.fifteen_digits, habits.full_width, habits.spaced, habits.number_mistyped,
        habits.day_impossible, habits.name_misheard,
    ])  # fmt: skip
    found = np.searchsorted(edges, rng.random(n), side="right") + 1
    return np.where(found > len(edges), 0, found)


def _numbers(rng: np.random.Generator, rows: pl.DataFrame, kinds: Ints) -> pl.DataFrame:
    """What befalls identity numbers; none of it makes a number that does not begin with 533199."""
    old = rows["birth_date"].str.starts_with("19") if "birth_date" in rows.columns else rows[ID].str.slice(6, 2) == "19"
    rows = _apply(rows, ID, kinds == 1, lambda _: None, "missing")
    rows = _apply(rows, ID, (kinds == 2) & old.fill_null(False).to_numpy(), _of_fifteen, "fifteen")
    rows = _apply(rows, ID, kinds == 3, lambda x: x.translate(WIDE), "wide")
    rows = _apply(rows, ID, kinds == 4, lambda x: f" {x[:6]} {x[6:14]} {x[14:].lower()}", "spaced")
    return _apply(rows, ID, kinds == 5, _mistyped, "mistyped", bad=True)


def _of_fifteen(number: str) -> str:
    """As issued until 1999, without century and check character; 996 to 999 were kept for those born before 1900."""
    return number if number[14:17] >= "996" else number[:6] + number[8:17]


def _mistyped(number: str) -> str:
    """One digit of the serial wrong, so that the check character does not fit."""
    return number[:14] + str((int(number[14]) + 1) % 10) + number[15:]


def _apply(rows: pl.DataFrame, column: str, where: np.ndarray, change, name: str, bad: bool = False) -> pl.DataFrame:  # type: ignore[no-untyped-def]
    """Change one column in the rows of `where` and note it; rows without a value stay."""
    at = np.flatnonzero(where & rows[column].is_not_null().to_numpy())
    if not len(at):
        return rows
    index = pl.Series(at)
    old = rows[column].gather(index).to_list()
    new = [change(value) for value in old]
    hit = pl.Series([a != b for a, b in zip(old, new, strict=True)])
    index = index.filter(hit)
    return rows.with_columns(
        rows[column].scatter(index, pl.Series(new, dtype=pl.String).filter(hit)),
        rows["#dirt"].scatter(index, name),
        rows["#bad"].scatter(index, True) if bad else rows["#bad"],
    )


def twice(rng: np.random.Generator, rows: pl.DataFrame, habits: Habits) -> pl.DataFrame:
    """Some rows a second time, right behind the first or at the end of the file."""
    if not rows.height:
        return rows
    again = rows.filter(pl.Series(chance(rng, habits.twice, rows.height)) & ~pl.col("#bad"))
    return pl.concat([rows, again.with_columns(pl.lit("twice").alias("#dirt"))])
