"""Names: surnames that run in families, given names by group, sex and period, with the pinyin a clerk types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from doudi.registry.names import SURNAMES as SURNAME_READINGS
from doudi.registry.names import syllable

from .draws import Bools, Ints, chance, skewed, stream
from .families import Households, People
from .kinship import C1, C2, C3, C4, G1, G2, OF, OM, SEATS, M, S, W, X
from .name_pools import DOTTED, GROUP_GIVEN, HAN_GIVEN, RARE, STYLE_OF_GROUP, SURNAMES

PERIOD_ENDS = (1966, 1988, 2008)  # birth years at which the fashion of given names changes


@dataclass(frozen=True)
class Block:
    """Given names of one manner: `firsts` × `seconds` from `start`, then `singles`."""

    start: int
    firsts: int
    seconds: int
    singles: int


@dataclass(frozen=True)
class Pool:
    """All surnames and given names, each with pinyin and initials, and where each manner begins."""

    surnames: list[str]
    surname_starts: dict[str, tuple[int, int]]
    given: list[str]
    blocks: dict[tuple[str, int, int], Block]

    def spell(self, parts: list[str]) -> tuple[list[str], list[str]]:
        """Pinyin and initials of each part, read as the registry reads names."""
        family = parts is self.surnames
        read = [_read(part, family) for part in parts]
        return ["".join(r) for r in read], ["".join(s[:1] for s in r) for r in read]


def _read(part: str, family: bool) -> list[str]:
    reading = SURNAME_READINGS.get(part) if family else None
    return reading.split() if reading else [syllable(c) for c in part if c != "·"]


@cache
def pool() -> Pool:
    """Lay out every surname and given name once; people only hold numbers into these lists."""
    surnames, starts = [""], {}
    for style, found in SURNAMES.items():
        starts[style] = (len(surnames), len(found))
        surnames += found
    given: list[str] = []
    blocks: dict[tuple[str, int, int], Block] = {}

    def add(key: tuple[str, int, int], firsts: list[str], seconds: list[str], singles: list[str]) -> None:
        blocks[key] = Block(len(given), len(firsts), len(seconds), len(singles))
        given.extend(a + b for a in firsts for b in seconds)
        given.extend(singles)

    for (sex, period), (first, second, single) in HAN_GIVEN.items():
        add(("han", sex, period), list(first), list(second), list(single))
    for (style, sex), (firsts, seconds) in GROUP_GIVEN.items():
        add((style, sex, 0), firsts, seconds, [])
    for style, (clan, middle, last) in DOTTED.items():
        add((f"{style}·", 0, 0), [f"{c}·{m}" for c in clan for m in middle], [f"·{e}" for e in last], [])
    add(("rare", 0, 0), list("子俊文晓嘉思"), list(RARE), list(RARE))
    return Pool(surnames, starts, given, blocks)


@dataclass(frozen=True)
class Names:
    """One entry per person: numbers into the pool."""

    surname: Ints
    given: Ints


def christen(seed: int, homes: Households, people: People) -> Names:
    """Name everybody. Brothers and sisters often share the first character, as is the custom."""
    rng = stream(seed, "names")
    surname = _surnames(rng, homes, people)
    given = _given(rng, people)
    dotted = chance(rng, np.where(np.isin(people.ethnic, (1, 2)), 0.004, 0), len(people))
    for style, group in (("dai", 1), ("jingpo", 2)):
        rows = np.flatnonzero(dotted & (people.ethnic == group))
        given[rows] = _from_block(rng, pool().blocks[f"{style}·", 0, 0], len(rows))
        surname[rows] = 0
    rows = np.flatnonzero((people.birth > 7300) & ~dotted & chance(rng, 0.0025, len(people)))
    block = pool().blocks["rare", 0, 0]
    given[rows] = block.start + rng.integers(0, block.firsts * block.seconds + block.singles, len(rows))
    return Names(surname, given)


def _from_block(rng: np.random.Generator, block: Block, size: int) -> Ints:
    return block.start + skewed(rng, block.firsts, size) * block.seconds + skewed(rng, block.seconds, size)


def _surname_of_group(rng: np.random.Generator, ethnic: Ints) -> Ints:
    starts = np.array([pool().surname_starts[s][0] for s in STYLE_OF_GROUP])
    counts = np.array([pool().surname_starts[s][1] for s in STYLE_OF_GROUP])
    return starts[ethnic] + skewed(rng, counts[ethnic], len(ethnic), 1.9)


def _surnames(rng: np.random.Generator, homes: Households, people: People) -> Ints:
    """Surnames by seat: the father's line, or in a third of the homes where he moved in, the mother's."""
    n = len(homes)
    ethnic = np.zeros((n, SEATS), np.int64)
    ethnic[people.hh, people.seat] = people.ethnic
    name = np.zeros((n, SEATS), np.int64)
    # A hamlet has few families: half of the men bear one of the village's own surnames.
    key = homes.village * 16 + homes.ethnic
    own = _village_surnames(rng, homes)[np.unique(key, return_inverse=True)[1], rng.integers(0, 5, n)]
    # A household without a man in the middle has his seat empty; its line is the group of the household all the same.
    name[:, M] = np.where(chance(rng, 0.5, n), own, _surname_of_group(rng, homes.ethnic))
    for seat in (W, OM, S):
        name[:, seat] = _surname_of_group(rng, ethnic[:, seat])
    name[:, OF] = np.where(homes.uxorilocal, name[:, W], name[:, M])
    name[:, X] = name[:, M]
    by_mother = homes.uxorilocal & chance(rng, 0.35, n)
    line = np.where(by_mother, name[:, W], name[:, M])
    name[:, [C1, C2, C3, C4]] = line[:, None]
    son = np.zeros(n, bool)
    rows = people.seat == C1
    son[people.hh[rows]] = people.sex[rows] == 1
    name[:, [G1, G2]] = np.where(son, line, name[:, S])[:, None]
    return name[people.hh, people.seat]


def _village_surnames(rng: np.random.Generator, homes: Households) -> Ints:
    """Five surnames for each group in each village."""
    keys = np.unique(homes.village * 16 + homes.ethnic)
    return np.stack([_surname_of_group(rng, keys % 16) for _ in range(5)], axis=1)


def _given(rng: np.random.Generator, people: People) -> Ints:
    n = len(people)
    year = people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    period = np.searchsorted(PERIOD_ENDS, year, side="right")
    styles = np.array(["han" if s in ("achang", "hui") else s for s in STYLE_OF_GROUP])[people.ethnic]
    own = chance(rng, np.array([0.86, 0.72, 0.5, 0.3])[period], n)
    styles = np.where(own, styles, "han")
    generation = np.array([0, 6, 1, 7, 2, 2, 2, 2, 8, 3, 3, 0])[people.seat]
    shared = rng.random((int(people.hh.max()) + 1, 9))[people.hh, generation]
    draw = np.where(chance(rng, 0.45, n), shared, rng.random(n)) ** 1.5
    out = np.zeros(n, np.int64)
    for (style, sex, at), block in pool().blocks.items():
        rows = _rows(styles, people.sex, period, style, sex, at)
        size = len(rows)
        if not size:
            continue
        first = np.minimum((draw[rows] * block.firsts).astype(np.int64), block.firsts - 1)
        second = skewed(rng, block.seconds, size, 1.35)
        single = chance(rng, (0.04, 0.16, 0.3, 0.12)[at] if block.singles else 0.0, size)
        last = block.firsts * block.seconds + rng.integers(0, max(block.singles, 1), size)
        out[rows] = block.start + np.where(single, last, first * block.seconds + second)
    return out


def _rows(styles: np.ndarray, sexes: Ints, period: Ints, style: str, sex: int, at: int) -> Ints:
    of_style: Bools = (styles == style) & (sexes == sex)
    return np.flatnonzero(of_style & (period == at) if style == "han" else of_style)


def sounding_alike(rng: np.random.Generator, given: Ints) -> Ints:
    """For each given name another that is read the same, where there is one."""
    spelled, _ = pool().spell(pool().given)
    alike: dict[str, list[int]] = {}
    for number, sound in enumerate(spelled):
        alike.setdefault(sound, []).append(number)
    out = []
    for number in given.tolist():
        others = [n for n in alike[spelled[number]] if pool().given[n] != pool().given[number]]
        out.append(others[int(rng.integers(len(others)))] if others else number)
    return np.array(out, dtype=np.int64)
