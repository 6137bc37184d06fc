"""The day of a demo county: a file says how far it is ahead of the machine. Nothing here runs outside demo mode.

Every context takes its moment from the page, the job or the command that calls it, and these ask
`django.utils.timezone.now` and nothing else; so the one place to move a county is there (decision 0100).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

_STILL = timedelta()


class ClockRefused(RuntimeError):
    """The county cannot be moved there; the message says why."""


class Clock:
    """The machine's clock and so many seconds, read from a file again whenever that has changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._ahead = _STILL
        self._read: tuple[int, int] | None = None

    def now(self) -> datetime:
        """The county's moment."""
        return datetime.now(UTC) + self.ahead

    @property
    def ahead(self) -> timedelta:
        """How far the county is from the machine; nothing without a file."""
        try:
            stat = os.stat(self.file)
        except FileNotFoundError:
            return _STILL
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self._read:
            self._ahead = timedelta(seconds=float(self.file.read_text(encoding="ascii")))
            self._read = seen
        return self._ahead

    def move(self, to: datetime) -> None:
        """Let it be that moment now. Never backwards once it has been set: a log has one direction."""
        if self.file.exists() and to < self.now():
            raise ClockRefused("A county's day only moves forward.")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f"{self.file.name}.new")
        fresh.write_text(str((to - datetime.now(UTC)).total_seconds()), encoding="ascii")
        fresh.replace(self.file)


def follow(file: Path) -> None:
    """Let this process believe the county's clock."""
    timezone.now = Clock(file).now
