"""The English of the pages is whole: nothing untranslated, nothing guessed, and the compiled file says the same."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import doudi.config

FOLDER = Path(doudi.config.__file__).parent / "locale/en/LC_MESSAGES"
_TEXT = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\]) ((?:".*"\n?)+)', re.MULTILINE)
_SLOT = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Entry:
    """One message with its translations, one per form."""

    key: str
    said: tuple[str, ...]
    guessed: bool


def entries(text: str) -> Iterator[Entry]:
    """The messages of a .po file."""
    for block in text.split("\n\n"):
        texts = {k: "".join(ast.literal_eval(line) for line in v.splitlines()) for k, v in _TEXT.findall(block + "\n")}
        if texts.get("msgid"):
            said = tuple(v for k, v in sorted(texts.items()) if k.startswith("msgstr"))
            context = f"{texts['msgctxt']}\x04" if "msgctxt" in texts else ""
            yield Entry(context + texts["msgid"], said, bool(re.search(r"^#,.*fuzzy", block, re.MULTILINE)))


WHOLE = list(entries((FOLDER / "django.po").read_text(encoding="utf-8")))


def test_every_message_has_its_english() -> None:
    assert len(WHOLE) > 1000
    assert [e.key for e in WHOLE if e.guessed or not e.said or not all(e.said)] == []


def test_an_untranslated_or_guessed_message_is_noticed() -> None:
    planted = 'msgid "甲"\nmsgstr ""\n\n#, fuzzy\nmsgid "乙"\nmsgstr "B"\n\nmsgid "丙"\nmsgstr ""\n"C"'
    assert [(e.key, e.said, e.guessed) for e in entries(planted)] == [
        ("甲", ("",), False), ("乙", ("B",), True), ("丙", ("C",), False),
    ]  # fmt: skip


def test_the_english_fills_the_same_places() -> None:
    assert [e.key for e in WHOLE if any(set(_SLOT.findall(s)) - set(_SLOT.findall(e.key)) for s in e.said)] == []


def test_the_compiled_file_says_what_the_source_says() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = {e.key: e.said[0] for e in WHOLE}
    catalog = {(k[0] if isinstance(k, tuple) else k): v for k, v in compiled._catalog.items()}  # type: ignore[attr-defined]
    assert {k for k in known if k not in catalog} == set()
    assert {k for k in known if len(_forms(k)) == 1 and catalog[k] != known[k]} == set()
    assert set(catalog) - known.keys() == {""}


def _forms(key: str) -> tuple[str, ...]:
    return next(e.said for e in WHOLE if e.key == key)
