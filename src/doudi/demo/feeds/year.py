"""A year of files: which arrive when, what is wrong with them as files, and a list of what was written.

Some go wrong on purpose: one source stops for a month, one file comes twice, one after a newer one, one corrects the
one before, and one has lost its numbers in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from doudi.feeds.contracts import CONTRACTS, Contract

from ..county import County
from .dirt import ID, soil, twice
from .happenings import events
from .offices import OFFICES, Office
from .sources import SOURCES
from .world import LAST, MONTHS, World, delivered, world
from .writing import as_text, write

LATE = 6
"""From this month on (May) the offices use their later headings."""
MONTHLY, QUARTERLY = 31, 92
STRANGERS = 0.012
WITHOUT_STRANGERS = ("marriage", "cremation", "revitalisation", "disaster")
TWICE, STOPS, LATER, CORRECTED, MANGLED = "twice", "stops", "later", "corrected", "mangled"
TROUBLES: dict[tuple[str, int], str] = {
    ("pension", 5): TWICE, ("unemployment", 7): STOPS, ("provident_fund", 6): LATER, ("disability", 4): CORRECTED,
    ("disaster", 9): MANGLED,
}  # fmt: skip
PREFIXES = {"settlement_no": "YB", "account_no": "A", "plate": "云NO", "credit_code": "92533199MA",
            "household_no": "FP", "certificate_no": "BDC"}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One file as it was written, for the list of files: `bad` rows must be refused, `again` stand there twice."""

    source: str
    file: str
    month: str
    arrives_on: date
    rows: int
    bad: int
    again: int
    unnumbered: int
    trouble: str


def months_of(contract: Contract) -> tuple[int, ...]:
    """The months at whose end a file of this source is sent."""
    if contract.cadence_days <= MONTHLY:
        return tuple(range(LAST + 1))
    return (2, 5, 8, 11) if contract.cadence_days <= QUARTERLY else (4, 10)


def write_list(sheets: Sequence[Sheet], path: Path) -> None:
    """The list of files as a table, in the order in which they arrive."""
    pl.DataFrame(sheets).write_csv(path)


def write_year(county: County, out: Path) -> tuple[list[Sheet], pl.DataFrame]:
    """Write every file of every source; returns the list of files in order of arrival, and the hidden truth.

    The truth is not written: that is for the caller, far from where files are taken in.
    """
    return _write(county, out, months_of)


def recent_files(county: County, out: Path, *, months: int = 1) -> tuple[list[Sheet], pl.DataFrame]:
    """Only the last file of every source, or those of the last `months` months, and without trouble."""
    return _write(county, out, lambda contract: months_of(contract)[-1:] if months == 1 else _last(contract, months))


def _last(contract: Contract, months: int) -> tuple[int, ...]:
    sent = tuple(m for m in months_of(contract) if m > LAST - months)
    return sent or months_of(contract)[-1:]


def _write(
    county: County, out: Path, wanted: Callable[[Contract], tuple[int, ...]]
) -> tuple[list[Sheet], pl.DataFrame]:
    out.mkdir(parents=True, exist_ok=True)
    w = world(county)
    sheets = [
        sheet
        for key in SOURCES
        for month in wanted(CONTRACTS[key])
        for sheet in _month(w, CONTRACTS[key], OFFICES[key], month, out)
    ]
    sheets.sort(key=lambda sheet: (sheet.arrives_on, sheet.source, sheet.file))
    return sheets, events(county, w.happened)


def rows_of(w: World, key: str, month: int) -> pl.DataFrame:
    """The clean rows of a source for a month, strangers among them; everybody is named, every row numbered."""
    contract = CONTRACTS[key]
    rows = SOURCES[key](w, month)
    if key not in WITHOUT_STRANGERS:
        rows = _with_strangers(w, key, rows)
    return _numbered(_named(w, contract, rows), contract, month)


