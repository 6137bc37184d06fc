"""What may be asked of awards; other contexts come in here and through `actions` alone."""

from .adjustments import changes_of_month, touched_since
from .amounts import Payable, in_force, lines_due, payable, state_of, total
from .finding import as_of, current_for_people, history, of_household, people_of, visible_awards

__all__ = [
    "Payable",
    "as_of",
    "changes_of_month",
    "current_for_people",
    "history",
    "in_force",
    "lines_due",
    "of_household",
    "payable",
    "people_of",
    "state_of",
    "total",
    "touched_since",
    "visible_awards",
]
