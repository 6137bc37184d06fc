"""Households and the people in them: shapes, ages, sexes, and who is what to the head.

Every household is drawn on the same twelve seats (man, woman, his parents, their children, a child's spouse,
grandchildren, a brother or sister). A shape says which seats are taken and how old their people are; the relation to
the head then follows from the two seats. Ages are continuous, so that mothers are 18 to 42 at every birth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import TODAY, YEAR, Bools, Floats, Ints, chance, pick, pick_rows, stream
from .kinship import C1, C2, C3, C4, CHILDREN, G1, G2, OF, OM, SEATS, M, S, W, X, relations
from .terrain import HAN, Terrain

# name: (weight rural, weight urban, chance that each seat is taken, youngest and oldest middle woman)
SHAPES: dict[str, tuple[float, float, dict[int, float], tuple[float, float]]] = {
    "elder_man": (2.6, 1.6, {OF: 1}, (20, 40)),
    "elder_woman": (3.8, 3.2, {OM: 1}, (20, 40)),
    "single_man": (4.0, 7.0, {M: 1}, (24, 62)),
    "single_woman": (1.2, 6.0, {W: 1}, (22, 58)),
    "elder_couple": (8.6, 9.5, {OF: 1, OM: 1}, (20, 40)),
    "couple": (9.0, 13.0, {M: 1, W: 1}, (22, 66)),
    "nuclear": (27.0, 37.0, {M: 1, W: 1, C1: 1, C2: 0.5, C3: 0.17, C4: 0.15}, (22, 50)),
    "father_children": (1.8, 1.5, {M: 1, C1: 1, C2: 0.35}, (26, 48)),
    "mother_children": (1.8, 2.6, {W: 1, C1: 1, C2: 0.3}, (24, 48)),
    "three_generations": (19.0, 7.0, {M: 1, W: 1, OF: 0.6, OM: 0.88, C1: 1, C2: 0.55, C3: 0.15}, (24, 50)),
    "left_behind": (2.6, 0.7, {OF: 0.8, OM: 1, C1: 1, C2: 0.4}, (24, 40)),
    "remarried": (2.2, 2.6, {M: 1, W: 1, C1: 1, C2: 0.5, C3: 0.3}, (28, 50)),
    "grown_children": (11.5, 4.6, {M: 0.93, W: 1, C1: 1, S: 1, G1: 0.95, G2: 0.5, C2: 0.2}, (44, 62)),
    "grown_single": (5.0, 2.6, {M: 1, W: 1, C1: 1, C2: 0.45}, (44, 62)),
    "elder_and_child": (2.4, 1.2, {M: 1, OF: 0.3, OM: 0.85}, (28, 58)),
    "siblings": (0.4, 0.3, {M: 1, X: 1}, (24, 60)),
    "four_generations": (1.4, 0.2, {M: 1, W: 1, OM: 1, C1: 1, S: 1, G1: 1, G2: 0.4}, (42, 54)),
}
SHAPE_NAMES = tuple(SHAPES)
LINE = tuple(SHAPE_NAMES.index(n) for n in ("grown_children", "four_generations"))


def shape(name: str) -> int:
    """The number of a shape in the arrays."""
    return SHAPE_NAMES.index(name)


@dataclass
class Households:
    """One entry per household, villages together."""

    village: Ints
    shape: Ints
    ethnic: Ints
    uxorilocal: Bools

    def __len__(self) -> int:
        return len(self.village)


@dataclass
class People:
    """One entry per person, households together and in order; `hh` points into Households."""

    hh: Ints
    seat: Ints
    sex: Ints
    birth: Ints
    ethnic: Ints
    relation: Ints
    head: Bools
    death: Ints

    def __len__(self) -> int:
        return len(self.hh)

    @property
    def age(self) -> Floats:
        """Age on the demo day, in years."""
        return np.asarray((TODAY - self.birth) / YEAR)

    @property
    def alive(self) -> Bools:
        return np.asarray(self.death < 0)


def settle(seed: int, terrain: Terrain, people: int) -> tuple[Households, People]:
    """Draw households until exactly `people` persons live or lived in them (the dead are of the last years)."""
    rng = stream(seed, "families")
    count = max(int(people / 3.0), 40)
    counts = terrain.households(count)
    village = np.repeat(np.arange(len(counts)), counts)
    homes = Households(
        village=village,
        shape=_shapes(rng, terrain.urban[village]),
        ethnic=pick_rows(rng, terrain.mix, village),
        uxorilocal=np.zeros(count, bool),
    )
    homes.uxorilocal = chance(rng, np.where(homes.ethnic == 1, 0.22, 0.09), count)
    taken = _taken(rng, homes)
    ages, sex = _ages(rng, homes, taken), _sexes(rng, homes, taken)
    death = _deaths(rng, homes, taken, ages)
    keep = _exactly(rng, taken.sum(axis=1), people)
    homes = Households(village[keep], homes.shape[keep], homes.ethnic[keep], homes.uxorilocal[keep])
    taken, ages, sex, death = taken[keep], ages[keep], sex[keep], death[keep]
    ethnic = _ethnicities(rng, terrain, homes, sex)
    head = _heads(rng, taken, taken & (death < 0), ages)
    hh, seat = np.nonzero(taken)
    birth = TODAY - (ages[hh, seat] * YEAR).astype(np.int64) - 1
    return homes, People(
        hh=hh, seat=seat, sex=sex[hh, seat], birth=birth, ethnic=ethnic[hh, seat],
        relation=relations(homes.uxorilocal, homes.shape == shape("remarried"), taken, sex, head)[hh, seat],
        head=seat == head[hh], death=death[hh, seat],
    )  # fmt: skip


def _shapes(rng: np.random.Generator, urban: Bools) -> Ints:
    rural_weights, urban_weights = ([row[0] for row in SHAPES.values()], [row[1] for row in SHAPES.values()])
    drawn = pick(rng, rural_weights, len(urban)), pick(rng, urban_weights, len(urban))
    return np.where(urban, drawn[1], drawn[0])


def _taken(rng: np.random.Generator, homes: Households) -> Bools:
    table = np.zeros((len(SHAPES), SEATS))
    for row, (_, _, seats, _) in enumerate(SHAPES.values()):
        for seat, probability in seats.items():
            table[row, seat] = probability
    taken = rng.random((len(homes), SEATS)) < table[homes.shape]
    for younger, older in zip(CHILDREN[1:], CHILDREN, strict=False):
        taken[:, younger] &= taken[:, older]
    taken[:, G2] &= taken[:, G1]
    has_elders = table[homes.shape][:, OM] > 0
    taken[:, OM] |= has_elders & ~taken[:, OF]
    return taken


def _elder_age(rng: np.random.Generator, size: int) -> Floats:
    """Ages from 60 upward, thinning out as people die."""
    age = 60 + rng.gamma(1.4, 8.6, size)
    return np.asarray(np.where(age > 94, 72 + 30 * rng.random(size) ** 1.5, age))


def _ages(rng: np.random.Generator, homes: Households, taken: Bools) -> Floats:
    n = len(homes)
    low, high = (np.array([row[3][i] for row in SHAPES.values()])[homes.shape] for i in (0, 1))
    ages = np.zeros((n, SEATS))
    ages[:, W] = low + (high - low) * rng.beta(1.45, 1.15, n)
    couple = homes.shape == shape("couple")
    old_couple = couple & chance(rng, 0.62, n)
    ages[old_couple, W] = 46 + 20 * rng.random(int(old_couple.sum()))
    ages[couple & ~old_couple, W] = 22 + 13 * rng.random(int((couple & ~old_couple).sum()))
    ages[:, M] = np.clip(ages[:, W] + rng.normal(2.2, 3.0, n), 20.5, 75)
    anchor = np.where(homes.uxorilocal, ages[:, W], ages[:, M])
    ages[:, OM] = np.minimum(anchor + 18.2 + 16 * rng.beta(1.6, 2.8, n), 101)
    alone = np.isin(homes.shape, [shape("elder_man"), shape("elder_woman"), shape("elder_couple")])
    ages[alone, OM] = _elder_age(rng, int(alone.sum()))
    ages[:, OF] = np.clip(ages[:, OM] + rng.normal(2.0, 3.2, n), anchor + 19, 103)
    ages[alone, OF] = np.clip(ages[alone, OM] + rng.normal(1.0, 2.5, int(alone.sum())), 60, 102)
    _children(rng, homes, taken, ages)
    ages[:, X] = np.clip(ages[:, M] - rng.uniform(1, 9, n), 18.5, 70)
    return ages


def _children(rng: np.random.Generator, homes: Households, taken: Bools, ages: Floats) -> None:
    """Children, a child's spouse and grandchildren; who would be unborn or born too late is not there."""
    n = len(homes)
    mother, grown = ages[:, W], np.isin(homes.shape, [*LINE, shape("grown_single")])
    # Unmarried children leave by their late twenties: the first child of an older couple was born late or has gone.
    youngest_birth = np.where(grown, 18.3, np.maximum(18.3, mother - 27))
    latest = np.where(grown, np.minimum(27, mother - 20), np.minimum(mother - 0.02, 36))
    span = np.maximum(latest - youngest_birth, 0.05)
    ages[:, C1] = mother - (youngest_birth + span * rng.beta(1.5, 2.6, n))
    for younger, older in zip(CHILDREN[1:], CHILDREN, strict=False):
        twins = chance(rng, 0.009, n)
        ages[:, younger] = ages[:, older] - np.where(twins, 0.0005, 1.1 + 6.5 * rng.beta(1.3, 2.4, n))
        taken[:, younger] &= (ages[:, younger] >= 0) & (mother - ages[:, younger] <= 42)
        taken[:, younger] &= taken[:, older] | np.isin(homes.shape, LINE)
    ages[:, S] = np.clip(ages[:, C1] + rng.normal(0, 2.2, n), 19.5, 48)
    parent = np.minimum(ages[:, C1], ages[:, S])
    ages[:, G1] = parent - 18.6 - 7 * rng.beta(1.5, 2.2, n)
    ages[:, G2] = ages[:, G1] - 1.2 - 6 * rng.random(n)
    taken[:, G1] &= ages[:, G1] >= 0
    taken[:, G2] &= (ages[:, G2] >= 0) & taken[:, G1]


