"""The places of the demo county: how many live where, of which ethnic groups, and from what they live.

Divisions come from the `places` tables. The profiles below are our rough picture of the townships of 芒市, made up from
common knowledge and not from any statistic; an unknown township gets the common profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from .draws import Bools, Floats, Ints, share_out, stream

# GB/T 3304 codes of the groups we draw.
ETHNIC_CODES = ("01", "18", "28", "46", "39", "20", "07", "16", "03", "06")
HAN, DAI, JINGPO, DEANG, ACHANG, LISU, YI, HANI, HUI, MIAO = range(10)

URBAN_TRADES = {"工资": 5.2, "个体经营": 2.2, "零工": 2.0, "边贸": 0.3}
VALLEY = {"水稻": 3, "甘蔗": 3, "烤烟": 0.8, "外出务工": 2, "零工": 1.6, "边贸": 0.5}
HILLS = {"茶叶": 2.4, "甘蔗": 2.2, "坚果": 1, "咖啡": 0.8, "玉米": 1.2, "外出务工": 2.4, "零工": 1}


@dataclass(frozen=True)
class Profile:
    """One township: its share of the people, its groups (weights by ETHNIC_CODES index) and its trades."""

    weight: float = 12.0
    mix: Mapping[int, float] = field(default_factory=lambda: {HAN: 5, DAI: 3, JINGPO: 1})
    trades: Mapping[str, float] = field(default_factory=lambda: VALLEY)


COMMON = Profile()
BORDER = {**VALLEY, "边贸": 3}
PROFILES: dict[str, Profile] = {
    "533103001": Profile(132, {HAN: 68, DAI: 21, JINGPO: 4, DEANG: 1, ACHANG: 1, YI: 1, HANI: 1, HUI: 1.5}),
    "533103101": Profile(31, {DAI: 40, HAN: 47, JINGPO: 8, DEANG: 2, LISU: 3}),
    "533103102": Profile(60, {DAI: 57, HAN: 28, JINGPO: 10, DEANG: 3, LISU: 2}, BORDER),
    "533103103": Profile(36, {HAN: 92, DEANG: 4, JINGPO: 2, LISU: 1, MIAO: 1}, HILLS),
    "533103104": Profile(6, {HAN: 52, JINGPO: 22, DAI: 14, DEANG: 8, LISU: 4}, BORDER),
    "533103105": Profile(70, {DAI: 62, HAN: 31, JINGPO: 4, DEANG: 2, ACHANG: 1}),
    "533103201": Profile(27, {DAI: 47, HAN: 43, JINGPO: 7, DEANG: 1, LISU: 2}),
    "533103202": Profile(20, {HAN: 84, DEANG: 2, ACHANG: 9, JINGPO: 4, LISU: 1}, HILLS),
    "533103203": Profile(11, {JINGPO: 82, HAN: 13, DAI: 2, LISU: 3}, HILLS),
    "533103204": Profile(13, {HAN: 58, JINGPO: 28, LISU: 12, DEANG: 2}, {**HILLS, "边贸": 1}),
    "533103205": Profile(8, {DEANG: 60, HAN: 22, JINGPO: 14, DAI: 4}, HILLS),
    "533103206": Profile(16, {JINGPO: 40, HAN: 52, DAI: 5, LISU: 3}, HILLS),
    "533103400": Profile(12, {HAN: 72, DAI: 14, JINGPO: 6, YI: 4, HANI: 2, LISU: 2}, {**VALLEY, "橡胶": 3}),
}
TRADES = tuple(dict.fromkeys([*URBAN_TRADES, *VALLEY, *HILLS, "橡胶"]))


@dataclass(frozen=True)
class Village:
    """A village or community as `places` has it."""

    code: str
    name: str
    urban: bool
    letters: str


@dataclass(frozen=True)
class Terrain:
    """The villages, with what the draws need as arrays in the same order."""

    villages: tuple[Village, ...]
    weights: Floats
    mix: Floats
    trades: Floats
    urban: Bools
    township: Ints

    def households(self, total: int) -> Ints:
        """How many of `total` households live in each village."""
        return share_out(total, self.weights)


def survey(seed: int, villages: Iterable[Village]) -> Terrain:
    """Lay out the villages: sizes are skewed, and most villages are chiefly of one group."""
    rows = tuple(sorted(villages, key=lambda v: v.code))
    if not rows:
        raise ValueError("no villages: load the divisions first (doudi places load)")
    rng = stream(seed, "terrain")
    townships = sorted({v.code[:9] for v in rows})
    township = np.array([townships.index(v.code[:9]) for v in rows])
    urban = np.array([v.urban for v in rows])
    size = rng.lognormal(0, 0.45, len(rows)) * np.where(urban, 1.5, 1.0)
    weights, mix, trades = np.zeros(len(rows)), np.zeros((len(rows), len(ETHNIC_CODES))), []
    for index, code in enumerate(townships):
        profile, here = PROFILES.get(code, COMMON), township == index
        weights[here] = profile.weight * size[here] / size[here].sum()
        shares = np.array([profile.mix.get(e, 0.05) for e in range(len(ETHNIC_CODES))])
        # A small concentration makes villages of one group; town communities are mixed.
        for row in np.flatnonzero(here):
            mix[row] = rng.dirichlet(shares / shares.sum() * (25 if urban[row] else 2.2) + 0.002)
    for village in rows:
        profile = PROFILES.get(village.code[:9], COMMON)
        table = URBAN_TRADES if village.urban else profile.trades
        trades.append([table.get(t, 0.0) for t in TRADES])
    return Terrain(rows, weights, mix, np.array(trades), urban, township)
