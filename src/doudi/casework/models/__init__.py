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

__all__ = [
    "Application",
    "ApplicationPerson",
    "Conclusion",
    "Declaration",
    "Determination",
    "FactSnapshot",
    "GapNotice",
    "IntakeDraft",
    "Opinion",
    "Origin",
    "Pause",
    "PlaceBasis",
    "RelativeDisclosure",
    "Step",
    "TownshipSwitch",
    "Waiting",
]
