"""Calendar months, as the law counts validity and review."""

from __future__ import annotations

from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of the month where it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has twenty-eight days")
