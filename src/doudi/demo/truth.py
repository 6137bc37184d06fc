"""The hidden truth: what is really so, in a file of its own that nothing in this software reads.

Columns are described in docs/reference/demo-county.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from .county import County
from .draws import NEVER, Ints, chance, stream
from .economy import ASSETS, counted, household_income, income_of_persons, line_year
from .frames import dates, nothing, whole, words
from .hardship import CATEGORIES, LABELS


def truth(county: County, households: pl.DataFrame) -> pl.DataFrame:
    """One row per household with what it really has, then one row per second record of a person."""
    who, homes, hidden = county.people, county.homes, county.hidden
    member = counted(who, county.real, np.zeros(len(who), bool))
    member[county.copies] = False
    n = len(homes)
    size = np.bincount(who.hh[member], minlength=n)
    of_person = income_of_persons(who, county.real, county.true.money, county.urban)
    income = household_income(who, of_person, member, n)
    line = line_year(county.urban) * size
    truth_is = pl.DataFrame(
        {
            "subject": words(["household"], np.zeros(n, np.int64)),
            "household_id": pl.Series(np.arange(1, n + 1)),
            "household_number": households["number"],
            "division_code": households["division_code"],
            "person_id": whole(np.where(hidden.person < 0, NEVER, hidden.person + 1)),
            "other_person_id": nothing(n).cast(pl.Int64),
            "label": words(LABELS, hidden.label),
            "since": dates(hidden.since),
            "traced": pl.Series(hidden.traced & (hidden.label > 0)),
            "true_size": pl.Series(size),
            "true_income_fen_year": pl.Series(income),
            "line_fen_year": pl.Series(line),
            "below_line": pl.Series((size > 0) & (income < line)),
            "true_financial_assets_fen": pl.Series(county.true.assets[:, 0]),
            "true_vehicle_count": pl.Series(county.true.assets[:, ASSETS.index("vehicle_count")]),
            "registered_category": words(CATEGORIES, county.standings.category),
            "should_receive": pl.Series(_should_receive(county, income < line, size)),
        }
    )
    return pl.concat([truth_is, _second_records(county, households)], how="vertical_relaxed")


def _should_receive(county: County, poor: np.ndarray, size: Ints) -> np.ndarray:
    """Below the line with nobody dead or moved away, and no car."""
    label = county.hidden.label
    gone = np.isin(label, [LABELS.index("death_unreported"), LABELS.index("moved_away")])
    return np.asarray(poor & (size > 0) & ~gone & (county.true.assets[:, 1] == 0))


def _second_records(county: County, households: pl.DataFrame) -> pl.DataFrame:
    rng, who, copies = stream(county.seed, "truth"), county.people, county.copies
    n, home = len(copies), who.hh[copies]
    unknown = nothing(n)
    category = words(CATEGORIES, county.standings.category[home])
    return pl.DataFrame(
        {
            "subject": words(["person"], np.zeros(n, np.int64)),
            "household_id": pl.Series(home + 1),
            "household_number": households["number"].gather(pl.Series(home)),
            "division_code": households["division_code"].gather(pl.Series(home)),
            "person_id": pl.Series(copies + 1),
            "other_person_id": pl.Series(county.originals + 1),
            "label": words(["duplicate"], np.zeros(n, np.int64)),
            "since": unknown.cast(pl.Date),
            "traced": pl.Series(chance(rng, 0.0, n)),
            "true_size": unknown.cast(pl.Int64),
            "true_income_fen_year": unknown.cast(pl.Int64),
            "line_fen_year": unknown.cast(pl.Int64),
            "below_line": unknown.cast(pl.Boolean),
            "true_financial_assets_fen": unknown.cast(pl.Int64),
            "true_vehicle_count": unknown.cast(pl.Int64),
            "registered_category": category,
            "should_receive": unknown.cast(pl.Boolean),
        }
    )


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write the truth beside, never into, what the software keeps."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
