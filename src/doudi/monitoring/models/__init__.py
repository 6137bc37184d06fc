"""What monitoring keeps: warnings, tasks with their visits, leads, and decisions about indicators."""

from .indicators import ChangeState, IndicatorState, Standing, ThresholdChange
from .leads import Lead, LeadAnswer, LeadOutcome, LeadState, Reporter, Urgency
from .tasks import MOVES, OPEN_TASK, Disposition, Escalation, Level, TaskState, VisitReport, VisitTask, into
from .warnings import OPEN_WARNING, ChangedHousehold, EarlyWarning, Outcome, WarningState

__all__ = [
    "MOVES",
    "OPEN_TASK",
    "OPEN_WARNING",
    "ChangeState",
    "ChangedHousehold",
    "Disposition",
    "EarlyWarning",
    "Escalation",
    "IndicatorState",
    "Lead",
    "LeadAnswer",
    "LeadOutcome",
    "LeadState",
    "Level",
    "Outcome",
    "Reporter",
    "Standing",
    "TaskState",
    "ThresholdChange",
    "Urgency",
    "VisitReport",
    "VisitTask",
    "WarningState",
    "into",
]
