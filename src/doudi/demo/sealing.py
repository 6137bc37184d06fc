"""Sealing the readable columns: number, telephone, illness, each with its blind index where it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from doudi.privacy.cipher import keyring
from doudi.registry.models import Certificate, Person


def purpose(model: type[Any], column: str) -> str:
    """What the ciphertext of a column is bound to, as the field itself says."""
    return str(model._meta.get_field(column).purpose)


def seal_people(people: pl.DataFrame) -> pl.DataFrame:
    """Number and telephone sealed and indexed."""
    for column in ("resident_id", "phone"):
        index, readable = f"{column}_index", people[column]
        people = people.with_columns(
            _each(readable, _sealed, purpose(Person, column)),
            _each(readable, _indexed, purpose(Person, index)).alias(index),
        )
    return people


def seal_certificates(certificates: pl.DataFrame) -> pl.DataFrame:
    """The illness sealed."""
    return certificates.with_columns(_each(certificates["detail"], _sealed, purpose(Certificate, "detail")))


def _sealed(texts: list[str], bound_to: str) -> list[bytes]:
    return keyring().seal_many(texts, purpose=bound_to)


def _indexed(texts: list[str], indexed_as: str) -> list[bytes]:
    return keyring().index_many(texts, purpose=indexed_as)


def _each(texts: pl.Series, transform: Callable[[list[str], str], list[bytes]], bound_to: str) -> pl.Series:
    """A column of text as PostgreSQL reads bytes (`\\x…`); null stays null."""
    known = texts.is_not_null()
    values = transform(texts.filter(known).to_list(), bound_to)
    out = pl.Series(texts.name, [None], dtype=pl.String).new_from_index(0, len(texts)).to_frame()
    hexed = "\\x" + pl.Series(values, dtype=pl.Binary).bin.encode("hex")
    return out[texts.name].scatter(known.arg_true(), hexed)