def _with_strangers(w: World, key: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of people whom the county does not have, who do as others do."""
    count = round(rows.height * STRANGERS)
    if not count:
        return rows
    rng = w.rng(f"strangers of {key}")
    borrowed = rows[pl.Series(np.sort(rng.integers(0, rows.height, count)))]
    borrowed = borrowed.with_columns(pl.Series("#person", w.stranger(np.arange(count))))
    if "#key" in rows.columns:
        borrowed = borrowed.with_columns(pl.Series("#key", 50_000_000 + np.arange(count)))
    return pl.concat([rows, borrowed.unique("#person", keep="first", maintain_order=True)])


def _named(w: World, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """Who each row is about, as far as the contract asks."""
    asked = [name for name in w.everybody.columns if name in contract.names and name not in rows.columns]
    rows = pl.concat([rows, w.everybody[rows["#person"]].select(asked)], how="horizontal")
    if "#unnumbered" in rows.columns:  # a namesake: the name of somebody here, and nothing else of them
        rows = rows.with_columns(
            pl.when(~pl.col("#unnumbered")).then(pl.col(ID)).alias(ID),
            pl.when("#unnumbered").then(pl.col("#name")).otherwise(pl.col("name")).alias("name"),
        ).drop("#unnumbered", "#name")
    return rows


def _numbered(rows: pl.DataFrame, contract: Contract, month: int) -> pl.DataFrame:
    """Running numbers: the same thing has the same number in every file."""
    nth = pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
    made: dict[str, pl.Expr] = {
        "disability": {"certificate_no": pl.col(ID) + pl.col("disability_kind") + pl.col("grade")},
        "enrolment": {"student_no": "G" + pl.col(ID)},
        "marriage": {"certificate_no": pl.lit(f"J533199-{month:02}-") + nth},
        "medical": {"settlement_no": pl.lit(f"YB{month:02}") + nth},
        "provident_fund": {"account_no": "GJJ" + pl.col("#person").cast(pl.String).str.zfill(9)},
    }.get(contract.key, {})  # fmt: skip
    if "#key" in rows.columns:
        column = next(name for name in contract.names if name in PREFIXES)
        made = {column: PREFIXES[column] + pl.col("#key").cast(pl.String).str.zfill(8)}
    return rows.with_columns(**made).drop("#key", strict=False)


def _month(w: World, contract: Contract, office: Office, month: int, out: Path) -> Iterator[Sheet]:
    """The file or files of a month."""
    trouble = TROUBLES.get((contract.key, month), "")
    if trouble == STOPS:
        return
    rng = w.rng(f"dirt {contract.key}", month)
    rows = as_text(rows_of(w, contract.key, month), contract, office)
    if not rows.height:  # nothing happened, nothing is sent
        return
    rows = twice(rng, soil(rng, rows, office.habits, day_column=_day(contract)), office.habits)
    on = delivered(month, office.lag_days)
    if trouble == CORRECTED:
        yield _file(_wrong(rows), contract, office, month, on, out, "wrong")
        yield _file(rows, contract, office, month, on + timedelta(days=9), out, trouble, "（更正）")
    elif trouble == MANGLED:
        yield _file(_mangled(rows), contract, office, month, on, out, trouble)
        yield _file(rows, contract, office, month, on + timedelta(days=4), out, "", "（重报）")
    elif trouble == TWICE:
        yield _file(rows, contract, office, month, on, out, "")
        yield _file(rows, contract, office, month, on + timedelta(days=1), out, trouble, "(1)")
    else:
        late = timedelta(days=33 if trouble == LATER else 0)
        yield _file(rows, contract, office, month, on + late, out, trouble)


def _day(contract: Contract) -> str | None:
    """The first date that must be filled."""
    return next((column.name for column in contract.columns if column.kind == "date" and column.filled), None)


def _wrong(rows: pl.DataFrame) -> pl.DataFrame:
    """A clerk's slip in the first rows: the grade of the line above."""
    return rows.with_columns(
        pl.when(pl.int_range(pl.len()) < 40)
        .then(pl.col("grade").shift(1, fill_value="四级"))
        .otherwise("grade")
        .alias("grade")
    )


def _mangled(rows: pl.DataFrame) -> pl.DataFrame:
    """Opened and saved in a spreadsheet: of every number only the first digits are left."""
    known = pl.col(ID).is_not_null()
    short = pl.col(ID).str.slice(0, 1) + "." + pl.col(ID).str.slice(1, 5) + "E+17"
    return rows.with_columns(short.alias(ID), known.alias("#bad"))


def _file(rows: pl.DataFrame, contract: Contract, office: Office, month: int, on: date, out: Path, trouble: str,
          suffix: str = "") -> Sheet:  # fmt: skip
    name = f"{contract.title}{MONTHS[month]:%Y%m}{suffix}.{office.container}"
    folder = out / contract.key
    folder.mkdir(exist_ok=True)
    write(folder / name, rows, contract, office, month=f"{MONTHS[month]:%Y年%-m月}", late=month >= LATE)
    return Sheet(
        source=contract.key, file=f"{contract.key}/{name}", month=f"{MONTHS[month]:%Y-%m}", arrives_on=on,
        rows=rows.height, bad=int(rows["#bad"].sum()), again=int((rows["#dirt"] == "twice").sum()),
        unnumbered=rows[ID].null_count(), trouble=trouble,
    )  # fmt: skip
