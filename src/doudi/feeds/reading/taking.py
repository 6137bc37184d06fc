"""A whole file at once: open, find the headings, map the columns, check the rows."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..contracts import Contract
from .checks import Checked, checked
from .county import County
from .frames import Sheets, frame_of
from .mapping import Mapping, guess, remembered
from .opening import open_file


@dataclass(frozen=True)
class Taken:
    """A file read and checked."""

    sheets: Sheets
    mapping: Mapping
    checked: Checked


def take(
    path: Path,
    name: str,
    contract: Contract,
    on: date,
    *,
    columns: Pairs[str, str] | None = None,
    county: County | None = None,
) -> Taken:
    """Read and check a file, with remembered `columns` if a person has agreed to them. Raises Unreadable."""
    sheets = frame_of(open_file(path, name), contract)
    mapping = map_columns(sheets, contract, columns)
    return Taken(sheets, mapping, checked(sheets.frame, contract, mapping, on, county=county, cut=sheets.cut))


def map_columns(sheets: Sheets, contract: Contract, columns: Pairs[str, str] | None = None) -> Mapping:
    """The remembered mapping where there is one, else the likeliest."""
    headings, unit = sheets.headings.texts, sheets.headings.unit
    if columns:
        return remembered(columns, headings, contract, unit=unit)
    return guess(headings, contract, unit=unit)
