"""Everything that changes an award. Each act checks the right, does one thing in one transaction and records it.

`on` is the day it is done, `from_month` the first month in which it is felt, `at` the moment it is recorded. What
cannot be done raises `registry.actions.Refused` with every problem; a stale `version` raises `Conflict`.
"""

from .changing import add_member, change_lines, remove_member
from .ending import end, phase_out
from .granting import grant
from .recording import Why
from .resting import restart, suspend
from .reviewing import opened, plan_review
from .taking_back import take_back

__all__ = [
    "Why",
    "add_member",
    "change_lines",
    "end",
    "grant",
    "opened",
    "phase_out",
    "plan_review",
    "remove_member",
    "restart",
    "suspend",
    "take_back",
]
