"""`doudi feeds take` and `doudi feeds status`."""

from __future__ import annotations

import argparse

import pytest

from doudi.config.commands import feeds
from doudi.feeds.models import Batch, State
from tests.feeds.batches.world import DISABILITY, certificate, run, table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def already_set_up(monkeypatch) -> None:
    monkeypatch.setattr(feeds, "django", lambda **_: None)


def asked(path, source: str = "disability", as_of: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(file=str(path), source=source, as_of=as_of)


def test_a_file_is_taken_and_lands_by_itself(divisions, person, tmp_path, capsys) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(table(DISABILITY, certificate(person)))
    assert feeds.take(asked(path)) == 0
    assert run(run(Batch.objects.get())).state == State.LANDED
    assert "waiting for the worker" in capsys.readouterr().out


@pytest.mark.parametrize(("source", "as_of"), [("nobody", None), ("disability", "2026-13-01")])
def test_what_cannot_be_taken_is_said_and_ends_with_one(divisions, tmp_path, capsys, source, as_of) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")
    assert feeds.take(asked(path, source, as_of)) == 1
    assert capsys.readouterr().err.startswith("doudi:")


def test_status_has_a_line_for_every_source(divisions, capsys) -> None:
    assert feeds.status(argparse.Namespace()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), all("never" in line for line in lines)) == (22, True)
