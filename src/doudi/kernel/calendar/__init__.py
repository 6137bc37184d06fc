"""The working calendar of Chinese offices: holidays, make-up working days, local holidays, deadlines."""

from doudi.kernel.calendar.tables import CalendarError, YearTable, official_tables, read_tables
from doudi.kernel.calendar.workdays import MissingYear, WorkCalendar

__all__ = ["CalendarError", "MissingYear", "WorkCalendar", "YearTable", "official_tables", "read_tables"]
