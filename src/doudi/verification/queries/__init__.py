"""Reads. What stands here is what other contexts may rely on; docs/reference/verification.md says what it means."""

from .consents import Missing, consents_missing, covered_sources, covering
from .pledges import pledges_of, sampled_pledges
from .reports import (
    Item,
    adopted_values,
    current_report,
    is_settled,
    report_items,
    unsettled,
    versions_of,
)
from .requests import NOTHING, Progress, current_request, progress, progress_of

__all__ = [
    "NOTHING",
    "Item",
    "Missing",
    "Progress",
    "adopted_values",
    "consents_missing",
    "covered_sources",
    "covering",
    "current_report",
    "current_request",
    "is_settled",
    "pledges_of",
    "progress",
    "progress_of",
    "report_items",
    "sampled_pledges",
    "unsettled",
    "versions_of",
]
