"""The door: rows without an ID number beside the people of the registry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from .explaining import explained
from .features import IDENTITY, features
from .model import model
from .scoring import candidates
from .verdicts import judged, to_decide

ROW = "#row"
EXPLAINED: dict[str, Any] = {
    ROW: pl.Int64,
    "person": pl.Int64,
    "weight": pl.Float64,
    "probability": pl.Float64,
    "words": pl.String,
    "features": pl.List(pl.Struct({"feature": pl.String, "words": pl.String, "weight": pl.Float64})),
    "why": pl.String,
}


@dataclass(frozen=True)
class Linked:
    """Every row is in exactly one of the three: `links` and `doubtful` have the columns of EXPLAINED.

    A doubtful row may stand there with several people. Rows that say word for word the same about a person get the
    same answer; among rows that differ, no two are linked to one person.
    """

    links: pl.DataFrame
    doubtful: pl.DataFrame
    unmatched: pl.DataFrame


def link(rows: pl.DataFrame, people: pl.DataFrame, known: pl.DataFrame | None = None) -> Linked:
    """Who the rows (`#row, name, sex, birth_date, place`) are about among `people` (`id` and the same four).

    `sex` is 1 or 2, `place` a division code of 6 to 12 digits; whatever is not known is null. The same rows and people
    always give the same answer, in whatever order they come. `known`: the people's features, where a caller who links
    one file after the other has kept them.
    """
    said = rows.select(ROW, *IDENTITY)
    alike = said.filter(pl.col("name").is_not_null()).group_by(IDENTITY).agg(id=pl.col(ROW).min())
    people = people.sort("id")
    pairs = _weighed(alike.sort("id"), people, features(people) if known is None else known.sort("unique_id"))
    copies = said.join(alike, on=IDENTITY, nulls_equal=True).select(ROW, row="id")
    links = _told(pairs.filter(pl.col("why").is_null()), copies)
    doubtful = _told(to_decide(pairs), copies)
    unmatched = said.select(ROW).join(pl.concat([links, doubtful]), on=ROW, how="anti").sort(ROW)
    return Linked(links, doubtful, unmatched)


def _weighed(rows: pl.DataFrame, people: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    numbers = model()
    named = features(rows).drop_nulls("plain")  # a row without a name is about nobody
    pairs = judged(candidates(named, known, numbers), numbers)
    written = pairs.join(rows.select(row="id", a="name"), on="row").join(
        people.select(person="id", b="name"), on="person"
    )
    return explained(written.with_columns(written_alike=pl.col("a") == pl.col("b")), numbers)


def _told(pairs: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    likely = 1 / (1 + (-pl.col("weight") * math.log(2)).exp())
    found = copies.join(pairs, on="row").with_columns(probability=likely)
    return found.select(pl.col(name).cast(kind) for name, kind in EXPLAINED.items()).sort(
        ROW, "weight", "person", descending=[False, True, False]
    )
