"""Tables of facts: checked once, with one clear message that names table, row and field; sorted family by family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.units import BOOLEAN, DATE, TEXT
from doudi.policy.errors import PolicyError
from doudi.policy.facts import FACTS, HEADS, FactSpec

NAMES = {HOUSEHOLD: "households", PERSON: "persons", OBLIGOR: "obligors"}
KEYS = {HOUSEHOLD: "household_id", PERSON: "person_id", OBLIGOR: "obligor_id"}
ABOVE = {PERSON: "household_id", OBLIGOR: "person_id"}
CODES = {"division_code": r"^[0-9]{12}$", "relation": r"^[0-9]{1,2}$"}
Rows = np.ndarray[Any, Any]


class Oddities(NamedTuple):
    """What is accepted as given, but should be looked at again, in numbers."""

    empty: int = 0
    large: int = 0
    odd: int = 0
    headed: int = 0


def told(found: Oddities) -> list[str]:
    """The oddities as sentences."""
    texts = ("户没有成员", "户超过 50 人", "人的残疾类别与等级不一致", "户不止一名户主")
    return [f"有 {count} {text}，请核对。" for count, text in zip(found, texts, strict=True) if count]


@dataclass(frozen=True)
class Tables:
    """Households in their order, persons by household, obligors by person; ``home`` and ``owed`` are row numbers."""

    households: pl.DataFrame
    persons: pl.DataFrame
    obligors: pl.DataFrame
    home: Rows
    owed: Rows
    names: dict[Depth, str]
    headed: int = 0
    """Households with more than one head."""

    @classmethod
    def read(
        cls,
        households: pl.DataFrame,
        persons: pl.DataFrame,
        obligors: pl.DataFrame | None = None,
        names: dict[Depth, str] | None = None,
        first: dict[Depth, int] | None = None,
    ) -> Tables:
        """Checked and sorted; PolicyError for the first thing that cannot be used.

        ``names`` are those of the files; ``first`` says which row of its file is the first of a table that is a piece.
        """
        names, first = {**NAMES, **(names or {})}, first or {}
        homes = checked(HOUSEHOLD, households, names[HOUSEHOLD], first.get(HOUSEHOLD, 0))
        people = checked(PERSON, persons, names[PERSON], first.get(PERSON, 0))
        owed = checked(OBLIGOR, _empty() if obligors is None else obligors, names[OBLIGOR], first.get(OBLIGOR, 0))
        people, home = _placed(people, homes, "household_id", names[PERSON])
        owed, rows = _placed(owed, people, "person_id", names[OBLIGOR])
        headed = _headed(people, home)
        return cls(homes, people.drop("relation", strict=False), owed, home, rows, names, headed)

    def only(self, households: pl.Series) -> Tables:
        """Some of the households with everybody in them."""
        kept = self.households.filter(pl.col("household_id").is_in(households.implode()))
        people, home = _placed(_inside(self.persons, kept, "household_id"), kept, "household_id", "")
        owed, rows = _placed(_inside(self.obligors, people, "person_id"), people, "person_id", "")
        return Tables(kept, people, owed, home, rows, self.names)

    @cached_property
    def persons_from(self) -> Rows:
        """For every household the row of its first person; one more for the end."""
        return np.append(0, np.cumsum(np.bincount(self.home, minlength=self.households.height)))

    @cached_property
    def obligors_from(self) -> Rows:
        """For every person the row of the first obligor; one more for the end."""
        return np.append(0, np.cumsum(np.bincount(self.owed, minlength=self.persons.height)))

    @cached_property
    def places(self) -> tuple[pl.DataFrame, Rows]:
        """The divisions and classes there are, and for every household the number of its own: few are looked up."""
        keys = self.households.select("division_code", "residence_class")
        found = keys.unique(maintain_order=True)
        numbered = found.with_row_index("number")
        joined = keys.join(numbered, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
        return found, joined["number"].to_numpy()

    def check_dates(self, on: date) -> None:
        """PolicyError for a birth after the day of the screening."""
        for depth, frame in ((PERSON, self.persons), (OBLIGOR, self.obligors)):
            late = frame.filter(pl.col("birth_date") > on)
            if late.height:
                row, born = late.item(0, "#row") + 1, late.item(0, "birth_date")
                raise PolicyError(f"{self.names[depth]} 第 {row} 行：birth_date {born} 晚于计算日期 {on}。")

    def oddities(self) -> Oddities:
        """Households with nobody or with very many, and disabilities with a kind but no grade or the reverse."""
        sizes = np.bincount(self.home, minlength=self.households.height) if self.households.height else np.zeros(0)
        differ = ((pl.col("disability_kind") == 0) != (pl.col("disability_grade") == 0)).sum()
        odd = sum(frame.select(differ).item() for frame in (self.persons, self.obligors))
        return Oddities(int((sizes == 0).sum()), int((sizes > 50).sum()), int(odd), self.headed)

    def warnings(self) -> list[str]:
        """What is accepted as given, but should be looked at again."""
        return told(self.oddities())


def _inside(frame: pl.DataFrame, above: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.join(above.select(key), on=key, how="semi", maintain_order="left")


def _headed(people: pl.DataFrame, home: Rows) -> int:
    """How many households name more than one person as their head."""
    if "relation" not in people.columns:
        return 0
    heads = pl.DataFrame({"home": home, "relation": people["relation"]}).filter(pl.col("relation").is_in(list(HEADS)))
    return heads.filter(heads.is_duplicated())["home"].n_unique()


def columns(depth: Depth) -> set[str]:
    """The names of the columns that say something about anybody."""
    above = {"household_id"} if depth == PERSON else set[str]()
    return above | FACTS[depth].keys()


def _empty() -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([], dtype=_dtype(spec)) for name, spec in FACTS[OBLIGOR].items()})


def _dtype(spec: FactSpec) -> type[pl.DataType]:
    if spec.unit in (BOOLEAN, DATE):
        return pl.Boolean if spec.unit == BOOLEAN else pl.Date
    return pl.String if spec.unit == TEXT else pl.Int64


def checked(depth: Depth, frame: pl.DataFrame, name: str, first: int = 0) -> pl.DataFrame:
    """The columns of facts with their types; PolicyError for a missing column, a wrong type or value."""
    specs = dict(FACTS[depth])
    if depth == PERSON:
        specs["household_id"] = FACTS[HOUSEHOLD]["household_id"]
    for column, spec in specs.items():
        if column not in frame.columns and not spec.shown_only:
            raise PolicyError(f"{name}：缺少列 {column}（{spec.label}）。")
    present = {column: spec for column, spec in specs.items() if column in frame.columns}
    typed = frame.select(_typed(frame[column], spec, name, first) for column, spec in present.items())
    _check_domains(typed, present, name, first)
    # What no rule asks for has been looked at and can go; who is the head is counted first.
    typed = typed.drop(column for column, spec in present.items() if spec.shown_only and column != "relation")
    # A text that is one of a few is kept as its number: a tenth of the memory.
    typed = typed.with_columns(
        pl.col(column).cast(pl.Enum([str(choice) for choice in spec.choices]))
        for column, spec in present.items()
        if spec.unit == TEXT and spec.choices
    )
    numbered = typed.with_row_index("#row", first)
    refuse_repeated(depth, numbered, name)
    return numbered


def refuse_repeated(depth: Depth, frame: pl.DataFrame, name: str) -> None:
    """PolicyError for an id that comes twice; only the few with equal hashes are compared as texts."""
    suspects = frame[alike(frame[KEYS[depth]].hash().to_numpy())]
    repeated = suspects.filter(pl.col(KEYS[depth]).is_duplicated())
    if repeated.height:
        key = repeated.item(0, KEYS[depth])
        row = repeated.filter(pl.col(KEYS[depth]) == key).item(1, "#row") + 1
        raise PolicyError(f"{name} 第 {row} 行：{KEYS[depth]} “{key}”重复。")


def alike(hashes: Rows) -> Rows:
    """The places of those that come more than once."""
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.flatnonzero(np.isin(hashes, twice)) if len(twice) else np.empty(0, dtype=np.int64)


def _typed(series: pl.Series, spec: FactSpec, name: str, first: int) -> pl.Series:
    """The column in the type of the fact; tools write numbers as whole floats, dates as texts and codes as numbers."""
    wanted = _dtype(spec)
    if spec.name == "relation" and series.dtype.is_numeric():
        return series.cast(pl.Int64, strict=False).cast(pl.String).str.zfill(2)
    if series.dtype == wanted or series.dtype == pl.Null:
        return series.cast(wanted)
    if wanted == pl.Int64 and series.dtype.is_float():
        series = series.fill_nan(None)
    allowed = {
        pl.Int64: series.dtype.is_numeric(),
        pl.Date: series.dtype == pl.String or series.dtype.is_temporal(),
        pl.String: series.dtype in (pl.Categorical, pl.Enum),
        pl.Boolean: False,
    }[wanted]
    if not allowed:
        return _nothing_there(series, spec, name, first)
    if series.dtype == pl.String:
        cast = series.str.to_date("%Y-%m-%d", strict=False)
    else:
        cast = series.cast(wanted, strict=False)
    lost = series.is_not_null() & cast.is_null()
    if series.dtype.is_float():
        lost = lost | (cast != series).fill_null(False)
    if lost.any():
        _refuse(series, lost, spec, name, f"应为{_kind(spec)}", first)
    return cast


def _nothing_there(series: pl.Series, spec: FactSpec, name: str, first: int) -> pl.Series:
    """A column of another type says nothing if it is empty; else the first value of the wrong kind is refused."""
    wrong = series.is_not_null()
    if wrong.any():
        unread = wrong & series.cast(pl.Int64, strict=False).is_null() if series.dtype == pl.String else wrong
        why = f"应为{_kind(spec)}，整列却是 {series.dtype} 类型"
        _refuse(series, unread if unread.any() else wrong, spec, name, why, first)
    return pl.Series(series.name, [None] * series.len(), dtype=_dtype(spec))


def _kind(spec: FactSpec) -> str:
    names = {pl.Boolean: "是否（布尔值）", pl.Date: "日期", pl.String: "文字", pl.Int64: "整数"}
    return names[_dtype(spec)]  # type: ignore[index]


def _check_domains(frame: pl.DataFrame, specs: Mapping[str, FactSpec], name: str, first: int) -> None:
    """Every value inside the domain, all columns in one pass; only if one is outside is it looked for."""
    outside = {column: bad for column, spec in specs.items() if (bad := _outside(spec)) is not None}
    found = frame.select(bad.any().alias(column) for column, bad in outside.items()).row(0, named=True)
    for column, bad in outside.items():
        if found[column]:
            rows = frame.select(bad.fill_null(False).alias("bad"))["bad"]
            value = frame[column][int(rows.arg_max() or 0)]
            why = "不能为空" if value is None else specs[column].refusal(value) or "不合规定"
            _refuse(frame[column], rows, specs[column], name, why, first)


def _outside(spec: FactSpec) -> pl.Expr | None:
    """Whether a value is outside the domain; None where the type alone decides. Ids must be there."""
    value = pl.col(spec.name)
    if spec.choices:
        return ~value.is_in(list(spec.choices))
    if spec.unit in (BOOLEAN, DATE):
        return None
    if spec.name in CODES:
        return ~value.str.contains(CODES[spec.name])
    if spec.unit == TEXT:
        blank = value.str.strip_chars() == ""
        return blank | value.is_null() if spec.identity else blank
    return (value < spec.low) | (value >= spec.high)


def _refuse(series: pl.Series, bad: pl.Series, spec: FactSpec, name: str, why: str, first: int) -> None:
    row = int(bad.arg_max() or 0)
    raise PolicyError(f"{name} 第 {first + row + 1} 行：{series.name}（{spec.label}）{why}，现在是 {series[row]!r}。")


def _placed(frame: pl.DataFrame, above: pl.DataFrame, key: str, name: str) -> tuple[pl.DataFrame, Rows]:
    """Sorted by the row of the entity above, with those rows; PolicyError for one that belongs to nobody."""
    places = above.select(pl.col(key), pl.int_range(pl.len(), dtype=pl.Int64).alias("#place"))
    rows = frame.select(key).join(places, on=key, how="left", maintain_order="left")["#place"]
    if rows.null_count():
        row = int(rows.is_null().arg_max() or 0)
        raise PolicyError(f"{name} 第 {frame[row, '#row'] + 1} 行：{key} “{frame[row, key]}”在上一级表中不存在。")
    if not rows.is_sorted():
        order = rows.arg_sort()
        return frame[order], rows[order].to_numpy()
    return frame, rows.to_numpy()
