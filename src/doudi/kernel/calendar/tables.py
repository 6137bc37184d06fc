"""Reading holiday tables: one block per official arrangement, as ``holidays.yaml`` beside this file shows.

A table can also come from elsewhere (an administrator who types in next year's notice); the same checks
apply.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml


class CalendarError(ValueError):
    """A holiday table that contradicts itself; the message says where, in Chinese."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's arrangement: days off, and weekend days worked, each with the holiday's name.

    The arrangement of a year may begin in December before (New Year's Day). CalendarError for a day outside
    that, for a working day that is off as well, and for a make-up day that is not on a weekend.
    """

    year: int
    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)
    notice: str = ""

    def __post_init__(self) -> None:
        for day in (*self.off, *self.work):
            if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31):
                raise CalendarError(f"{self.year} 年的节假日安排中出现了 {day}，请核对年份。")
        for day in self.work:
            if day in self.off:
                raise CalendarError(f"{self.year} 年的节假日安排中，{day} 既放假又上班，请核对。")
            if day.weekday() < 5:
                raise CalendarError(f"{self.year} 年的节假日安排中，调休上班的 {day} 不是周末，请核对。")


def read_tables(text: str) -> dict[int, YearTable]:
    """The tables written in a YAML text, by year. CalendarError if the text has another shape."""
    try:
        blocks: dict[int, dict[str, Any]] = yaml.safe_load(text)
        return {year: _table(year, block) for year, block in blocks.items()}
    except CalendarError:
        raise
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CalendarError("节假日安排表格式不正确，请参照已有年份的写法逐项核对。") from error


@cache
def official_tables() -> Mapping[int, YearTable]:
    """The tables that come with the software."""
    return read_tables(resources.files(__package__).joinpath("holidays.yaml").read_text(encoding="utf-8"))


def _table(year: int, block: dict[str, Any]) -> YearTable:
    off = {day: span["name"] for span in block["holidays"] for day in _days(span["first"], span["last"])}
    work = {entry["day"]: entry["for"] for entry in block["workdays"]}
    return YearTable(year, off, work, block["notice"])


def _days(first: date, last: date) -> Iterator[date]:
    if last < first:
        raise CalendarError(f"放假的末日 {last} 早于首日 {first}，请核对。")
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
