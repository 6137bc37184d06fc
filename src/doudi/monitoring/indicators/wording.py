"""Sentences of warnings: a template with facts in braces, filled a column at a time.

`{medical_self_paid:yuan}` is an amount of fen in yuan, `{share:times}` a percentage as a multiple, `{since:day}` a
day; without a kind the value stands as it is. `[…]` is left out where one of the values inside is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
BRACKET = re.compile(r"\[([^\]]*)\]")
UNKNOWN = "不详"


@dataclass(frozen=True)
class Sentence:
    """A template."""

    text: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The facts it names."""
        return tuple(dict.fromkeys(match[1] for match in PLACE.finditer(self.text)))

    def filled(self) -> pl.Expr:
        """The sentence of every row."""
        return pl.concat_str(list(self._parts()))

    def _parts(self) -> Iterator[pl.Expr]:
        last = 0
        for match in BRACKET.finditer(self.text):
            yield from _plain(self.text[last : match.start()], UNKNOWN)
            yield pl.concat_str(list(_plain(match[1], None))).fill_null("")
            last = match.end()
        yield from _plain(self.text[last:], UNKNOWN)


def _plain(text: str, unknown: str | None) -> Iterator[pl.Expr]:
    """The words and values of a part; a value that is not known as `unknown`."""
    last = 0
    for match in PLACE.finditer(text):
        if match.start() > last:
            yield pl.lit(text[last : match.start()])
        shown = SHOWN[match[2] or ""](pl.col(match[1]))
        yield shown if unknown is None else shown.fill_null(unknown)
        last = match.end()
    if last < len(text) or not text:
        yield pl.lit(text[last:])


def yuan(fen: pl.Expr) -> pl.Expr:
    """An amount in yuan with two places and separated thousands."""
    size = fen.abs()
    digits = (size // 100).cast(pl.String).str.reverse().str.replace_all(r"(\d{3})", "${1},").str.reverse()
    cents = (size % 100).cast(pl.String).str.zfill(2)
    sign = pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str([sign, digits.str.strip_prefix(","), pl.lit("."), cents])


def times(percent: pl.Expr) -> pl.Expr:
    """A percentage as a multiple with one place, rounded down: 118 % is 1.1."""
    return pl.concat_str(
        [(percent // 100).cast(pl.String), pl.lit("."), (percent % 100 // 10).cast(pl.String)],
    )


def day(value: pl.Expr) -> pl.Expr:
    """A day as the office writes it."""
    return value.dt.strftime("%Y年%-m月%-d日")


def plain(value: pl.Expr) -> pl.Expr:
    """As it is."""
    return value.cast(pl.String)


def yes(value: pl.Expr) -> pl.Expr:
    """Yes or no."""
    return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))


def known(value: pl.Expr) -> pl.Expr:
    """That the rulebook says yes on known facts; nothing where it does not."""
    return pl.when(value).then(pl.lit("按已知事实测算符合条件"))


SHOWN = {"": plain, "yuan": yuan, "times": times, "day": day, "yes": yes, "known": known}
