"""`doudi demo day`: it is another day in the demo county, and what is done by the clock is done (decision 0100)."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from ..clock import Clock, ClockRefused


def day(options: argparse.Namespace) -> int:
    """Move the county's clock forward and start whatever the clock starts, once."""
    from .running import django

    django()
    from django.conf import settings
    from django.utils import timezone

    from doudi.jobs import actions, steps

    if settings.DOUDI_CLOCK is None:
        print("doudi: set DOUDI_CLOCK to a file, for the web role, the worker and this command alike", file=sys.stderr)
        return 2
    to = datetime.combine(options.day, options.time, tzinfo=timezone.get_current_timezone())
    try:
        Clock(settings.DOUDI_CLOCK).move(to)
    except ClockRefused as refused:
        print(f"doudi: {refused}", file=sys.stderr)
        return 1
    for plan in steps.schedules():
        actions.start_scheduled(plan, at=timezone.now())
    print(f"{timezone.localtime():%Y-%m-%d %H:%M}")
    return 0
