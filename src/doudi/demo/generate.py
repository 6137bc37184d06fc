"""`doudi demo generate`: draw the county, copy it into an empty registry, write the hidden truth beside it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from django.conf import settings
from django.db import connections, transaction

from doudi.audit.actions import Subject, record
from doudi.places.models import Division, Level, ResidenceClass

from . import evidence, register, sealing, standing_rows
from . import truth as hidden_truth
from .county import County, draw
from .draws import DEMO_DAY
from .load import Loader, as_csv, referring
from .terrain import Village

Progress = Callable[[int, int, str], None]

TABLES = (
    "registry_person", "registry_household", "registry_membership", "registry_residence", "registry_certificate",
    "registry_circumstance", "registry_statement", "registry_kintie", "registry_lowincomestatus", "registry_revision",
    "registry_merge",
)  # fmt: skip
STEPS = 60
"""About how many things are told to `progress`; the last call says all are done."""


class DemoRefused(RuntimeError):
    """The county may not be written here; the message says why and what to do."""


@dataclass
class Summary:
    """What was written, how long each phase took, and the digest of everything readable in it."""

    seed: int
    people: int
    households: int
    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    digest: str = ""

    def __str__(self) -> str:
        total = sum(self.rows.values())
        return (
            f"{self.people:,} people in {self.households:,} households, {total:,} rows in "
            f"{self.seconds.get('total', 0):.1f} s (seed {self.seed}, digest {self.digest[:16]})"
        )


def has_people(*, using: str = "default") -> bool:
    """Whether the database holds any person."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM registry_person)")
        return bool(cursor.fetchone()[0])


def villages(*, using: str = "default") -> list[Village]:
    """The open villages and communities as `places` has them."""
    letters = dict(Division.objects.using(using).filter(level=Level.TOWNSHIP).values_list("code", "letters"))
    rows = Division.objects.using(using).filter(level=Level.VILLAGE, is_open=True)
    return [
        Village(v.code, v.short_name or v.name, v.residence_class == ResidenceClass.URBAN, letters.get(v.code[:9], ""))
        for v in rows.order_by("code")
    ]


def generate(
    *,
    seed: int = 1,
    people: int = 440_000,
    using: str = "default",
    replace: bool = False,
    progress: Progress = lambda done, total, label: None,
    truth_path: Path | None = None,
) -> Summary:
    """Write the demo county of `seed` with exactly `people` person records through the connection `using`.

    Everything or nothing is written. DemoRefused outside demo mode, or if there are people already and `replace` is
    false; ValueError if there are no divisions or too few people.
    """
    _permit(using, replace)
    phases = Phases(progress)
    county = draw(seed, villages(using=using), people, phases.tell)
    summary = Summary(seed, len(county.people), len(county.homes))
    with transaction.atomic(using=using, savepoint=False):
        raw: psycopg.Connection[Any] = connections[using].connection
        truth = _load(raw, county, summary, phases)
        phases.tell("audit")
        _record(summary, replace)
    if truth_path is not None:
        hidden_truth.write(truth, truth_path)
    summary.seconds = phases.finish()
    return summary


def _permit(using: str, replace: bool) -> None:
    if not settings.DOUDI_DEMO:
        raise DemoRefused("Demo data may only be written in demo mode (DOUDI_MODE=demo).")
    connections[using].ensure_connection()
    if replace:
        return
    if has_people(using=using):
        raise DemoRefused("There are people in this database already; use --replace to throw them away.")
    with connections[using].cursor() as cursor:
        for table in referring(cursor.connection, TABLES):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608  a name from the catalog
            if cursor.fetchone()[0]:
                raise DemoRefused(f"The table {table} is not empty; use --replace to throw its rows away.")


def _load(raw: psycopg.Connection[Any], county: County, summary: Summary, phases: Phases) -> pl.DataFrame:
    """Copy all tables: the large ones first, so that the server is busy while the numbers are sealed."""
    digest = hashlib.sha256()
    with Loader(raw, TABLES, phases.tell) as loader:
        households = register.households(county)
        for table, frame, sealed in _frames(county, households):
            summary.rows[table] = frame.height
            for part in frame.iter_slices(100_000):
                digest.update(as_csv(part))
            loader.put(table, sealed(frame))
            loader.finish(table)
        phases.tell("truth")
        truth = hidden_truth.truth(county, households)
    phases.tell("statistics")
    loader.close()
    summary.digest = digest.hexdigest()
    return truth


def _frames(
    county: County, households: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame, Callable[[pl.DataFrame], pl.DataFrame]]]:
    def same(frame: pl.DataFrame) -> pl.DataFrame:
        return frame

    yield "registry_membership", register.memberships(county), same
    yield "registry_statement", evidence.statements(county), same
    yield "registry_household", households, same
    yield "registry_person", register.people(county), sealing.seal_people
    yield "registry_certificate", evidence.certificates(county), sealing.seal_certificates
    yield "registry_residence", register.residences(county), same
    yield "registry_circumstance", evidence.circumstances(county), same
    yield "registry_lowincomestatus", standing_rows.statuses(county), same
    yield "registry_kintie", standing_rows.kin_ties(county), same


def _record(summary: Summary, replace: bool) -> None:
    detail = {"seed": summary.seed, "people": summary.people, "digest": summary.digest, "replaced": replace}
    record(by=None, action="demo.generate", subject=Subject("demo", str(DEMO_DAY)), detail=detail)


class Phases:
    """Tells progress and keeps the seconds of each step; the caller and the feeding thread have a clock each."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done = progress, 0
        self._begun = time.perf_counter()
        self._current: dict[int, tuple[str, float]] = {}
        self._seconds: dict[str, float] = {}

    def tell(self, label: str) -> None:
        """A step begins in this thread, and the one before ends."""
        self._close(threading.get_ident())
        self._current[threading.get_ident()] = (label, time.perf_counter())
        self._done += 1
        self._progress(min(self._done, STEPS - 1), STEPS, label)

    def finish(self) -> dict[str, float]:
        """All is done; seconds by step, and in `total` those on the clock."""
        for thread in list(self._current):
            self._close(thread)
        self._progress(STEPS, STEPS, "")
        return self._seconds | {"total": time.perf_counter() - self._begun}

    def _close(self, thread: int) -> None:
        if thread in self._current:
            label, since = self._current.pop(thread)
            self._seconds[label] = self._seconds.get(label, 0.0) + time.perf_counter() - since
