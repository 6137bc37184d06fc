"""What cells mean: a column of text → values of its kind, and for each cell that is none a sentence what to write.

Every kind has two ways. Cells written plainly, nearly all of a file, are read by the column. Each other *different*
cell is read once, by ordinary code that knows how people write, and its answer is put wherever that cell stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from doudi.kernel.resident_id import CHECK_CHARACTERS, WEIGHTS
from doudi.kernel.text import half_width

from ..contracts import Column
from . import spelling
from .spelling import Odd

DTYPES: dict[str, type[pl.DataType]] = {
    "resident_id": pl.String, "name": pl.String, "text": pl.String, "code": pl.String, "sex": pl.Int8,
    "date": pl.Date, "month": pl.Date, "fen": pl.Int64, "int": pl.Int64, "flag": pl.Boolean,
}  # fmt: skip
_UNUSUAL = r"[\x00-\x1f\x7f\u00a0\u200b-\u200d\u2010-\u2015\u2060\u2212\u3000\ufe63\ufeff\uff01-\uff5e]|^['=]|^\s|\s$"
_EMPTY = ["", "NULL", "null", "Null", "(null)", "\\N", "-", "--", "—", "——", "/", "N/A", "NaN", "nan", "None", "空"]
_NOTHING = ["无", "无。", "暂无", "未知", "不详", "不明"]
"""Words for nothing in a cell that holds a number or a day; in others they may be an answer."""
_FORMULA_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)")
_LONG_AGO = date(1880, 1, 1)


@dataclass(frozen=True)
class Reading:
    """A column as read: its values, and where a cell is none, the sentence; both as long as the frame."""

    value: pl.Series
    problem: pl.Series


def tidy(texts: pl.Series) -> pl.Series:
    """The cells with half-width characters and without what cannot be seen; null where a cell holds nothing."""
    texts = texts.cast(pl.String)
    unusual = texts.str.contains(_UNUSUAL).fill_null(False)
    if unusual.any():
        odd = texts.filter(unusual).unique()
        plain = {text: _plain(text) for text in odd.to_list()}
        texts = texts.replace(plain)
    return texts.to_frame("x").select(pl.when(~pl.col("x").is_in(_EMPTY)).then("x"))["x"]


def _plain(text: str) -> str:
    """One unusual cell. An apostrophe or ="…" only forces a spreadsheet to show text."""
    plain = half_width("".join(" " if ord(c) < 32 else c for c in text)).replace("\u00a0", " ").strip()
    if plain.startswith('="') and plain.endswith('"'):
        return plain[2:-1].strip()
    return plain.removeprefix("'").strip()


def read_column(texts: pl.Series, column: Column, on: date, unit: str = "") -> Reading:
    """A tidied column read as its kind."""
    if column.kind in ("resident_id", "date", "month", "fen", "int"):
        texts = texts.to_frame("x").select(pl.when(~pl.col("x").is_in(_NOTHING)).then("x"))["x"]
    if column.kind in ("code", "flag", "sex"):
        value = pl.Series([None] * len(texts), dtype=DTYPES[column.kind])
    else:
        value = _PLAINLY[column.kind](texts, unit)
    read = partial(_read_odd, _ODDLY[column.kind], column, on, unit)
    value, problem = _with_odd(texts, value, read)
    return _bounded(Reading(value, problem), column, on)


def _read_odd(
    oddly: Callable[[str, Column, date, str], object], column: Column, on: date, unit: str, text: str
) -> object:
    if _FORMULA_ERRORS.fullmatch(text):
        raise Odd(spelling.FORMULA_ERROR)
    return oddly(text[:200], column, on, unit)


def _with_odd(texts: pl.Series, value: pl.Series, read: Callable[[str], object]) -> tuple[pl.Series, pl.Series]:
    """The values with those of the cells that were not written plainly; and what is wrong with the rest."""
    odd = texts.is_not_null() & value.is_null()
    if not odd.any():
        return value, pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    answers: list[object] = []
    sentences: list[str | None] = []
    words = texts.filter(odd).unique(maintain_order=True)
    for text in words.to_list():
        try:
            answers.append(read(text))
            sentences.append(None)
        except Odd as wrong:
            answers.append(None)
            sentences.append(str(wrong))
    said = pl.DataFrame(
        {"x": words, "v": pl.Series(answers, dtype=value.dtype), "p": pl.Series(sentences, dtype=pl.String)}
    )
    joined = pl.DataFrame({"x": texts, "plain": value}).join(said, on="x", how="left", maintain_order="left")
    return joined.select(pl.coalesce("plain", "v"))["plain"], joined["p"]


def _bounded(read: Reading, column: Column, on: date) -> Reading:
    """Amounts outside their bounds and days outside time are no values."""
    if column.kind in ("fen", "int") and (column.least is not None or column.most is not None):
        low, high = column.least, column.most
        outside = pl.lit(False)
        outside = outside | (pl.col("v") < low) if low is not None else outside
        outside = outside | (pl.col("v") > high) if high is not None else outside
        sentence = spelling.bounds(column)
    elif column.kind in ("date", "month"):
        last = date(on.year + 100, 12, 31) if column.future else on
        outside, sentence = (pl.col("v") > last) | (pl.col("v") < _LONG_AGO), spelling.days(column, on)
    else:
        return read
    frame = pl.DataFrame({"v": read.value, "p": read.problem}).with_columns(outside.fill_null(False).alias("out"))
    if not frame["out"].any():
        return read
    kept = frame.select(
        pl.when(~pl.col("out")).then("v"), pl.when("out").then(pl.lit(sentence)).otherwise("p").alias("p")
    )
    return Reading(kept["v"], kept["p"])


def _plain_id(texts: pl.Series, _unit: str) -> pl.Series:
    """Valid numbers of eighteen characters; the check character is computed for the whole column at once."""
    frame = texts.to_frame("x").with_columns(fit=pl.col("x").str.contains(r"^\d{17}[\dX]$").fill_null(False))
    digits = frame.select(
        pl.when("fit").then(pl.col("x").str.slice(0, 17)).otherwise(pl.lit("0")).cast(pl.Int64)
    ).to_series()
    number = digits.to_numpy()
    total = np.zeros(len(number), dtype=np.int64)
    for weight in reversed(WEIGHTS):
        number, digit = np.divmod(number, 10)
        total += digit * weight
    checks = pl.Series([*CHECK_CHARACTERS])
    right = checks.gather(pl.Series(total % 11))
    born = pl.col("x").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return frame.with_columns(right=right).select(
        pl.when(pl.col("fit") & (pl.col("x").str.slice(17, 1) == pl.col("right")) & (born >= _LONG_AGO)).then("x")
    )["x"]


def _plain_date(texts: pl.Series, _unit: str) -> pl.Series:
    frame = texts.to_frame("x")
    dashed = pl.when(pl.col("x").str.len_bytes() == 10).then("x").str.to_date("%Y-%m-%d", strict=False)
    packed = pl.when(pl.col("x").str.len_bytes() == 8).then("x").str.to_date("%Y%m%d", strict=False)
    return frame.select(pl.coalesce(dashed, packed))["x"]


def _plain_month(texts: pl.Series, _unit: str) -> pl.Series:
    fit = pl.col("x").str.contains(r"^(19|20)\d\d-?(0[1-9]|1[0-2])$").fill_null(False)
    first = pl.when(fit).then(pl.col("x").str.replace("-", "", literal=True) + "01")
    return texts.to_frame("x").select(first.str.to_date("%Y%m%d", strict=False))["x"]


def _plain_fen(texts: pl.Series, unit: str) -> pl.Series:
    """Yuan with at most two decimals, by digits: no amount ever passes through a float."""
    places = spelling.PLACES[unit]
    fit = (
        pl.col("x")
        .str.contains(rf"^-?\d{{1,11}}(\.\d{{1,{places}}})?$" if places else r"^-?\d{1,13}$")
        .fill_null(False)
    )
    halves = pl.when(fit).then("x").str.split_exact(".", 1).struct
    whole, part = halves.field("field_0"), halves.field("field_1").fill_null("")
    digits = whole + part.str.pad_end(places, "0")
    return texts.to_frame("x").select(digits.cast(pl.Int64, strict=False).alias("x"))["x"]


def _plain_int(texts: pl.Series, _unit: str) -> pl.Series:
    fit = pl.col("x").str.contains(r"^-?\d{1,12}$").fill_null(False)
    return texts.to_frame("x").select(pl.when(fit).then("x").cast(pl.Int64, strict=False))["x"]


def _plain_name(texts: pl.Series, _unit: str) -> pl.Series:
    fit = pl.col("x").str.contains(r"^[\u4e00-\u9fff]{2,4}$").fill_null(False)
    return texts.to_frame("x").select(pl.when(fit).then("x"))["x"]


def _plain_text(texts: pl.Series, _unit: str) -> pl.Series:
    return texts.to_frame("x").select(pl.when(pl.col("x").str.len_chars() <= spelling.LONGEST_TEXT).then("x"))["x"]


_PLAINLY: dict[str, Callable[[pl.Series, str], pl.Series]] = {
    "resident_id": _plain_id, "date": _plain_date, "month": _plain_month, "fen": _plain_fen, "int": _plain_int,
    "name": _plain_name, "text": _plain_text,
}  # fmt: skip
_ODDLY: dict[str, Callable[[str, Column, date, str], object]] = {
    "resident_id": spelling.resident_id, "date": spelling.day, "month": spelling.month, "fen": spelling.fen,
    "int": spelling.whole, "name": spelling.name, "text": spelling.text, "code": spelling.code, "flag": spelling.flag,
    "sex": spelling.sex,
}  # fmt: skip
