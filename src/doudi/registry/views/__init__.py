"""Pages of the registry: parse, call, render."""

from .files import household, household_pdf, household_records, person, reveal
from .lists import household_list, roster, save_view
from .register import household_new, merge
from .search import search

__all__ = [
    "household",
    "household_list",
    "household_new",
    "household_pdf",
    "household_records",
    "merge",
    "person",
    "reveal",
    "roster",
    "save_view",
    "search",
]
