"""The price subsidy on the workbench: clocks that run, figures that wait for the second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..queries.subsidy_months import AMBER, open_months, to_confirm
from ..queries.subsidy_page import may


def on_workbench(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """Triggered months not yet with the bank; nothing for whoever neither pays nor decides, or where nothing is due."""
    if not may(staff).counts:
        return None
    county = str(settings.DOUDI_COUNTY)
    due = open_months(county, timezone.localdate(now))
    waiting = to_confirm(county) if staff.may(Permission.SUBSIDY_CONFIRM) else []
    if not due and not waiting:
        return None
    urgent = sum(one.clock is not None and (one.clock.days_left or 0) <= AMBER for one in due)
    return {"due": due, "waiting": waiting, "urgent": urgent + len(waiting), "amber": AMBER}
