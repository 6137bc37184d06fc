"""Awards run in whole months: from the first of one to the first of another."""

from __future__ import annotations

from datetime import date


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def months_after(month: date, count: int) -> date:
    """The first day of the month `count` months later (or earlier, below zero)."""
    whole = month.year * 12 + month.month - 1 + count
    return date(whole // 12, whole % 12 + 1, 1)


def next_month(day: date) -> date:
    """The first day of the month after a day: from when a determination pays (M57-21, M43-17)."""
    return months_after(month_of(day), 1)


def first_whole_month(day: date) -> date:
    """The first month in which a value of a day is felt: a month is paid as its first day says."""
    return day if day.day == 1 else next_month(day)