def _sexes(rng: np.random.Generator, homes: Households, taken: Bools) -> Ints:
    sex = np.where(rng.random((len(homes), SEATS)) < 0.52, 1, 2)
    sex[:, [M, OF]], sex[:, [W, OM]] = 1, 2
    sex[:, X] = np.where(sex[:, X] == 1, 1, np.where(chance(rng, 0.5, len(homes)), 1, 2))
    # The married child who stays is a son three times in four.
    sex[:, C1] = np.where(taken[:, S], np.where(chance(rng, 0.76, len(homes)), 1, 2), sex[:, C1])
    sex[:, S] = 3 - sex[:, C1]
    return sex


def _deaths(rng: np.random.Generator, homes: Households, taken: Bools, ages: Floats) -> Ints:
    """Seats of people who died since 2020; some elders who lived here are added as dead."""
    n = len(homes)
    death = np.full((n, SEATS), -1, np.int64)
    with_middle = taken[:, M] | taken[:, W]
    for seat, added in ((OF, 0.075), (OM, 0.05)):
        new = with_middle & ~taken[:, seat] & (ages[:, seat] > 58) & chance(rng, added, n)
        death[new, seat] = TODAY - rng.integers(20, 2200, int(new.sum()))
        taken[:, seat] |= new
    widowed = taken[:, M] & taken[:, W] & (ages[:, M] > 35) & chance(rng, 0.006, n)
    death[widowed, M] = TODAY - rng.integers(20, 2000, int(widowed.sum()))
    alone = (taken.sum(axis=1) == 1) & (taken[:, OF] | taken[:, OM]) & chance(rng, 0.05, n)
    seat = np.where(taken[:, OF], OF, OM)[alone]
    death[np.flatnonzero(alone), seat] = TODAY - rng.integers(20, 1500, int(alone.sum()))
    return death


