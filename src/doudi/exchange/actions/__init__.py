"""What changes the exchange."""

from .keys import issue_key, revoke_key
from .publishing import acknowledge, publish
from .receiving import match, receive, set_aside

__all__ = ["acknowledge", "issue_key", "match", "publish", "receive", "revoke_key", "set_aside"]
