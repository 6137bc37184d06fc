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

__all__ = [
    "Application",
    "ApplicationPerson",
    "Conclusion",
    "Determination",
    "FactSnapshot",
    "Opinion",
    "Origin",
    "Pause",
    "PlaceBasis",
    "RelativeDisclosure",
    "Step",
    "TownshipSwitch",
    "Waiting",
]
