"""Everything that changes the divisions and the calendar."""

from .calendar import add_local_holiday, enter_holiday_year, remove_local_holiday
from .change import close_division, move_division, open_division, rename_division, set_residence_class
from .load import load_divisions

__all__ = [
    "add_local_holiday",
    "close_division",
    "enter_holiday_year",
    "load_divisions",
    "move_division",
    "open_division",
    "remove_local_holiday",
    "rename_division",
    "set_residence_class",
]
