"""A demo county may be moved to a later day, and only a demo county."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from doudi.config import clock, environment
from doudi.config.clock import Clock, ClockRefused
from doudi.config.commands.demo_day import day
from doudi.jobs.models import Job
from doudi.jobs.steps import schedules

NEARLY = timedelta(seconds=10)
FAR = datetime(2031, 5, 6, 8, 30, tzinfo=UTC)


def test_without_its_file_a_clock_shows_the_machines_time(tmp_path) -> None:
    assert abs(Clock(tmp_path / "clock").now() - datetime.now(UTC)) < NEARLY


def test_a_clock_that_was_moved_goes_on_from_there_for_every_process(tmp_path) -> None:
    reader = Clock(tmp_path / "clock")
    assert reader.now().year < FAR.year
    Clock(tmp_path / "clock").move(FAR)
    assert FAR <= reader.now() < FAR + NEARLY
    Clock(tmp_path / "clock").move(FAR + timedelta(days=1))
    assert FAR + timedelta(days=1) <= reader.now() < FAR + timedelta(days=1) + NEARLY


def test_the_first_day_may_lie_in_the_past_but_no_day_comes_again(tmp_path) -> None:
    one = Clock(tmp_path / "clock")
    one.move(datetime(2026, 11, 2, tzinfo=UTC))
    with pytest.raises(ClockRefused, match="forward"):
        one.move(datetime(2026, 11, 1, tzinfo=UTC))
    assert one.now().date() == date(2026, 11, 2)


def test_who_follows_a_clock_believes_its_day(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", timezone.now)  # put back afterwards
    Clock(tmp_path / "clock").move(FAR)
    clock.follow(tmp_path / "clock")
    assert timezone.localdate() == date(2031, 5, 6)


@pytest.mark.parametrize("mode", ["production", None])
def test_no_other_county_starts_with_a_clock_of_its_own(mode) -> None:
    said = {"DATABASE_URL": "postgresql://a@/b", "DOUDI_CLOCK": "/tmp/clock"}
    assert environment.read(said | {"DOUDI_MODE": "demo"}).clock_file is not None
    with pytest.raises(environment.ConfigurationError, match="DOUDI_CLOCK"):
        environment._clock_file(said | ({"DOUDI_MODE": mode} if mode else {}), demo=False)


@pytest.mark.django_db
def test_a_new_day_starts_what_the_clock_would_have_started(tmp_path, settings, capsys) -> None:
    settings.DOUDI_CLOCK = tmp_path / "clock"
    assert day(argparse.Namespace(day=date(2031, 5, 6), time=time(8, 30))) == 0
    assert "2031-05-06" not in capsys.readouterr().err
    kinds = sorted(Job.objects.filter(is_scheduled=True).values_list("kind", flat=True))
    assert kinds == sorted(plan.kind for plan in schedules())
    assert day(argparse.Namespace(day=date(2031, 5, 5), time=time(8, 30))) == 1
    assert "forward" in capsys.readouterr().err


@pytest.mark.django_db
def test_without_a_clock_there_is_no_other_day(settings, capsys) -> None:
    settings.DOUDI_CLOCK = None
    assert day(argparse.Namespace(day=date(2031, 5, 6), time=time(8, 30))) == 2
    assert "DOUDI_CLOCK" in capsys.readouterr().err
    assert not Job.objects.filter(is_scheduled=True).exists()
