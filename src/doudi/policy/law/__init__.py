"""The instruments by their short keys: ``M57.article(8)``. A wrong citation fails at import."""

from typing import Final

from doudi.policy.law.library import Article, Door, Instrument, Plan, instrument, instruments

SEED: Final = instrument("SEED")
LAW26: Final = instrument("LAW26")
D649: Final = instrument("D649")
M57: Final = instrument("M57")
M43: Final = instrument("M43")
RIGID: Final = instrument("RIGID")
N22: Final = instrument("N22")
G39: Final = instrument("G39")
TR14: Final = instrument("TR14")
TR18: Final = instrument("TR18")
TR26: Final = instrument("TR26")
PR16: Final = instrument("PR16")
PR21: Final = instrument("PR21")
PR22: Final = instrument("PR22")
XF22: Final = instrument("XF22")
YN20: Final = instrument("YN20")
YN25: Final = instrument("YN25")

__all__ = [
    "D649", "G39", "LAW26", "M43", "M57", "N22", "PR16", "PR21", "PR22", "RIGID", "SEED", "TR14", "TR18", "TR26",
    "XF22", "YN20", "YN25", "Article", "Door", "Instrument", "Plan", "instrument", "instruments",
]  # fmt: skip
