"""The reference pages that are generated say what the code says."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from doudi.casework import reference
from doudi.config.cli import parser
from doudi.config.commands.reading import permissions_page
from doudi.monitoring.indicators import reference as indicators
from doudi.privacy.datamap import as_markdown

DOCS = settings.DOUDI_ROOT / "docs"
PAGES = {
    "datamap": as_markdown,
    "permissions": permissions_page,
    "procedure": reference.as_markdown,
    "indicators": indicators.as_markdown,
}
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
TEXTS = sorted([*DOCS.rglob("*.md"), settings.DOUDI_ROOT / "README.md"])


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_new_as_the_code(name: str) -> None:
    """Otherwise: `./run doudi datamap > docs/reference/datamap.md`, and the same for the others."""
    with translation.override("zh-hans"):
        assert (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8").strip() == PAGES[name]().strip()


def test_a_builder_prints_a_page_without_keys_and_without_a_database() -> None:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("DOUDI_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "doudi.config.cli", "indicators"]
    printed = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (printed.stderr, printed.stdout[:6]) == ("", "# 预警指标")


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_every_link_between_pages_leads_somewhere(path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    # Screenshots and measurements are written by other runs and may not be there yet.
    assert [t for t in targets if "images/" not in t and "results/" not in t and not (path.parent / t).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_every_command_that_a_page_names_exists(path) -> None:
    known = set(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr,arg-type,call-overload]
    named = re.findall(r"(?:^|`|run )doudi ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) - known == set()


def test_the_index_names_every_page() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = [p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md") if p.name != "README.md"]
    assert [p for p in pages if f"({p})" not in index and not p.startswith("decisions/")] == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("how-to/*.md")), ids=lambda p: p.stem)
def test_a_recipe_names_files_that_are_there_or_that_it_adds(path) -> None:
    named = re.findall(r"`((?:src|tests|docs|tools)/[^`*]+)`", path.read_text(encoding="utf-8"))
    there = [settings.DOUDI_ROOT / name for name in named]
    adds = {"care_burden", "care_burden_least", "rehabilitation", "test_rehabilitation"}
    assert len(named) >= 3
    assert [str(one) for one in there if not (one.exists() or (one.stem in adds and one.parent.exists()))] == []


def test_every_identifier_of_the_glossary_is_one_that_the_code_uses() -> None:
    code = " ".join(p.read_text(encoding="utf-8") for p in (settings.DOUDI_ROOT / "src").rglob("*.py"))
    words = set(re.findall(r"\w+", code))
    for line in (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8").splitlines():
        for name in re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", line))):
            assert name in words or any(word.startswith(name) for word in words), line


def test_every_handbook_shows_pictures_that_are_there() -> None:
    for path in TEXTS:
        shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
        assert [one for one in shown if not (path.parent / one).exists()] == [], path.name


def test_addresses_in_the_manuals_exist() -> None:
    resolver = get_resolver()
    for path in [*DOCS.glob("zh/*.md"), DOCS / "tutorial.md", DOCS / "not-yet.md"]:
        for address in re.findall(r"`(/[a-z-]+/(?:[a-z-]+/)*)`", path.read_text(encoding="utf-8")):
            assert resolver.resolve(address), (path.name, address)
