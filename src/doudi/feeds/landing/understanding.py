"""A sealed file → what it says: its columns, the rows that are right, and for every other row what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from doudi.privacy.cipher import keyring

from ..contracts import CONTRACTS, Contract
from ..models import Batch
from ..reading import County, Mapping, Sheets, Unreadable, checked, frame_of, guess, open_file, remembered, signature

ANY = ""
"""The signature under which a mapping set by hand is handed over: it is for this very file."""


class Unusable(Exception):
    """Nothing of the file can be used; the text is for whoever sent it."""


@dataclass(frozen=True)
class Understood:
    """`good`: typed rows. `rejects`: what is wrong. `raw`: the rejected rows as they were written."""

    good: pl.DataFrame
    rejects: pl.DataFrame
    raw: pl.DataFrame
    values: dict[str, Any]


def understand(path: Path, batch: Batch, known: dict[str, dict[str, str]], county: County, on: date) -> Understood:
    """Read the whole file. `known`: mappings by signature of the headings. Raises Unusable."""
    contract = CONTRACTS[batch.contract]
    try:
        sheets = frame_of(open_file(path, batch.file_name), contract)
    except Unreadable as problem:
        raise Unusable(str(problem)) from problem
    told = sheets.headings.texts
    signed = keyring().digest(signature(told).encode())
    mapping = _mapping(sheets, contract, known.get(ANY) or known.get(signed))
    values: dict[str, Any] = {
        "headings": [text for text in told if text],
        "mapping": dict(mapping.columns),
        "missing": list(mapping.missing),
        "unused": list(mapping.unknown),
        "signature": signed,
        "notes": list(sheets.notes),
    }
    if not mapping.fits:
        return _nothing(sheets, values)
    return _checked(sheets, contract, mapping, county, on, values)


def _mapping(sheets: Sheets, contract: Contract, columns: dict[str, str] | None) -> Mapping:
    texts, unit = sheets.headings.texts, sheets.headings.unit
    kept = remembered(columns, texts, contract, unit=unit) if columns else None
    return kept if kept and kept.fits else guess(texts, contract, unit=unit)


def _nothing(sheets: Sheets, values: dict[str, Any]) -> Understood:
    """Without its required columns a file says nothing yet: a person maps them, or the source sends another."""
    empty = pl.DataFrame(schema={"#row": pl.Int64})
    return Understood(empty, empty, empty, values | {"rows": sheets.frame.height, "good": 0, "rejected": 0})


def _checked(
    sheets: Sheets, contract: Contract, mapping: Mapping, county: County, on: date, values: dict[str, Any]
) -> Understood:
    seen = checked(sheets.frame, contract, mapping, on, county=county, cut=sheets.cut)
    bad = sheets.frame.join(seen.rejects.select("#row").unique(), on="#row", how="semi")
    notes = [*values["notes"], *(finding.sentence for finding in seen.findings)]
    stops = "；".join(finding.sentence for finding in seen.findings if finding.stops)
    told = {"rows": seen.rows, "good": seen.good.height, "rejected": seen.rejected, "notes": notes,
            "said": stops[:300], "stopped": seen.stopped}  # fmt: skip
    return Understood(seen.good, seen.rejects, bad, values | told)
