"""The last month's files of the demo county, handed in as if they had been dropped: the worker reads and lands them."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

from doudi.audit.models import AuditEvent
from doudi.feeds.actions.receiving import receive
from doudi.feeds.models import Batch, Way

from ..county import County, draw
from ..generate import villages
from .year import recent_files

MOST_ROWS = 20_000
"""Larger files are left out: a demo county should have life, not keep its worker busy."""


def hand_in_recent(*, on: date, at: datetime, using: str = "default") -> int:
    """Hand in the last file of each source; returns how many. None if there are batches, or no generated county."""
    if Batch.objects.using(using).exists():
        return 0
    county = _as_generated(using)
    if county is None:
        return 0
    with tempfile.TemporaryDirectory(prefix="doudi-demo-feeds-") as folder:
        sheets = [sheet for sheet in recent_files(county, Path(folder))[0] if sheet.rows <= MOST_ROWS]
        for sheet in sheets:
            path = Path(folder) / sheet.file
            with path.open("rb") as stream:
                receive(
                    contract=sheet.source, file_name=path.name, stream=stream, way=Way.FOLDER, by=None,
                    on=on, at=at, using=using,
                )  # fmt: skip
    return len(sheets)


def _as_generated(using: str) -> County | None:
    """The county that was written into this database, drawn again from what the log says of it."""
    made = AuditEvent.objects.using(using).filter(action="demo.generate").order_by("-pk").first()
    return draw(made.detail["seed"], villages(using=using), made.detail["people"]) if made else None
