"""Rows and people as `link` takes them, from short lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

Record = Sequence[Any]
"""Name, sex, birth date, place."""

SCHEMA = {"name": pl.String, "sex": pl.Int64, "birth_date": pl.Date, "place": pl.String}


def rows(records: Sequence[Record], first: int = 1) -> pl.DataFrame:
    """Rows numbered from `first`."""
    return _frame(records).with_row_index("#row", first).cast({"#row": pl.Int64})


def people(records: Sequence[Record], first: int = 1) -> pl.DataFrame:
    """People numbered from `first`."""
    return _frame(records).with_row_index("id", first).cast({"id": pl.Int64})


def _frame(records: Sequence[Record]) -> pl.DataFrame:
    return pl.DataFrame([tuple(r) for r in records], schema=SCHEMA, orient="row")


SOMEBODY = ("赵小兰", 2, date(1961, 3, 4), "533103102201")
