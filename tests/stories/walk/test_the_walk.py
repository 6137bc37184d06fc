"""One quarter of one county in a real browser: a chapter after the other, everybody signing in as themselves.

A chapter is a function of chapters.py. What it needs from earlier ones stands in the notebook (story.py), so a walk can
be taken up where it stopped: DOUDI_WALK names a county that runs on `var/walk` (docs/decisions/0100).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, time

import pytest
from playwright.sync_api import Browser, expect

from doudi.config.clock import Clock
from doudi.config.environment import ROOT

from ..running import clock_of, running
from .chapters import CHAPTERS
from .proof import BEGAN
from .story import HERE, PATIENCE_MS, Chapter, Story

VAR = ROOT / "var" / "walk"
PEOPLE = 3_000
RUNS_ALREADY = os.environ.get("DOUDI_WALK", "")


@pytest.fixture(scope="module")
def story(browser: Browser) -> Iterator[Story]:
    """The county on the first morning of the quarter."""
    expect.set_options(timeout=PATIENCE_MS)
    if RUNS_ALREADY:
        yield Story(VAR, RUNS_ALREADY, browser, None)
        return
    for old in ("clock", "notebook.json"):
        (VAR / old).unlink(missing_ok=True)
    Clock(clock_of(VAR)).move(datetime.combine(BEGAN, time(8), HERE))
    with running(VAR, PEOPLE) as (address, output):
        yield Story(VAR, address, browser, output)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.__name__)
def test_the_walk(story: Story, chapter: Chapter) -> None:
    """Chapters in their order; one without the one before would tell nothing."""
    if story.has_told(chapter.__name__):
        pytest.skip("told already")
    story.may_begin(chapter.__name__, [one.__name__ for one in CHAPTERS])
    try:
        chapter(story)
    finally:
        story.leave()
    story.ends(chapter.__name__)
