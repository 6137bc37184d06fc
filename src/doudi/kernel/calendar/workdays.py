"""Working days and deadlines.

Choices, where the law leaves one:

- The day on which a period starts is not counted (Civil Code, article 201); the deadline is the last day,
  inclusive.
- A period in calendar days whose last day is no working day is prolonged to the next working day only if
  asked (``roll=True``; Civil Code, article 203): a public notice of seven days ends after seven days, Sunday
  or not.
- A local holiday is an extra day off, even on a make-up working day: whoever declares it knows the national
  table.
- A year without a table is an error, not a guess from weekends.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, Self

from doudi.kernel.calendar.tables import YearTable, official_tables

_DAY: Final = timedelta(days=1)
_NOTICE_EXPECTED: Final = 11  # next year's arrangement is published from late October on


class MissingYear(LookupError):
    """A day in a year whose holiday table is missing; ``year`` says which."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"缺少 {year} 年节假日安排表，无法计算工作日。请管理员按国务院办公厅通知录入 {year} 年的放假和调休安排。"
        )
        self.year = year


class WorkCalendar:
    """Which days are worked, from year tables and local holidays (date → name). Immutable."""

    def __init__(self, tables: Iterable[YearTable], local: Mapping[date, str] | None = None) -> None:
        self._tables: Final = {table.year: table for table in tables}
        self._local: Final = dict(local or {})
        ordered = [self._tables[year] for year in sorted(self._tables)]
        self._off: Final = {day: name for table in ordered for day, name in table.off.items()} | self._local
        self._work: Final = {day for table in ordered for day in table.work} - self._off.keys()

    @classmethod
    def official(cls, local: Mapping[date, str] | None = None) -> Self:
        """The calendar of the tables that come with the software, with the county's local holidays."""
        return cls(official_tables().values(), local)

    def with_table(self, table: YearTable) -> "WorkCalendar":
        """This calendar with one more year, or with that year replaced."""
        return WorkCalendar((self._tables | {table.year: table}).values(), self._local)

    def with_local(self, local: Mapping[date, str]) -> "WorkCalendar":
        """This calendar with further local holidays."""
        return WorkCalendar(self._tables.values(), self._local | dict(local))

    def covers(self, year: int) -> bool:
        """Whether the table of ``year`` is there, so that no day of it raises MissingYear."""
        return year in self._tables

    def holiday_name(self, day: date) -> str | None:
        """The holiday for which ``day`` is off, None on other days. MissingYear."""
        self._require(day)
        return self._off.get(day)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``. MissingYear."""
        self._require(day)
        return day in self._work or (day.weekday() < 5 and day not in self._off)

    def add_workdays(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day`` (before it if negative), ``day`` for 0. MissingYear."""
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, a: date, b: date) -> int:
        """Working days from ``a`` to ``b``: ``a`` is not counted, ``b`` is; negative if b is before a.

        ``workdays_between(a, add_workdays(a, n)) == n`` for every ``n``. MissingYear.
        """
        step = _DAY if a < b else -_DAY
        count = 0
        while a != b:
            a += step
            count += self.is_workday(a)
        return count * step.days

    def next_workday(self, day: date) -> date:
        """``day`` if it is worked, otherwise the first working day after it. MissingYear."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def deadline(
        self, start: date, *, workdays: int | None = None, days: int | None = None, roll: bool = False
    ) -> date:
        """The last day of ``workdays`` working days or ``days`` calendar days from ``start``.

        ``start`` is not counted. ``roll`` moves a last day that is not worked to the next working day.
        MissingYear where working days matter. ValueError unless exactly one length is given, and is at least
        1.
        """
        if (workdays is None) == (days is None) or min(n for n in (workdays, days) if n is not None) < 1:
            raise ValueError("期限应只按工作日或只按自然日给出，且至少为 1 天。")
        last = self.add_workdays(start, workdays) if workdays else start + timedelta(days=days or 0)
        return self.next_workday(last) if roll else last

    def holidays_due_warning(self, on: date) -> str | None:
        """What to tell administrators: this year's table is missing or, from 1 November, next year's."""
        if not self.covers(on.year):
            return str(MissingYear(on.year))
        if on.month >= _NOTICE_EXPECTED and not self.covers(on.year + 1):
            return (
                f"尚未录入 {on.year + 1} 年节假日安排，跨年的办理期限将无法计算。"
                f"请在国务院办公厅通知公布后尽快录入，最迟不晚于 {on.year} 年 12 月 31 日。"
            )
        return None

    def _require(self, day: date) -> None:
        if day.year not in self._tables:
            raise MissingYear(day.year)
