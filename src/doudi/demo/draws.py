"""Random draws by name: each part of the county has its own stream, so that a change in one disturbs no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEMO_DAY = date(2026, 11, 1)
"""The day the demo county is as of: the registry's last figures cover the 12 months before it."""

YEAR = 365.2425
NEVER = np.iinfo(np.int64).min
"""Stands for "no such day" or "not known" in integer columns; becomes NULL in the database."""


def day(value: date) -> int:
    """Days since 1970-01-01, the unit of every date in the arrays."""
    return value.toordinal() - date(1970, 1, 1).toordinal()


TODAY = day(DEMO_DAY)


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one part of the county."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(name.encode())])))


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """`size` indexes drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(0, len(edges) - 1)


def pick_rows(rng: np.random.Generator, weights: Floats, rows: Ints) -> Ints:
    """One index for each entry of `rows`, drawn by that row of `weights`."""
    edges = np.cumsum(weights, axis=1)
    edges /= edges[:, -1:]
    return (rng.random(len(rows))[:, None] > edges[rows]).sum(axis=1).clip(0, weights.shape[1] - 1)


def skewed(rng: np.random.Generator, count: Ints | int, size: int, power: float = 1.6) -> Ints:
    """Indexes below `count` (a number, or one per draw) of which the first are the commonest."""
    return np.minimum((rng.random(size) ** power * count).astype(np.int64), np.asarray(count) - 1)


def chance(rng: np.random.Generator, probability: NDArray[np.floating[Any]] | float, size: int) -> Bools:
    """True with a probability (a number, or one per draw)."""
    return rng.random(size) < probability


def share_out(total: int, weights: Floats) -> Ints:
    """Whole numbers that sum to `total` in proportion to the weights (largest remainder)."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def month_start(days: Ints) -> Ints:
    """The first day of the month of each day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)
