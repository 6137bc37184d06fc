"""One small county and its year of files for all tests of this folder; no database."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from doudi.demo.county import County, draw
from doudi.demo.feeds import Sheet, write_year
from doudi.demo.feeds.world import World, world
from doudi.demo.terrain import Village
from doudi.places.actions.load import DIVISIONS

PEOPLE, SEED = 8_000, 5


@dataclass(frozen=True)
class Year:
    """The files as written, the list of them, and what is truly so."""

    folder: Path
    sheets: list[Sheet]
    truth: pl.DataFrame


def villages() -> list[Village]:
    """The villages that come with the software."""
    with DIVISIONS.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    letters = {row["code"]: row["letters"] for row in rows}
    return [
        Village(
            row["code"], row["short_name"] or row["name"], row["residence_class"] == "urban", letters[row["parent"]]
        )
        for row in rows
        if row["level"] == "village" and row["state"] != "closed"
    ]


@pytest.fixture(scope="session")
def county() -> County:
    return draw(SEED, villages(), PEOPLE)


@pytest.fixture(scope="session")
def departments(county: County) -> World:
    return world(county)


@pytest.fixture(scope="session")
def year(county: County, tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("feeds")
    return Year(folder, *write_year(county, folder))
