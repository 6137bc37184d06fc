"""A frame of text → typed rows that are right, and for every other row what is wrong with it and what to do.

A row with any problem is no good row: half of it would state half a truth. All its problems are named at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from ..contracts import Contract
from .cells import DTYPES, Reading, read_column, tidy
from .county import County
from .cut import TORN
from .footers import Footers, parted
from .frames import ROW
from .mapping import Mapping, unit_of
from .opening import Unreadable
from .together import across, repeated
from .whole import Finding, findings

REJECTS = {ROW: pl.Int64, "field": pl.String, "value": pl.String, "problem": pl.String}
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Checked:
    """What became of a file.

    `good` has '#row' and every column of the contract, typed, null where the file does not tell. `rejects` has a line
    for each problem: '#row', 'field' (the column's name, '' for the whole row), 'value' (what stands there) and
    'problem'. `findings` are about the file; one that `stops` means that nothing of it should land.
    """

    good: pl.DataFrame
    rejects: pl.DataFrame
    rows: int
    findings: tuple[Finding, ...]
    footers: Footers
    last_day: date | None = None
    """The last day that `dated_by` names: how far the data reaches."""

    @property
    def rejected(self) -> int:
        """How many rows are not good."""
        return self.rows - self.good.height

    @property
    def stopped(self) -> bool:
        """Whether a finding says that nothing should land."""
        return any(finding.stops for finding in self.findings)


def checked(
    frame: pl.DataFrame,
    contract: Contract,
    mapping: Mapping,
    on: date,
    *,
    county: County | None = None,
    cut: bool = False,
) -> Checked:
    """Check a frame of text: headings as columns, '#row', and '#torn' where rows have cells too many.

    Raises Unreadable if a required column is missing.
    """
    if not mapping.fits:
        raise Unreadable(mapping.problem)
    kept, footers = parted(frame, contract, mapping, on)
    texts = {name: tidy(kept[heading]) for name, heading in mapping.columns.items()}
    rows = kept.select(ROW, *_torn(kept)).with_columns(**texts)
    readings = {name: _read(rows[name], contract, name, mapping, on) for name in mapping.columns}
    typed = rows.select(ROW).with_columns(**{name: read.value for name, read in readings.items()})
    typed = typed.with_columns(
        pl.lit(None, DTYPES[c.kind]).alias(c.name) for c in contract.columns if c.name not in readings
    ).select(ROW, *contract.names)
    broken = _broken(rows, cut)
    wrong = [*_problems(rows, readings), _empty(rows, contract, mapping), *across(typed, rows, contract)]
    rejects = pl.concat([broken, _without(pl.concat(wrong), broken)])
    good = _without(typed, rejects)
    rejects = pl.concat([rejects, repeated(good, contract)]).sort(ROW, maintain_order=True)
    good = _without(good, rejects)
    last = typed[contract.dated_by].max() if contract.dated_by else None
    told = findings(rows.height, typed, good, contract, footers, county, cut)
    return Checked(good, rejects, rows.height, told, footers, last if isinstance(last, date) else None)


def _torn(frame: pl.DataFrame) -> list[str]:
    return [TORN] if TORN in frame.columns else []


def _read(texts: pl.Series, contract: Contract, name: str, mapping: Mapping, on: date) -> Reading:
    unit = unit_of(mapping.columns[name]) or mapping.unit
    return read_column(texts, contract.column(name), on, unit)


def _problems(rows: pl.DataFrame, readings: dict[str, Reading]) -> list[pl.DataFrame]:
    """The cells that could not be read."""
    found = []
    for name, read in readings.items():
        bad = rows.select(ROW, pl.col(name).alias("value")).with_columns(read.problem.alias("problem"))
        found.append(_lines(bad.filter(pl.col("problem").is_not_null()), name))
    return found


def _lines(bad: pl.DataFrame, name: str) -> pl.DataFrame:
    return bad.with_columns(field=pl.lit(name), value=pl.col("value").str.slice(0, LONGEST_SHOWN)).select(list(REJECTS))


def _empty(rows: pl.DataFrame, contract: Contract, mapping: Mapping) -> pl.DataFrame:
    """The cells that may not be empty and are."""
    told = [c for c in contract.columns if c.filled and c.name in mapping.columns]
    parts = [
        rows.filter(pl.col(column.name).is_null()).select(
            ROW,
            pl.lit(column.name).alias("field"),
            pl.lit("").alias("value"),
            pl.lit(_("%(title)s不能为空，请补填。") % {"title": column.title}).alias("problem"),
        )
        for column in told
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=REJECTS)


def _broken(rows: pl.DataFrame, cut: bool) -> pl.DataFrame:
    """Rows whose cells do not stand under their headings: one problem, and what follows from it is not said."""
    beyond = _("这一行的格数多于表头，可能是内容里有未加引号的分隔符，后面的列已错位。请改正后重发。")
    short = _("这一行不完整，文件到这里断了。")
    torn = pl.col(TORN).is_not_null() if TORN in rows.columns else pl.lit(False)
    last = pl.col(ROW) == pl.col(ROW).max() if cut else pl.lit(False)
    return rows.filter(torn | last).select(
        ROW,
        pl.lit("").alias("field"),
        pl.lit("").alias("value"),
        pl.when(torn).then(pl.lit(beyond)).otherwise(pl.lit(short)).alias("problem"),
    )


def _without(rows: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col(ROW).is_in(rejects[ROW].unique().implode())) if rejects.height else rows
