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
from .visits import CheckDraw, Enquiry, HomeVisit

__all__ = [
    "Application",
    "ApplicationPerson",
    "CheckDraw",
    "Conclusion",
    "Declaration",
    "Determination",
    "Enquiry",
    "FactSnapshot",
    "GapNotice",
    "HomeVisit",
    "IntakeDraft",
    "Objection",
    "Opinion",
    "Origin",
    "Pause",
    "PlaceBasis",
    "PublicNotice",
    "Publication",
    "RelativeDisclosure",
    "Step",
    "TownshipSwitch",
    "Waiting",
]
