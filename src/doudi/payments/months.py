"""Payments run in whole months, as awards do."""

from doudi.awards.months import month_of, months_after, next_month

__all__ = ["month_of", "months_after", "next_month"]
