"""What cells of one row say together, and rows of one file: a number against a birth date, an end before its start."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext as _

from ..contracts import Contract, Named
from .frames import ROW

_LINES = {ROW: pl.Int64, "field": pl.String, "value": pl.String, "problem": pl.String}


def across(typed: pl.DataFrame, rows: pl.DataFrame, contract: Contract) -> list[pl.DataFrame]:
    """The problems between cells of one row."""
    found = [pl.DataFrame(schema=_LINES)]
    for who in contract.people:
        found += _against_number(typed, rows, who)
    pairs = {(fact.when, fact.until) for fact in contract.facts if fact.when and fact.until}
    return found + [_before_start(typed, rows, contract, *pair) for pair in sorted(pairs)]


def _against_number(typed: pl.DataFrame, rows: pl.DataFrame, who: Named) -> list[pl.DataFrame]:
    """A birth date or sex that is not that of the number: one of the two is somebody else's."""
    number = pl.col(who.resident_id)
    found = []
    if who.birth_date:
        born = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
        sentence = _("出生日期与身份证号中的不一致，请核对是不是同一个人。")
        found.append(_said(typed, rows, who.birth_date, born != pl.col(who.birth_date), sentence))
    if who.sex:
        sex = 2 - number.str.slice(16, 1).cast(pl.Int8, strict=False) % 2
        sentence = _("性别与身份证号中的不一致，请核对是不是同一个人。")
        found.append(_said(typed, rows, who.sex, sex != pl.col(who.sex), sentence))
    return found


def _before_start(typed: pl.DataFrame, rows: pl.DataFrame, contract: Contract, start: str, end: str) -> pl.DataFrame:
    told = {"end": contract.column(end).title, "start": contract.column(start).title}
    sentence = _("%(end)s早于%(start)s，请核对。") % told
    return _said(typed, rows, end, pl.col(end) < pl.col(start), sentence)


def _said(typed: pl.DataFrame, rows: pl.DataFrame, field: str, wrong: pl.Expr, sentence: str) -> pl.DataFrame:
    if field not in rows.columns:
        return pl.DataFrame(schema=_LINES)
    bad = typed.select(wrong.fill_null(False).alias("bad"))["bad"]
    return rows.filter(bad).select(
        ROW, pl.lit(field).alias("field"), pl.col(field).alias("value"), pl.lit(sentence).alias("problem")
    )


def repeated(good: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Of rows that are alike in everything one stays. Of rows with one key that differ nobody knows which is right."""
    names = list(contract.names)
    marked = good.with_columns(pl.struct(names).hash(0).alias("#whole"))
    first = marked.select(ROW, "#whole").unique("#whole", keep="first").rename({ROW: "#first"})
    again = marked.select(ROW, "#whole").join(first, on="#whole").filter(pl.col(ROW) > pl.col("#first"))
    once = marked.filter(~pl.col(ROW).is_in(again[ROW].implode())) if again.height else marked
    alike = again.select(
        ROW, pl.lit("").alias("field"), pl.lit("").alias("value"), _same_as(pl.col("#first")).alias("problem")
    )
    return pl.concat([pl.DataFrame(schema=_LINES), alike, _contradicting(once, contract)])


def _same_as(first: pl.Expr) -> pl.Expr:
    sentence = _("与第 %(n)s 行完全相同，只保留前一行，不用改。") % {"n": "{}"}
    return pl.format(sentence, first)


def _contradicting(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """People without a number may share name and day: they are not compared by a key that rests on the number."""
    key = list(contract.row_key)
    known = rows.drop_nulls([name for name in key if name in ("resident_id", *key[:1])])
    known = known.filter(pl.col(key[0]).is_not_null())
    several = known.filter(pl.struct(key).is_duplicated())
    titles = "、".join(contract.column(name).title for name in key)
    sentence = _("%(titles)s相同的行内容不一样，分不清哪一行对。请只保留正确的一行。") % {"titles": titles}
    return several.select(
        ROW,
        pl.lit(key[0]).alias("field"),
        pl.col(key[0]).cast(pl.String).alias("value"),
        pl.lit(sentence).alias("problem"),
    )
