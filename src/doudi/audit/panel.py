"""What the audit administrator sees first on the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from doudi.console.panels import Panel

from .queries import chain_state


def chain(staff: Any, now: datetime) -> dict[str, Any]:
    """The state of the chain; alerts and an overdue seal are urgent."""
    state = chain_state(now)
    return {"state": state, "urgent": len(state.alerts) + state.is_late}


PANEL = Panel("audit_chain", "audit/_chain_panel.html", "audit.read", chain, order=5)
