"""Every indicator by its key, in the order in which pages show them."""

from __future__ import annotations

from . import need, special, stop, takeup
from .declare import Indicator, declared_in

INDICATORS: dict[str, Indicator] = {each.key: each for each in declared_in(need, takeup, special, stop)}
