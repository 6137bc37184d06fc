"""Results of two ways side by side: the same rows known, and the same values there, or the benchmark stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from doudi.policy.engine.nodes import PERSON
from doudi.policy.facts import FACTS
from doudi.policy.schemes.category import CATEGORIES

CODES: dict[str, list[Any]] = {
    "residence_class": ["rural", "urban"],
    "relapse_watch": ["none", "unstable", "marginal", "sudden_hardship"],
    "study_stage": list(FACTS[PERSON]["study_stage"].choices),
    "labour_capacity": ["none", "partial", "full"],
    "support_setting": ["home", "institution"],
    "category": list(CATEGORIES),
    "determining_department": ["civil_affairs", "agriculture_rural_affairs", "none"],
    "dibao_tier": ["A", "B", "C"],
}  # fmt: skip


def coded(series: pl.Series) -> pl.Series:
    """A column of texts as small numbers, others as they are."""
    if series.name not in CODES:
        return series
    codes = {text: number for number, text in enumerate(CODES[series.name])}
    return series.cast(pl.String).replace_strict(codes, default=None, return_dtype=pl.Int64)


def arrays(frame: pl.DataFrame) -> dict[str, Any]:
    """The facts as pairs of arrays: (true, false) for truths, (value, known) for numbers and codes."""
    pairs: dict[str, Any] = {}
    for series in frame:
        known = series.is_not_null().to_numpy()
        if series.dtype == pl.Boolean:
            value = series.fill_null(False).to_numpy()
            pairs[series.name] = (value & known, ~value & known)
        elif series.dtype == pl.Date:
            number = series.dt.year().cast(pl.Int64) * 10_000 + series.dt.month().cast(pl.Int64) * 100 + series.dt.day()
            pairs["age"] = ((20250701 - number.fill_null(20250701).to_numpy()) // 10_000, known)
        elif series.dtype == pl.Int64 or series.name in CODES:
            pairs[series.name] = (coded(series).fill_null(0).to_numpy(), known)
    return pairs


def compare(name: str, series: pl.Series, pair: Any) -> None:
    """Fail unless both ways know the same rows and say the same there."""
    first, second = pair
    if series.dtype == pl.Boolean:
        ours = (series.fill_null(False).to_numpy(), (~series).fill_null(False).to_numpy())
        same = bool((ours[0] == first).all() and (ours[1] == second).all())
    else:
        numbers = coded(series)
        known = numbers.is_not_null().to_numpy()
        same = bool((known == second).all() and (numbers.fill_null(0).to_numpy()[known] == first[known]).all())
    if not same:
        raise SystemExit(f"{name}: the two ways differ")


def equal(path: Path, results: Any, names: tuple[str, ...]) -> int:
    """Fail unless the columns of a table, nothing of it unknown, are the arrays; how many values were compared."""
    frame = pl.read_parquet(path)
    for name in names:
        ours = coded(frame[name])
        if ours.null_count() or not np.array_equal(ours.to_numpy(), results[name]):
            raise SystemExit(f"{name}: ours and OpenFisca's differ")
    return len(names) * frame.height


def packed(folder: Path) -> Path:
    """The facts of households and persons for OpenFisca: its own widths, texts as numbers, rows of households."""
    homes, people = (pl.read_parquet(folder / f"{name}.parquet") for name in ("households", "persons"))
    rows = homes.select("household_id", home=pl.int_range(pl.len(), dtype=pl.Int32))
    home = people.select("household_id").join(rows, on="household_id", how="left", maintain_order="left")["home"]
    data: dict[str, Any] = {"home": home.to_numpy(), "households": homes.height}
    for series in (*homes, *people):
        if series.dtype == pl.Int64 or series.name in CODES:
            numbers = coded(series)
            if numbers.len() and int(numbers.abs().max()) >= 2**31:  # type: ignore[arg-type]
                raise SystemExit(f"{series.name} does not fit into the 32 bits of OpenFisca")
            data[series.name] = numbers.cast(pl.Int16 if series.name in CODES else pl.Int32).to_numpy()
        elif series.dtype in (pl.Boolean, pl.Date):
            data[series.name] = series.to_numpy()
    np.savez(folder / "openfisca.npz", **data)
    return folder / "openfisca.npz"
