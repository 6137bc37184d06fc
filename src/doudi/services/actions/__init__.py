"""Everything that changes a referral: one verb, one right, one transaction, one event."""

from .answering import accept, give, give_nothing, refuse
from .escalating import escalate_overdue
from .sending import send, send_many, withdraw

__all__ = ["accept", "escalate_overdue", "give", "give_nothing", "refuse", "send", "send_many", "withdraw"]
