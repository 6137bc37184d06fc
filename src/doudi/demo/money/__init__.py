"""The demo county's money: awards of those who receive, cards, funds, budgets, and the months paid so far."""

from .history import pay_past_months
from .lay import lay_money

__all__ = ["lay_money", "pay_past_months"]
