"""Addresses as people write them → the code of the village, else of the township, else nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from doudi.kernel.text import compact

_ENDINGS = ("社区居民委员会", "居民委员会", "村民委员会", "村委会", "居委会", "委员会", "社区", "村")
_TOWNSHIP, _VILLAGE = 9, 12


@dataclass(frozen=True)
class Place:
    """A place with every name it goes by, the longest first."""

    code: str
    names: tuple[str, ...]


def located(texts: pl.Series, divisions: Iterable[tuple[str, str, str]]) -> pl.Series:
    """For each text the code of the most exact place it surely names; null if it names none.

    `divisions` are code, official name and short name of the county's townships and villages. A village whose name
    stands in several townships is told only together with its township.
    """
    gazetteer = Gazetteer(divisions)
    found = {text: gazetteer.find(text) for text in texts.drop_nulls().unique()}
    return texts.replace_strict(found, default=None, return_dtype=pl.String)


class Gazetteer:
    """The places of one county by name."""

    def __init__(self, divisions: Iterable[tuple[str, str, str]]) -> None:
        rows = list(divisions)
        self.codes = {code for code, _name, _short in rows}
        self.townships = [Place(code, _names(name, short)) for code, name, short in rows if len(code) == _TOWNSHIP]
        self.villages = [
            Place(code, _names(name, short, *map(_stem, (name, short))))
            for code, name, short in rows
            if len(code) == _VILLAGE
        ]

    def find(self, text: str) -> str | None:
        """The code of the village, else the township, that a text names."""
        words = compact(text[:120])
        if words.isascii() and words.isdigit():
            return self._coded(words)
        township, rest = _longest(self.townships, words)
        within = [place for place in self.villages if not township or place.code.startswith(township[0])]
        village, _rest = _longest(within, rest)
        if len(village) == 1:
            return village[0]
        return township[0] if len(township) == 1 else None

    def _coded(self, digits: str) -> str | None:
        return next((code for code in (digits, digits[:_TOWNSHIP]) if code in self.codes), None)


def _longest(places: list[Place], words: str) -> tuple[list[str], str]:
    """The places with the longest name that stands in the text, and what of the text comes after it."""
    found = [(name, place.code) for place in places for name in place.names if name in words]
    if not found:
        return [], words
    longest = max(len(name) for name, _code in found)
    codes = sorted({code for name, code in found if len(name) == longest})
    name = next(name for name, code in found if len(name) == longest and code == codes[0])
    return codes, words.partition(name)[2] if len(codes) == 1 else words


def _names(*names: str) -> tuple[str, ...]:
    return tuple(sorted({compact(name) for name in names if len(name) > 1}, key=len, reverse=True))


def _stem(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
