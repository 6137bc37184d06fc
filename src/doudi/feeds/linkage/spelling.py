"""Names reduced to what survives a typist: one form per character, and the sound as Dehong pronounces it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

from doudi.kernel.text import half_width
from doudi.registry.names import spell

# What the local dialect does not tell apart: zh/z, ch/c, sh/s; -ing/-in, -eng/-en; ü/i after j, q, x, y, l, n.
_SOUNDS = ((r"([zcs])h", "$1"), (r"([ie])ng", "${1}n"), (r"([jqxy])u", "${1}i"), (r"v", "i"))


def spelled(names: pl.Series) -> pl.DataFrame:
    """For each name: `plain` characters, `pinyin`, `sound`, the sound of its `surname`, its characters `sorted`.

    Each different name is read once; a text without any letter is no name and all its columns are null.
    """
    distinct = names.drop_nulls().unique().sort()
    read = pl.DataFrame([_read(name) for name in distinct], schema=["plain", "pinyin", "surname"], orient="row")
    table = read.cast(pl.String).with_columns(
        distinct.alias("name"),
        _heard("pinyin").alias("sound"),
        _heard("surname"),
        pl.col("plain").str.split("").list.sort().list.join("").alias("sorted"),
    )
    return names.to_frame("name").join(table, on="name", how="left", maintain_order="left")


@cache
def old_forms() -> dict[str, str]:
    """Traditional, old and colloquial forms of characters → the form we compare by."""
    text = files(__package__).joinpath("old_forms.txt").read_text(encoding="utf-8")
    return {pair[0]: pair[1] for line in text.splitlines() if not line.startswith("#") for pair in line.split()}


def folded(name: str) -> str:
    """A name without dots, blanks and placeholders, every character in the form we compare by."""
    return "".join(old_forms().get(c, c) for c in half_width(name) if c.isalpha())


def _read(name: str) -> tuple[str | None, str | None, str | None]:
    plain = folded(name).lower()
    if not plain:
        return None, None, None
    whole = spell(plain)[0]
    given = spell(plain[1:])[0]
    return plain, whole, whole.removesuffix(given) or whole


def _heard(column: str) -> pl.Expr:
    found = pl.col(column)
    for pattern, replacement in _SOUNDS:
        found = found.str.replace_all(pattern, replacement)
    return found
