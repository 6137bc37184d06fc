"""Reads of the exchange."""

from .feed import acknowledged, events, last_number
from .incoming import missing, unmatched

__all__ = ["acknowledged", "events", "last_number", "missing", "unmatched"]
