"""The story at hand: who sits at which desk today, what was written down on the way, what the database says."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import IO, Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from doudi.config.clock import Clock

from .. import conftest as stories
from ..running import CLI, ask, clock_of, until_supplied, worked

HERE = ZoneInfo("Asia/Shanghai")
DESKTOP, PHONE = stories.DESKTOP, stories.PHONE
PATIENCE_S = 600
PATIENCE_MS = 60_000  # a machine that does much else still shows the page


class Story:
    """One demo county, its day, its actors, and the notebook: numbers that one chapter found and a later one needs."""

    def __init__(self, var: Path, address: str, browser: Browser, output: IO[str] | None) -> None:
        self.var, self.address, self.browser = var, address, browser
        self._output = output
        self._notebook = var / "notebook.json"
        self._contexts: list[BrowserContext] = []
        self.notes: dict[str, Any] = json.loads(self._notebook.read_text()) if self._notebook.exists() else {}

    # The day

    @property
    def now(self) -> datetime:
        """The county's moment."""
        return Clock(clock_of(self.var)).now().astimezone(HERE)

    @property
    def today(self) -> date:
        """The county's day."""
        return self.now.date()

    def turn_to(self, day: str, time: str = "08:30") -> None:
        """Everybody goes home; it is another day, and what the clock starts has been done."""
        self.leave()
        if f"{self.today}" < day:  # a walk that is taken up may have come so far
            worked(self.var, *CLI[1:], "demo", "day", day, "--time", time)
            self.settle()

    def settle(self) -> None:
        """Wait until the worker has nothing left to do."""
        until = monotonic() + PATIENCE_S
        with self._database() as db:
            while left := db.execute(OPEN_JOBS).fetchall():
                assert monotonic() < until, f"the worker does not come to an end: {left}"
                db.execute("SELECT pg_sleep(0.2)")

    def supplied(self) -> None:
        """The months so far are paid and the departments' files of the last month have landed."""
        until_supplied(self._output)
        self.settle()

    # The people

    def at(self, role: str, *, username: str = "", size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        """A role signed in through the real form, at the workbench."""
        context = self.browser.new_context(
            viewport=size, base_url=self.address, locale="zh-CN", accept_downloads=True, **options
        )
        self._keep(context)
        return stories.signed_in(context, username or stories.username_of(role), self.address)

    def phone(self) -> BrowserContext:
        """A phone that knows where it is, and what day it is in the county."""
        context = self.browser.new_context(
            viewport=PHONE, base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True,
            geolocation={"latitude": 24.4104, "longitude": 98.5853}, permissions=["geolocation"],
        )  # fmt: skip
        context.clock.install(time=self.now)
        self._keep(context)
        return context

    def _keep(self, context: BrowserContext) -> None:
        stories.APART.add(context)
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)

    def leave(self) -> None:
        """Everybody goes home."""
        for context in self._contexts:
            stories.APART.discard(context)
            context.close()
        self._contexts = []

    # What is written down

    def note(self, **what: Any) -> None:
        """Write down what was found; a story that is taken up again reads it there."""
        self.notes |= what
        self._notebook.write_text(json.dumps(self.notes, ensure_ascii=False, indent=1), encoding="utf-8")

    def __getitem__(self, name: str) -> Any:
        return self.notes[name]

    def has_told(self, chapter: str) -> bool:
        """Whether a walk that was taken up again had come past it."""
        return chapter in self.notes.get("told", [])

    def may_begin(self, chapter: str, chapters: list[str]) -> None:
        """Not before the chapter before it has ended."""
        before = chapters[: chapters.index(chapter)]
        if missing := [one for one in before if not self.has_told(one)]:
            pytest.fail(f"the walk has not come so far: {missing[0]}")

    def ends(self, chapter: str) -> None:
        """The next one may begin."""
        self.note(told=[*self.notes.get("told", []), chapter])

    # What the database says

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a question finds, as the owner of everything."""
        with self._database() as db:
            return db.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def one(self, sql: str, *values: Any) -> Any:
        """The only value of the only row."""
        found = self.rows(sql, *values)
        assert len(found) == 1, found
        return found[0][0] if len(found[0]) == 1 else found[0]

    def ask(self, module: str, *arguments: str) -> Any:
        """Have something done in the county by a module of the stories."""
        return ask(self.var, module, *arguments)

    def command(self, *words: str) -> str:
        """What the product's own command line prints; it must succeed."""
        return worked(self.var, *CLI[1:], *words)

    @contextmanager
    def _database(self) -> Any:
        with psycopg.connect(f"postgresql://postgres@/doudi_demo?host={self.var}/pg-demo", autocommit=True) as db:
            yield db


OPEN_JOBS = "SELECT kind, state FROM jobs_job WHERE state IN ('waiting', 'running') AND run_after IS NULL"


def see(page: Page, name: str) -> None:
    """A page looked at: kept as a small picture, accessible, no wider than the screen."""
    stories.seen(page, f"walk-{name}", full=False)


Chapter = Callable[[Story], None]
