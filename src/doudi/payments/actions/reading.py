"""What is on record because somebody looked or took a file with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.registry.models import Household

USUAL = "日常办理"


def exported(*, by: Staff, what: str, place: str, detail: Mapping[str, Any] | None = None) -> None:
    """A table of money left as a file."""
    permit(by, Permission.LEDGER_READ, place=place)
    subject = Subject("ledger", what, place.ljust(12, "0"))
    record(by=by, action="ledger.export", subject=subject, purpose=USUAL, detail={"what": what, **(detail or {})})


def statement_read(*, household: Household, by: Staff, printed: bool) -> None:
    """Somebody opened or printed what a household was paid."""
    permit(by, Permission.PAYMENT_READ, place=household.division_code)
    subject = Subject("household", str(household.pk), household.division_code)
    record(
        by=by, action="payment.print_statement" if printed else "payment.read_statement", subject=subject, purpose=USUAL
    )
