"""Periods of days, half-open: the first day belongs to the period, the day it ends no longer does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


class PeriodError(ValueError):
    """A period that would be empty or run backwards."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days ``start <= day < until``; ``until=None`` means open, without a known end.

    PeriodError if no day would be left.
    """

    start: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is None or self.start < self.until:
            return
        if self.start == self.until:
            raise PeriodError(f"时间段为空：开始和终止都是 {self.start}，终止日期应晚于开始日期。")
        raise PeriodError(f"时间段颠倒：终止日期 {self.until} 早于开始日期 {self.start}，请核对。")

    @property
    def is_open(self) -> bool:
        """Whether the period has no end yet."""
        return self.until is None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day < self.until)

    def covers(self, other: "Period") -> bool:
        """Whether every day of ``other`` is a day of this period."""
        return self.intersection(other) == other

    def overlaps(self, other: "Period") -> bool:
        """Whether the two periods share at least one day."""
        return self.intersection(other) is not None

    def intersection(self, other: "Period") -> "Period | None":
        """The days of both, or None if there are none."""
        start = max(self.start, other.start)
        until = min((end for end in (self.until, other.until) if end is not None), default=None)
        return Period(start, until) if until is None or start < until else None

    def abuts(self, other: "Period") -> bool:
        """Whether one begins on the very day the other ends: no gap, no shared day."""
        return other.start == self.until or self.start == other.until

    def closed_on(self, day: date) -> "Period":
        """This period ended on ``day``, the first day that no longer belongs to it.

        PeriodError if ``day`` is not after the start, or if the period has already ended before ``day``:
        closing may shorten a period, never lengthen it.
        """
        if self.until is not None and self.until < day:
            raise PeriodError(f"该时间段已于 {self.until} 终止，不能改为 {day} 终止。")
        return Period(self.start, day)

    @property
    def days(self) -> int | None:
        """How many days; None while open."""
        return None if self.until is None else (self.until - self.start).days

    @property
    def months(self) -> int | None:
        """How many complete months have passed from ``start`` to ``until``; None while open.

        A month is complete on the same day of a later month, and where that month has no such day, on the
        first day of the month after it: the convention by which ages are counted.
        """
        if self.until is None:
            return None
        months = (self.until.year - self.start.year) * 12 + self.until.month - self.start.month
        return months - (self.until.day < self.start.day)

    def calendar_months(self, before: date | None = None) -> Iterator[date]:
        """The first day of every calendar month with a day in the period, in order.

        ``before`` cuts the period (exclusive); PeriodError if the period is open and nothing cuts it.
        """
        end = min((day for day in (self.until, before) if day is not None), default=None)
        if end is None:
            raise PeriodError("时间段没有终止日期，无法列出月份，请给出截止日期。")
        month = self.start.replace(day=1)
        while month < end and self.start < end:
            yield month
            month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
