"""People and households from the files that offices have: look first, then import what is right, return what is not."""

from .correction import correction_file
from .job import ImportPeople, start_import
from .preview import Preview, Row, preview
from .reading import Unreadable

__all__ = ["ImportPeople", "Preview", "Row", "Unreadable", "correction_file", "preview", "start_import"]
