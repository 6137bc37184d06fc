"""The texts people sign: our own words, versioned by date; the version of the day of signing is the one that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from cryptography.hazmat.primitives import hashes

FOLDER = Path(__file__).parent
CONSENT, PLEDGE, NOTICE = "consent", "pledge", "privacy_notice"


class NoText(LookupError):
    """No version of a text was in force on the day."""


@dataclass(frozen=True)
class TextVersion:
    """One version of a text, in force from a day until the next version's."""

    key: str
    version: str
    since: date
    title: str
    paragraphs: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SM3 of the text with its blanks: anybody with the published text can compute it."""
        return sm3("\n".join((self.title, *self.paragraphs)))

    def filled(self, words: Mapping[str, str]) -> str:
        """The text as somebody signs it: the title, then a paragraph a line. KeyError: a blank without a word."""
        return "\n".join((self.title, *(p.format_map(words) for p in self.paragraphs)))


def sm3(text: str | bytes) -> str:
    """SM3 as hex."""
    state = hashes.Hash(hashes.SM3())
    state.update(text.encode() if isinstance(text, str) else text)
    return state.finalize().hex()


@cache
def versions(key: str) -> tuple[TextVersion, ...]:
    """All versions of a text, oldest first."""
    rows = yaml.safe_load((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
    found = (TextVersion(key, r["version"], r["from"], r["title"], tuple(r["paragraphs"])) for r in rows)
    return tuple(sorted(found, key=lambda v: v.since))


def text_on(key: str, day: date) -> TextVersion:
    """The version in force on a day. NoText before the first."""
    for version in reversed(versions(key)):
        if version.since <= day:
            return version
    raise NoText(f"{key} {day}")


@cache
def materials() -> dict[str, str]:
    """The papers that a pledge may replace: key and words."""
    read: dict[str, str] = yaml.safe_load((FOLDER / "materials.yaml").read_text(encoding="utf-8"))
    return read
