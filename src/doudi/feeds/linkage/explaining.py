"""Why two records may be one person, in words: one sentence, and feature by feature with the weight of each."""

from __future__ import annotations

import polars as pl

from .model import FEATURES, Feature, Model, weight_of
from .verdicts import WHY

OLD_FORM = "姓名相同（用字繁简或写法不同）"


def explained(pairs: pl.DataFrame, numbers: Model) -> pl.DataFrame:
    """The pairs with `features` (a list of feature, words and weight) and `words` (one sentence). No values in them.

    Expects the level of each feature, `written_alike` (the names are the same letter by letter) and `why`.
    """
    worded = pairs.with_columns(
        *(_words(f).alias(f"{f.key}_words") for f in FEATURES),
        *(_weight(f, numbers).alias(f"{f.key}_weight") for f in FEATURES[1:]),
    )
    others = pl.sum_horizontal(f"{f.key}_weight" for f in FEATURES[1:])
    told = worded.with_columns(name_weight=(pl.col("weight") - others - numbers.prior_weight).round(2))
    parts = [
        pl.struct(
            feature=pl.lit(f.key), words=pl.col(f"{f.key}_words"), weight=pl.col(f"{f.key}_weight").fill_null(0.0)
        )
        for f in FEATURES
    ]
    because = pl.col("why").replace_strict(WHY, default=None, return_dtype=pl.String)
    return told.select(
        *pairs.columns,
        pl.concat_list(parts).alias("features"),
        pl.concat_str(*(f"{f.key}_words" for f in FEATURES), because, separator="；", ignore_nulls=True).alias("words"),
    )


def _words(feature: Feature) -> pl.Expr:
    of_level = {number: level.words for number, level in enumerate(feature.levels)}
    words = pl.col(feature.key).replace_strict(of_level, default=feature.unknown_words, return_dtype=pl.String)
    if feature.key != "name":
        return words
    return pl.when((pl.col("name") == 0) & ~pl.col("written_alike")).then(pl.lit(OLD_FORM)).otherwise(words)


def _weight(feature: Feature, numbers: Model) -> pl.Expr:
    weights = {n: round(weight_of(numbers, feature, level), 2) for n, level in enumerate(feature.levels)}
    return pl.col(feature.key).replace_strict(weights, default=None, return_dtype=pl.Float64)
