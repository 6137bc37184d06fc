"""Random populations for `./run bench policy`: made household by household in pieces, with or without unknown facts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.tables import NAMES
from doudi.policy.facts import FACTS

UNKNOWN = 0.02
PIECE = 250_000
RARE = {"employed": 0.4, "co_resident": 0.96, "obligors_known": 0.8, "severe_illness": 0.06, "assets_within_rule": 0.7}
Frames = dict[Depth, pl.DataFrame]


def column(rng: Any, name: str, spec: Any, rows: int, unknown: float) -> pl.Series:
    """A random fact, a share of it unknown."""
    if spec.unit.kind == "boolean":
        values = pl.Series(rng.random(rows, dtype=np.float32) < RARE.get(name, 0.03))
    elif spec.unit.kind == "date":
        values = pl.Series(np.datetime64("1935-01-01") + rng.integers(0, 32_000, rows)).cast(pl.Date)
    elif spec.choices:
        choices = list(spec.choices)
        values = pl.Series(choices).gather(rng.integers(0, len(choices), rows))
    elif spec.unit.money:
        amounts = rng.integers(0, 1_500_000, rows)
        values = pl.Series(np.where(rng.random(rows, dtype=np.float32) < 0.4, amounts, 0))
    else:
        values = pl.Series(rng.integers(0, 7 if name == "self_care_failed" else 2, rows))
    if unknown:
        values = values.set(pl.Series(rng.random(rows, dtype=np.float32) < unknown), None)
    return values.alias(name)


def ids(letter: str, first: int, rows: int) -> pl.Series:
    numbers = pl.select(pl.int_range(first, first + rows).cast(pl.String)).to_series()
    return pl.select(pl.lit(letter) + numbers).to_series()


def piece(number: int, households: int, first: tuple[int, int, int], unknown: float) -> Frames:
    """Households of one to six people, some with obligors; ids go on from those of the pieces before."""
    rng = np.random.default_rng(number + 1)
    sizes = rng.integers(1, 6, households) + (rng.random(households) < 0.2)
    home = np.repeat(np.arange(households), sizes)
    owed = np.flatnonzero(rng.random(len(home)) < 0.3)
    homes, people = ids("h", first[0], households), ids("p", first[1], len(home))

    def table(depth: Depth, rows: int, **keys: pl.Series) -> pl.DataFrame:
        wanted = {n: s for n, s in FACTS[depth].items() if not s.shown_only and n not in keys and n != "division_code"}
        facts = {name: column(rng, name, spec, rows, unknown) for name, spec in wanted.items()}
        return pl.DataFrame({**keys, **facts})

    place = pl.Series(["533103102201"]).extend_constant("533103102201", households - 1)
    return {
        HOUSEHOLD: table(HOUSEHOLD, households, household_id=homes, division_code=place),
        PERSON: table(PERSON, len(home), person_id=people, household_id=homes[home]),
        OBLIGOR: table(OBLIGOR, len(owed), obligor_id=ids("o", first[2], len(owed)), person_id=people[owed]),
    }


def write(folder: Path, households: int, unknown: float = UNKNOWN) -> dict[Depth, int]:
    """The population as households.parquet, persons.parquet and obligors.parquet; how many rows each has."""
    parts: dict[Depth, list[Path]] = {depth: [] for depth in NAMES}
    rows = dict.fromkeys(NAMES, 0)
    for number, first in enumerate(range(0, households, PIECE)):
        counts = rows[HOUSEHOLD], rows[PERSON], rows[OBLIGOR]
        for depth, frame in piece(number, min(PIECE, households - first), counts, unknown).items():
            parts[depth].append(folder / f"{NAMES[depth]}-{number:04}.part")
            frame.write_parquet(parts[depth][-1])
            rows[depth] += frame.height
    for depth, paths in parts.items():
        whole = folder / f"{NAMES[depth]}.parquet"
        if len(paths) == 1:
            shutil.move(paths[0], whole)
            continue
        pl.scan_parquet(paths).sink_parquet(whole)
        for path in paths:
            path.unlink()
    return rows


def read(folder: Path) -> Frames:
    """The tables of a folder, whole."""
    return {depth: pl.read_parquet(folder / f"{name}.parquet") for depth, name in NAMES.items()}
