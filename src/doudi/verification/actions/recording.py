"""What the log is told by every action here: ids and codes only."""

from __future__ import annotations

from typing import Any, Protocol

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.audit.actions import Subject


class Placed(Protocol):
    """A row that lies somewhere."""

    pk: Any
    division_code: str


def record(
    action: str, kind: str, row: Placed, by: Staff, *, purpose: str = "", after: dict[str, Any] | None = None,
    **detail: Any,
) -> None:  # fmt: skip
    """Append the action's one event."""
    subject = Subject(kind, str(row.pk), row.division_code)
    audit.record(by=by, action=action, subject=subject, purpose=purpose[:200], after=after, detail=detail)