def _exactly(rng: np.random.Generator, sizes: Ints, people: int) -> Ints:
    """Households, in order, whose sizes sum to `people`: a random part of all, and one that fills the gap."""
    order = rng.permutation(len(sizes))
    total = np.cumsum(sizes[order])
    cut = int(np.searchsorted(total, people, side="right"))
    chosen, rest = list(order[:cut]), order[cut:]
    gap = people - (int(total[cut - 1]) if cut else 0)
    while gap:
        fitting = rest[sizes[rest] <= gap]
        if not len(fitting):
            raise ValueError("too few people for this seed and these divisions; ask for at least 200")
        best = fitting[np.argmax(sizes[fitting])]
        chosen.append(best)
        rest = rest[rest != best]
        gap -= int(sizes[best])
    return np.sort(np.array(chosen))


def _ethnicities(rng: np.random.Generator, terrain: Terrain, homes: Households, sex: Ints) -> Ints:
    n = len(homes)
    ethnic = np.repeat(homes.ethnic[:, None], SEATS, axis=1)
    other = pick_rows(rng, terrain.mix, homes.village)
    ethnic[:, W] = np.where(chance(rng, 0.86, n), homes.ethnic, other)
    root = np.where(homes.uxorilocal, ethnic[:, W], ethnic[:, M])
    ethnic[:, OF] = root
    ethnic[:, OM] = np.where(chance(rng, 0.93, n), root, other)
    # A child of a mixed marriage is mostly entered as of the minority parent.
    child = np.where((ethnic[:, M] == HAN) & chance(rng, 0.7, n), ethnic[:, W], ethnic[:, M])
    ethnic[:, [C1, C2, C3, C4]] = child[:, None]
    ethnic[:, S] = np.where(chance(rng, 0.8, n), child, pick_rows(rng, terrain.mix, homes.village))
    grand = np.where((child == HAN) & chance(rng, 0.7, n), ethnic[:, S], child)
    ethnic[:, [G1, G2]] = grand[:, None]
    return ethnic


def _heads(rng: np.random.Generator, taken: Bools, living: Bools, ages: Floats) -> Ints:
    """The head's seat: the man of the middle couple, sometimes the woman, an elder still under 66, or who is left."""
    n = len(taken)
    order = np.tile(np.array([M, W, OF, OM, C1, S, X, C2, C3, C4, G1, G2]), (n, 1))
    head = order[np.arange(n), np.argmax(np.take_along_axis(living, order, axis=1), axis=1)]
    head = np.where(living[:, W] & chance(rng, 0.13, n), W, head)
    elder_leads = living[:, OF] & (ages[:, OF] < 68) & chance(rng, 0.42, n)
    head = np.where(elder_leads, OF, head)
    elder_leads = living[:, OM] & ~living[:, OF] & (ages[:, OM] < 66) & chance(rng, 0.12, n)
    head = np.where(elder_leads, OM, head)
    # A household whose only person has died keeps that person as its head.
    return np.where(living.any(axis=1), head, np.argmax(taken, axis=1))
