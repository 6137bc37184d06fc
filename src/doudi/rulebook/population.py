"""The county's facts without people: what a leader's simulation reads instead of the register.

Every hour a system job reads the register township by township and writes three sealed tables for each: no names, no
numbers, no ids of the register (rows get new numbers in a shuffled order), no village (the township only), no fact that
the rules do not use. Birth dates stay, because ages decide. The files are encrypted like every other file; web
processes open them for aggregates only, and cells under five are never shown (see queries/disclosure.py).
"""

from __future__ import annotations

import io
import json
import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock

import polars as pl
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.audit.actions import record
from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.places.models import Division, Level
from doudi.policy.engine.tables import Tables
from doudi.policy.facts import FACTS
from doudi.privacy import sealed_files
from doudi.registry.facts import PopulationFacts, population_facts

TABLES = ("households", "persons", "obligors")
SHOWN_ONLY = [spec.name for facts in FACTS.values() for spec in facts.values() if spec.shown_only]


@dataclass(frozen=True)
class Snapshot:
    """The county as of a moment."""

    tables: Tables
    on: date
    at: datetime
    run: str

    @property
    def size(self) -> int:
        """How many households there are."""
        return self.tables.households.height


def folder() -> Path:
    """Where the tables lie."""
    return Path(settings.DOUDI_DATA_DIR) / "population"


def townships(using: str = "default") -> list[str]:
    """Every township of the county, closed ones too: files may still be there."""
    rows = Division.objects.using(using).filter(level=Level.TOWNSHIP, code__startswith=settings.DOUDI_COUNTY)
    return list(rows.order_by("code").values_list("code", flat=True))


def nameless(facts: PopulationFacts, township: str) -> dict[str, pl.DataFrame]:
    """The three tables of a township under new row numbers."""
    homes = _renumbered(facts.households, "household_id", township)
    people = _renumbered(facts.persons, "person_id", township)
    households = homes.with_columns(pl.lit(township.ljust(12, "0")).alias("division_code"))
    persons = _moved(people, homes, "household_id")
    obligors = _moved(_renumbered(facts.obligors, "obligor_id", township), people, "person_id")
    told = dict(zip(TABLES, (households, persons, obligors), strict=True))
    return {name: frame.drop(["#old", *SHOWN_ONLY], strict=False) for name, frame in told.items()}


def _renumbered(frame: pl.DataFrame, key: str, township: str) -> pl.DataFrame:
    shuffled = frame.sample(fraction=1.0, shuffle=True).rename({key: "#old"})
    numbers = pl.int_range(pl.len()).cast(pl.String)
    return shuffled.with_columns((pl.lit(f"{township}-") + numbers).alias(key))


def _moved(frame: pl.DataFrame, above: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows under the new numbers of those above them; rows of nobody are left out."""
    new = above.select(pl.col("#old").alias("#above"), key)
    return frame.rename({key: "#above"}).join(new, on="#above", how="inner").drop("#above")


class GatherPopulation(Steps):
    """One township a chunk; only when all are there do readers see the new tables."""

    kind = "rulebook.population"
    title = _("汇总政策模拟用的人口情况")
    unit = "个"
    system = True

    def count(self, job: Job) -> int:
        return len(townships(job.using))

    def step(self, job: Job, at: datetime) -> bool:
        codes = townships(job.using)
        if job.done < len(codes):
            code = codes[job.done]
            for name, frame in nameless(population_facts(code, timezone.localdate(at), using=job.using), code).items():
                _seal(frame, str(job.pk), code, name)
            job.done += 1
        return job.done < len(codes)

    def finish(self, job: Job, at: datetime) -> None:
        run = str(job.pk)
        told = _manifest()
        if told is not None and _is_later(str(told["run"]), job):  # two were at work: a table that is newer stays
            shutil.rmtree(folder() / run, ignore_errors=True)
            return
        codes = sorted({path.name.partition(".")[0] for path in (folder() / run).glob("*.parquet")})
        _write_manifest({"run": run, "at": at.isoformat(), "townships": codes})
        record(by=None, action="policy.gather_population", detail={"townships": len(codes)}, using=job.using)
        for old in folder().iterdir():
            if old.is_dir() and old.name != run and not _is_later(old.name, job):  # a later one is still being written
                shutil.rmtree(old, ignore_errors=True)


def _is_later(run: str, job: Job) -> bool:
    """Whether the tables are of a job that began after this one; a number without a job is of before a restore."""
    return int(run) > job.pk and Job.objects.using(job.using).filter(pk=int(run)).exists()


def _seal(frame: pl.DataFrame, run: str, township: str, name: str) -> None:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    buffer.seek(0)
    sealed_files.write(buffer, _path(run, township, name), purpose=_purpose(run, township, name))


def _path(run: str, township: str, name: str) -> Path:
    return folder() / run / f"{township}.{name}.parquet"


def _purpose(run: str, township: str, name: str) -> str:
    return f"population/{run}/{township}/{name}"


def _write_manifest(told: dict[str, object]) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    part = folder() / ".current.part"
    part.write_text(json.dumps(told), encoding="utf-8")
    os.replace(part, folder() / "current.json")


_kept: dict[str, Snapshot] = {}
_lock = Lock()


def snapshot() -> Snapshot | None:
    """The newest tables, from memory if they were read before; None before the first run."""
    told = _manifest()
    if told is None:
        return None
    with _lock:
        if _key(told) not in _kept:
            try:
                found = _read(told)
            except FileNotFoundError:  # a newer run has just taken its place: the next request reads that one
                return next(iter(_kept.values()), None)
            _kept.clear()
            _kept[_key(told)] = found
        return _kept[_key(told)]


def gathered() -> bool:
    """Whether there are tables at all."""
    return _manifest() is not None


def in_memory() -> Snapshot | None:
    """The newest tables if they have been read already; None if reading them would take a while, or without any."""
    told = _manifest()
    return None if told is None else _kept.get(_key(told))


def _manifest() -> dict[str, object] | None:
    try:
        told: dict[str, object] = json.loads((folder() / "current.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return told if told["townships"] else None


def _key(told: dict[str, object]) -> str:
    return f"{folder()}/{told['run']}"


def _read(told: dict[str, object]) -> Snapshot:
    run, codes = str(told["run"]), told["townships"]
    assert isinstance(codes, list)
    homes, people, owed = (
        pl.concat([_opened(run, code, name) for code in codes], how="vertical_relaxed") for name in TABLES
    )
    at = datetime.fromisoformat(str(told["at"]))
    return Snapshot(Tables.read(homes, people, owed), timezone.localdate(at), at, run)


def _opened(run: str, township: str, name: str) -> pl.DataFrame:
    pieces = sealed_files.read(_path(run, township, name), purpose=_purpose(run, township, name))
    return pl.read_parquet(io.BytesIO(b"".join(pieces)))
