"""The low-income registry: determined and ended by the staff of the department that answers for the category."""

from __future__ import annotations

from datetime import date, datetime

from doudi.accounts.models import Staff

from ..models import Household, LowIncomeStatus, Person


def determine_status(
    *,
    household: Household,
    category: str,
    ground: str,
    department: str,
    starts_on: date,
    by: Staff,
    on: date,
    at: datetime,
    person: Person | None = None,
    ends_on: date | None = None,
    review_by: date | None = None,
) -> LowIncomeStatus:
    """Enter a category for a household, or for one of its persons (tekun, individual dibao)."""
    raise NotImplementedError


def end_status(
    *, status: LowIncomeStatus, reason: str, by: Staff, on: date, at: datetime
) -> LowIncomeStatus:
    """The category no longer holds from `on`."""
    raise NotImplementedError
