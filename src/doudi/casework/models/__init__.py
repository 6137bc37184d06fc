"""The tables of casework, one file a feature."""

from .applications import (
    Application,
    ApplicationPerson,
    Origin,
    Pause,
    PlaceBasis,
    RelativeDisclosure,
    Step,
    TownshipSwitch,
    Waiting,
)
from .decisions import Conclusion, Determination, FactSnapshot, Opinion
from .intake import Declaration, GapNotice, IntakeDraft
from .notices import Objection, Publication, PublicNotice
from .timing import ClockResult, Escalation, EscalationAnswer, Level, OpenClock, Outcome
from .visits import CheckDraw, Enquiry, HomeVisit

__all__ = [
    "Application",
    "ApplicationPerson",
    "CheckDraw",
    "ClockResult",
    "Conclusion",
    "Declaration",
    "Determination",
    "Enquiry",
    "Escalation",
    "EscalationAnswer",
    "FactSnapshot",
    "GapNotice",
    "HomeVisit",
    "IntakeDraft",
    "Level",
    "Objection",
    "OpenClock",
    "Opinion",
    "Origin",
    "Outcome",
    "Pause",
    "PlaceBasis",
    "PublicNotice",
    "Publication",
    "RelativeDisclosure",
    "Step",
    "TownshipSwitch",
    "Waiting",
]
