"""What is compared of a record, as columns of text; the same for rows of departments and for people."""

from __future__ import annotations

import polars as pl

from .spelling import spelled

IDENTITY = ("name", "sex", "birth_date", "place")


def features(records: pl.DataFrame) -> pl.DataFrame:
    """One row per record of `id, name, sex, birth_date, place` (a division code): the columns that levels read.

    What is not known is null and counts neither for nor against a pair.
    """
    names = spelled(records["name"])
    return pl.concat([records.select("id", *_others()), names.drop("name")], how="horizontal").rename(
        {"id": "unique_id"}
    )


def _others() -> list[pl.Expr]:
    birth = pl.col("birth_date").dt.strftime("%Y%m%d")
    place = pl.col("place").str.replace(r"(000)+$", "")
    return [
        pl.col("sex").cast(pl.String),
        birth.alias("birth"),
        birth.str.slice(0, 4).alias("year"),
        birth.str.slice(4, 4).alias("day"),
        (birth.str.slice(6, 2) + birth.str.slice(4, 2)).alias("swapped"),
        pl.when(place.str.len_chars() == 12).then(place).alias("village"),
        pl.when(place.str.len_chars() >= 9).then(place.str.slice(0, 9)).alias("township"),
    ]
