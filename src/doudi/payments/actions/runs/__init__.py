"""Runs of payments: begun, filled, looked at, decided line by line, checked, approved, locked."""

from .approving import approve, check, outdated, send_back, submit
from .deciding import drop_line, hold_line, release_hold, take_line_back
from .filling import Build
from .gate import check_again
from .locking import Lock
from .monthly import Monthly
from .starting import build_on, cancel, finish_jobs, job_is_open, rebuild, start_run

__all__ = [
    "Build",
    "Lock",
    "Monthly",
    "approve",
    "build_on",
    "cancel",
    "check",
    "check_again",
    "drop_line",
    "finish_jobs",
    "hold_line",
    "job_is_open",
    "outdated",
    "rebuild",
    "release_hold",
    "send_back",
    "start_run",
    "submit",
    "take_line_back",
]
