"""A made-up case: everything a task may ask about. Plain values, nothing of it is stored; the seed makes it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from doudi.casework.clocks import Happening
from doudi.casework.limits import ExtensionGround, PauseGround
from doudi.casework.programmes import Programme
from doudi.kernel.period import Period
from doudi.policy import Case

from .topics import Level


class Kind(Enum):
    """What household it is."""

    FAMILY = "family"
    ELDER = "elder"
    ORPHAN = "orphan"


class Hukou(Enum):
    """Where the members are registered, seen from the township that has the application before it."""

    HERE = "here"
    SPLIT = "split"
    ELSEWHERE = "elsewhere"


class Reason(Enum):
    """Why what was declared and what was found differ."""

    UNEXPLAINED = "unexplained"
    ENDED = "ended"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Placing:
    """What decides where they may apply. `permit`: a residence permit of this place; `switched`: taken here."""

    hukou: Hukou
    permit: bool
    switched: bool
    relative: bool


@dataclass(frozen=True)
class Difference:
    """A declared wage against a verified one, in fen a year."""

    person: str
    declared_fen: int
    found_fen: int
    reason: Reason


@dataclass(frozen=True)
class Timeline:
    """What happened on the way, and which course the case takes."""

    programme: Programme
    happened: tuple[Happening, ...]
    delegated: bool
    extended: ExtensionGround | None
    pauses: tuple[tuple[Period, PauseGround], ...]
    decided_on: date


@dataclass(frozen=True)
class Emergency:
    """Somebody else's emergency, at this place."""

    name: str
    home: str
    cause: str
    on: date
    severity: str
    persons: int


@dataclass(frozen=True)
class Later:
    """What happens after the confirmation."""

    died_on: date
    refusals: int
    reduced_on: date


@dataclass(frozen=True)
class Scenario:
    """One practice case."""

    seed: int
    level: Level
    kind: Kind
    town: str
    accepted_on: date
    case: Case
    names: Mapping[str, str]
    placing: Placing
    handed: frozenset[str]
    difference: Difference | None
    timeline: Timeline
    emergency: Emergency
    later: Later
