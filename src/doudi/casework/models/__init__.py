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
from .conferences import CaseConference
from .decisions import Conclusion, Determination, FactSnapshot, Opinion
from .hearings import Hearing
from .intake import Declaration, GapNotice, IntakeDraft
from .notices import Objection, Publication, PublicNotice
from .reviews import (
    ChangeReport,
    EndingNotice,
    JobOffer,
    PeriodicReview,
    ReviewDecision,
    ReviewProposal,
    ReviewStep,
)
from .timing import ClockResult, Escalation, EscalationAnswer, Level, OpenClock, Outcome
from .transfers import Transfer
from .visits import CheckDraw, Enquiry, HomeVisit

__all__ = [
    "Application",
    "ApplicationPerson",
    "CaseConference",
    "ChangeReport",
    "CheckDraw",
    "ClockResult",
    "Conclusion",
    "Declaration",
    "Determination",
    "EndingNotice",
    "Enquiry",
    "Escalation",
    "EscalationAnswer",
    "FactSnapshot",
    "GapNotice",
    "Hearing",
    "HomeVisit",
    "IntakeDraft",
    "JobOffer",
    "Level",
    "Objection",
    "OpenClock",
    "Opinion",
    "Origin",
    "Outcome",
    "Pause",
    "PeriodicReview",
    "PlaceBasis",
    "PublicNotice",
    "Publication",
    "RelativeDisclosure",
    "ReviewDecision",
    "ReviewProposal",
    "ReviewStep",
    "Step",
    "TownshipSwitch",
    "Transfer",
    "Waiting",
]
