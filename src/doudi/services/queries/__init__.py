"""Reads of referrals."""

from .lists import referrals_for, referrals_of
from .unmet import Unmet, unmet

__all__ = ["Unmet", "referrals_for", "referrals_of", "unmet"]
