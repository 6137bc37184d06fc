"""Applying and undoing struck down at random points and gone on with: the same as if nothing had happened."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doudi.accounts.roles import Role
from doudi.awards.actions import adjusting
from doudi.awards.models import Adjustment, AwardChange
from doudi.awards.standards import lines, steps, writing
from doudi.jobs import actions as jobs
from doudi.jobs.models import Job
from doudi.jobs.runner import run
from doudi.places.models import Division
from tests.conftest import DIVISIONS, staff_member
from tests.jobs.conftest import database_url
from tests.sweeping import swept

from .standards_world import MAKERS, TODAY, at, award_of, estimated, known_lines, proposed, published, withdrawn

SEEDS = range(6)


class Struck(Exception):
    """What happens to a chunk that is killed, as far as the database is concerned."""


def strike(monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> list[int]:
    """Every statement that writes may be the last one; the count of what was struck."""
    deaths = [0]

    def struck(act: Any) -> Any:
        def run(*said: Any, **named: Any) -> Any:
            if deaths[0] < 6 and rng.random() < 0.15:
                deaths[0] += 1
                raise Struck
            return act(*said, **named)

        return run

    monkeypatch.setattr(writing.Writer, "run", struck(writing.Writer.run))
    monkeypatch.setattr(lines, "keep", struck(lines.keep))
    return deaths


def to_the_end(job_id: int | None) -> None:
    """Try again until it is done."""
    for _attempt in range(20):
        run(job_id or 0, clock=lambda: at(TODAY))
        if Job.objects.get(pk=job_id).state == "done":
            return
        jobs.try_again(job_id=job_id or 0)
    pytest.fail("never done")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_struck_chunks_leave_nothing_and_are_done_once(seed, clerk, staff_with, monkeypatch) -> None:
    drafter, reviewer = staff_with(Role.COUNTY_CLERK), staff_with(Role.COUNTY_REVIEWER)
    monkeypatch.setattr(steps, "CHUNK", 2)
    before, adjustment = a_county(clerk, drafter, reviewer)
    deaths = strike(monkeypatch, random.Random(seed))
    to_the_end(adjusting.apply(adjustment=adjustment, by=reviewer, at=at(TODAY)).job_id)
    adjustment.refresh_from_db()
    assert adjustment.figures["total"]["raised"] == AwardChange.objects.filter(adjustment=adjustment).count() == 5
    withdrawn(adjustment.draft, drafter, reviewer)
    to_the_end(adjusting.undo(adjustment=adjustment, note="发布日期写错", by=reviewer, at=at(TODAY)).job_id)
    assert known_lines() == before
    assert AwardChange.objects.filter(act="correct").count() == 5
    assert deaths[0]


def a_county(clerk: Any, drafter: Any, reviewer: Any) -> tuple[list[tuple[Any, ...]], Adjustment]:
    """Six awards, five of which a published standard raises."""
    for kind in ("single", "family", "single", "family", "disabled", "single"):
        make, programme = MAKERS[kind]
        award_of(make(clerk), programme, reviewer)
    before = known_lines()
    return before, estimated(published(proposed(drafter), reviewer), reviewer)


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[tuple[Any, Any, Any]]:
    """Three people in the test database outside any transaction; every table that was empty is emptied again."""
    with django_db_blocker.unblock(), swept():
        rows = [Division(code=c, name=n, short_name=n, level=v, parent_id=p, residence_class=r, letters=le)
                for c, n, v, p, r, le in DIVISIONS]  # fmt: skip
        Division.objects.bulk_create(rows)
        yield tuple(staff_member(r) for r in (Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, Role.COUNTY_REVIEWER))


def killed(job_id: int | None, seed: int) -> int:
    """The job in processes of their own; how many were killed on the way."""
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "doudi.config.test_settings"}
    command = [sys.executable, "-m", "tests.awards.standards_process", str(job_id), str(seed)]
    said = subprocess.run(command, env=env, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True)
    return int(said.stdout.split()[-1])


def test_processes_that_are_killed_lose_and_double_nothing(committed) -> None:
    clerk, drafter, reviewer = committed
    before, adjustment = a_county(clerk, drafter, reviewer)
    deaths = killed(adjusting.apply(adjustment=adjustment, by=reviewer, at=at(TODAY)).job_id, 7)
    adjustment.refresh_from_db()
    assert adjustment.figures["total"]["raised"] == AwardChange.objects.filter(adjustment=adjustment).count() == 5
    withdrawn(adjustment.draft, drafter, reviewer)
    deaths += killed(adjusting.undo(adjustment=adjustment, note="发布日期写错", by=reviewer, at=at(TODAY)).job_id, 8)
    assert known_lines() == before
    assert AwardChange.objects.filter(act="correct").count() == 5
    assert deaths >= 3
