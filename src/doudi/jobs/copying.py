"""Rows by the hundred thousand in and out of the database: COPY between a data frame and a table, no object a row."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import polars as pl

Columns = Mapping[str, type[pl.DataType] | pl.DataType]


def copy_in(cursor: Any, table: str, frame: pl.DataFrame) -> int:
    """Append a frame to a table whose columns are named as the frame's; null is null, text may be empty."""
    names = ", ".join(f'"{name}"' for name in frame.columns)
    shown = frame.with_columns(_hex(frame[name]) for name, kind in frame.schema.items() if kind == pl.Binary)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
        for piece in shown.iter_slices(50_000):
            copy.write(piece.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric").encode())
    return frame.height


def copy_out(cursor: Any, query: str, columns: Columns) -> pl.DataFrame:
    """The rows of a query without parameters as a frame; bytes come as hexadecimal text."""
    held = io.BytesIO()
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *)") as copy:
        for piece in copy:
            held.write(piece)
    if not held.tell():
        return pl.DataFrame(schema=dict(columns))
    held.seek(0)
    return pl.read_csv(held, has_header=False, schema=dict(columns), null_values="\\N")


def _hex(series: pl.Series) -> pl.Series:
    return (pl.select(pl.lit("\\x")).to_series() + series.bin.encode("hex")).alias(series.name)
