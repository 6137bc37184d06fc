"""Indicators of monitoring, declared like rules: what to look for, on which clause, and how urgently.

`INDICATORS` has them by key. `read_county` or `read_households` gathers what they look at, `evaluate` says where they
speak, `trial` what another threshold would have done.
"""

from .catalogue import INDICATORS
from .declare import Indicator
from .evaluation import evaluate
from .facts import Facts
from .thresholds import Change, Thresholds, thresholds
from .trial import Trial, trial, wilson

__all__ = [
    "INDICATORS",
    "Change",
    "Facts",
    "Indicator",
    "Thresholds",
    "Trial",
    "evaluate",
    "thresholds",
    "trial",
    "wilson",
]
