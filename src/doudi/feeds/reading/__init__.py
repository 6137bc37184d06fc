"""Departments' files as they really are → typed rows, and for every other row a sentence that says what to do.

    file = open_file(path, name)                  # guards, kind, encoding
    sheets = frame_of(file, contract)             # headings found, all rows as text
    mapping = guess(sheets.headings.texts, contract, unit=sheets.headings.unit)
    told = checked(sheets.frame, contract, mapping, on)

or `take(path, name, contract, on)` for all of it. Pure but for reading the file: no database, no clock.
"""

from .checks import Checked, checked
from .correction import correction_file
from .county import County
from .frames import ROW, Sheets, frame_of, where
from .headings import Headings, columns_of
from .mapping import Mapping, guess, remembered, signature
from .opening import File, Table, Unreadable, open_file
from .taking import Taken, map_columns, take
from .whole import Finding

__all__ = [
    "ROW", "Checked", "County", "File", "Finding", "Headings", "Mapping", "Sheets", "Table", "Taken", "Unreadable",
    "checked", "columns_of", "correction_file", "frame_of", "guess", "map_columns", "open_file", "remembered",
    "signature", "take", "where",
]  # fmt: skip
