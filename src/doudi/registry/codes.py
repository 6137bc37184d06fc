"""Code lists of people's files: relations, ethnic groups, education, marriage, occupation. Facts of the standards.

Each list is a CSV in `registry/data/`; reading a word of a form or a file back into its code is done here and nowhere
else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from doudi.kernel.text import compact

DATA = Path(__file__).parent / "data"

SELF, HEAD = "01", "02"
"""GB/T 4761: the person themselves, the head of the household."""


@dataclass(frozen=True)
class EthnicGroup:
    """GB/T 3304: name, two-letter code and the official roman spelling ('' for the two codes outside the standard)."""

    code: str
    name: str
    alpha: str
    roman: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _names(name: str) -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows(name)}


RELATIONS = _names("relations")  # GB/T 4761-2008, two digits
EDUCATION = _names("education")  # GB/T 4658-2006
ETHNIC_GROUPS = {row["code"]: EthnicGroup(**row) for row in _rows("ethnic_groups")}  # GB/T 3304-1991


@cache
def _relation_codes() -> dict[str, str]:
    # The later code of a name that stands twice never wins: '子' is 20, not a group.
    words = {row["word"]: row["code"] for row in _rows("relation_words")}  # what people write instead
    return {name: code for code, name in reversed(RELATIONS.items())} | words


@cache
def _ethnic_codes() -> dict[str, str]:
    words: dict[str, str] = {}
    for group in ETHNIC_GROUPS.values():
        for word in (group.name, group.name.removesuffix("族"), group.alpha, group.roman.upper()):
            words.setdefault(word, group.code)
    words.pop("", None)
    return words


def relation_code(text: str) -> str | None:
    """The code of a relation written as a code or a word; None if it is neither."""
    word = compact(text)
    if word.isascii() and word.isdigit():
        return word.zfill(2) if word.zfill(2) in RELATIONS and len(word) == 2 else None
    return _relation_codes().get(word)


def ethnicity_code(text: str) -> str | None:
    """The code of an ethnic group written as 傣族, 傣, 18, DA or Dai; None if it is none of them."""
    word = compact(text).upper()
    if word.isascii() and word.isdigit():
        return word.zfill(2) if word.zfill(2) in ETHNIC_GROUPS else None
    return _ethnic_codes().get(word)
