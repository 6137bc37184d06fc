"""The tables of the registry."""

from .facts import Certificate, Circumstance, KinTie, Statement
from .history import Merge, Move, Revision
from .people import Household, Membership, Person, Residence
from .status import LowIncomeStatus

__all__ = [
    "Certificate",
    "Circumstance",
    "Household",
    "KinTie",
    "LowIncomeStatus",
    "Membership",
    "Merge",
    "Move",
    "Person",
    "Residence",
    "Revision",
    "Statement",
]
