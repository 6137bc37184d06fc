"""The corpus."""

from datetime import date

from . import cells, layouts, texts, workbooks
from .case import Case
from .layouts import _month

MONTHS = [
    _month("2026-03", date(2026, 3, 1)),
    _month("202603", date(2026, 3, 1)),
    _month("2026年3月", date(2026, 3, 1)),
    _month("2026年3月份", date(2026, 3, 1)),
    _month("2026.3", date(2026, 3, 1)),
    _month("2026-03-31", date(2026, 3, 1)),
    _month("46082", date(2026, 3, 1)),
    _month("2026.1", words="10 月"),
    _month("三月", words="年-月"),
    _month("2026-13", words="没有这一天"),
]
CASES: list[Case] = [*cells.CASES, *texts.CASES, *layouts.CASES, *workbooks.CASES, *MONTHS]
