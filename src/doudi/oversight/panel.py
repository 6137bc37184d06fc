"""What waits for the security administrator, on the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from doudi.console.panels import Panel

from .queries import findings_for, lines


def waiting(staff: Any, now: datetime) -> dict[str, Any] | None:
    """The newest findings nobody has looked into; nothing when there are none."""
    rows = findings_for(staff)
    found = list(rows[:5])
    return {"lines": lines(found), "urgent": rows.count()} if found else None


PANEL = Panel("oversight", "oversight/_panel.html", "oversight.settle", waiting, order=4)
