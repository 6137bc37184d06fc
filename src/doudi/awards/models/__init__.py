"""The tables of awards."""

from .awards import Award, AwardMember, Suspension
from .changes import AwardChange
from .lines import AwardLine

__all__ = ["Award", "AwardChange", "AwardLine", "AwardMember", "Suspension"]
