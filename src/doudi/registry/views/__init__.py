"""Pages of the registry: parse, call, render."""

from .bulk import export, import_correction, import_new, import_preview
from .files import household, household_pdf, household_records, numbers, person, reveal
from .lists import household_list, roster, save_view
from .register import household_new, merge
from .search import search

__all__ = [
    "export",
    "household",
    "household_list",
    "household_new",
    "household_pdf",
    "household_records",
    "import_correction",
    "import_new",
    "import_preview",
    "merge",
    "numbers",
    "person",
    "reveal",
    "roster",
    "save_view",
    "search",
]
