"""From weighed pairs to answers: who surely is whom, what a person must decide, and which rows nobody answers to."""

from __future__ import annotations

import polars as pl

from .model import BIRTH_YEAR_AGREES, NAME_AGREES, Model

CANDIDATES = 3
"""How many people are shown to whoever decides about a row."""
TIE = 1.0
"""Two rows that fit one person equally well, to this many bits, are both left to a person."""

WHY = {
    "weak": "相同之处还不足以认定",
    "year": "出生年份不一致或未填，不能自动认定",
    "name": "姓名有实质不同，可能是兄弟姐妹或双胞胎",
    "several": "登记的人中另有一人也很像",
    "taken": "文件中另有一行更像或同样像此人",
}


def judged(pairs: pl.DataFrame, numbers: Model) -> pl.DataFrame:
    """The pairs with `why`: null for a link, else a key of WHY. A row has one link at most, and so has a person.

    The answer depends on the weights alone, never on the order of rows.
    """
    weight = pl.col("weight")
    rival = weight.max().over("row") - numbers.gap
    asked = pairs.with_columns(
        why=pl.when((weight < weight.max().over("row")) | ((weight > rival).sum().over("row") > 1))
        .then(pl.lit("several"))
        .when(weight < numbers.sure)
        .then(pl.lit("weak"))
        .when(pl.col("birth").is_null() | (pl.col("birth") > BIRTH_YEAR_AGREES))
        .then(pl.lit("year"))
        .when(pl.col("name") > NAME_AGREES)
        .then(pl.lit("name"))
    )
    return asked.with_columns(why=pl.when(_outdone()).then(pl.lit("taken")).otherwise("why"))


def _outdone() -> pl.Expr:
    """Whether a pair that would be a link has a rival for its person that fits better, or as well."""
    weight, sure = pl.col("weight"), pl.col("why").is_null()
    best = weight.filter(sure).max().over("person")
    rivals = (sure & (weight > best - TIE)).sum().over("person")
    return sure & ((weight < best) | (rivals > 1))


def to_decide(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of rows without a link, the likeliest people of each."""
    linked = pl.col("why").is_null().any().over("row")
    rank = pl.struct(-pl.col("weight"), "person").rank("ordinal").over("row")
    return pairs.filter(~linked & (rank <= CANDIDATES))
