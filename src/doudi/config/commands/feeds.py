"""Departments' data from the command line: take a file, say how fresh each source is."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from .running import django, owner_alias


def take(options: argparse.Namespace) -> int:
    """Receive a file as the system; the worker reads it and lets it in if there is nothing for a person to look at."""
    django(as_owner=True)
    from django.utils import timezone

    from doudi.feeds.actions.receiving import receive
    from doudi.feeds.models import Way
    from doudi.registry.actions import Refused

    at = timezone.now()
    try:
        as_of = date.fromisoformat(options.as_of) if options.as_of else None
        with Path(options.file).open("rb") as stream:
            batch = receive(
                contract=options.source, file_name=Path(options.file).name, stream=stream, way=Way.COMMAND, by=None,
                on=timezone.localdate(at), at=at, as_of=as_of, using=owner_alias(),
            )  # fmt: skip
    except (Refused, OSError, ValueError) as problem:
        print(f"doudi: {problem}", file=sys.stderr)
        return 1
    print(f"batch {batch.pk}: {batch.file_name}, {batch.size:,} bytes, waiting for the worker")
    return 0


def status(options: argparse.Namespace) -> int:
    """One line a source; 1 if a source is a month late."""
    django()
    from django.utils import timezone

    from doudi.feeds.queries.freshness import sources

    rows = sources(timezone.localdate(), using=owner_alias())
    for row in rows:
        late = "never" if row.days_late is None else f"{row.days_late} days late" if row.days_late else "in time"
        print(f"{row.key:16} {row.data_as_of or '-'!s:10} {late:14} {row.title}")
    return int(any(row.tone == "red" for row in rows))
