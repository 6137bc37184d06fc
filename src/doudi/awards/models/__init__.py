"""The tables of awards."""

from .adjustments import Adjustment, AdjustmentLine, Recalculation, RecalculationFinding
from .awards import Award, AwardMember, Suspension
from .changes import AwardChange
from .lines import AwardLine

__all__ = [
    "Adjustment",
    "AdjustmentLine",
    "Award",
    "AwardChange",
    "AwardLine",
    "AwardMember",
    "Recalculation",
    "RecalculationFinding",
    "Suspension",
]
