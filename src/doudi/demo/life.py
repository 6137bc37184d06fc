"""Conditions of people: school, work, disability, illness, and the rare ones; what is really so, before any source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import TODAY, Bools, Ints, chance, pick, skewed, stream
from .families import Households, People, shape
from .terrain import TRADES, Terrain

STAGES = (
    "none",
    "preschool",
    "compulsory",
    "senior_secondary",
    "vocational_secondary",
    "undergraduate",
    "postgraduate",
)
FULL, PARTIAL, NO_CAPACITY = range(3)
CAPACITY = ("full", "partial", "none")
ILLNESSES = ("高血压并发脑卒中后遗症", "冠心病（支架术后）", "尿毒症（规律透析）", "肺癌", "乳腺癌", "肝癌", "胃癌",
             "结直肠癌", "宫颈癌", "耐药肺结核", "白血病", "重性精神障碍", "先天性心脏病", "肝硬化失代偿期",
             "系统性红斑狼疮", "糖尿病并发症", "慢性阻塞性肺病", "骨髓增生异常", "艾滋病机会性感染", "血友病",
             "帕金森病", "甲状腺癌")  # fmt: skip


@dataclass
class Life:
    """One entry per person; what the certificates would say if all were known."""

    stage: Ints
    disability: Ints
    grade: Ints
    ill: Bools
    illness: Ints
    employed: Bools
    migrant: Bools
    capacity: Ints
    failed_items: Ints
    prison: Bools
    detox: Bools
    since: Ints  # since when the disability or illness is so
    trade: Ints  # index into TRADES, of the household


def live(seed: int, terrain: Terrain, homes: Households, people: People) -> Life:
    """Draw the conditions of everybody."""
    rng = stream(seed, "life")
    n, age = len(people), people.age
    stage = _stages(rng, terrain.urban[homes.village][people.hh], age, people.alive)
    disability, grade = _disabilities(rng, age)
    ill = chance(rng, np.select([age < 16, age < 40, age < 60], [0.003, 0.006, 0.017], 0.034), n)
    rare = chance(rng, 0.0016, n) & (age > 19) & (age < 55) & ((people.sex == 1) | chance(rng, 0.15, n)) & people.alive
    prison = rare & chance(rng, 0.6, n)
    detox = rare & ~prison
    capacity = _capacities(rng, age, grade, disability, ill)
    works = np.where(people.sex == 1, 0.9, 0.78) * np.select(
        [age < 18, age < 60, age < 68, age < 75], [0.5, 1, 0.62, 0.28], 0
    )
    employed = (age >= 16) & (stage == 0) & (capacity < NO_CAPACITY) & ~rare & chance(rng, works, n)
    employed &= (capacity == FULL) | chance(rng, 0.45, n)
    weights = np.array([terrain.trades[v] for v in range(len(terrain.villages))])
    edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    trade = (rng.random(len(homes))[:, None] > edges[homes.village]).sum(axis=1).clip(0, len(TRADES) - 1)
    migrant = employed & (age < 52) & chance(rng, _leaving(homes, people, trade), n)
    return Life(
        stage=stage, disability=disability, grade=grade, ill=ill, illness=skewed(rng, len(ILLNESSES), n, 1.2),
        employed=employed, migrant=migrant, capacity=capacity,
        failed_items=_failed_items(rng, age, grade), prison=prison, detox=detox,
        since=np.maximum(TODAY - rng.integers(100, 3600, n), people.birth + 200), trade=trade,
    )  # fmt: skip


def _leaving(homes: Households, people: People, trade: Ints) -> np.ndarray:
    """How likely a worker works far away: by trade, and never the only adult with children."""
    by_trade = np.where(np.array(TRADES) == "外出务工", 0.6, 0.12)[trade]
    only = np.isin(homes.shape, [shape("father_children"), shape("mother_children")])
    return np.asarray(np.where(only, 0.0, by_trade)[people.hh] * np.where(people.seat < 2, 0.8, 1.3))


def _stages(rng: np.random.Generator, urban: Bools, age: np.ndarray, alive: Bools) -> Ints:
    n = len(age)
    # School years turn over in September: age on the first of it.
    at = np.floor(age - 1 / 6)
    draw = rng.random(n)
    upper = np.select([draw < 0.56, draw < 0.88], [3, 4], 0)
    college = np.where(draw < np.where(urban, 0.5, 0.3), 5, 0)
    stage = np.select(
        [(at >= 3) & (at < 6), (at >= 6) & (at < 15), (at >= 15) & (at < 18), (at >= 18) & (at < 22)],
        [np.where(draw < 0.82, 1, 0), np.where(draw < 0.993, 2, 0), upper, college],
        np.where((at >= 22) & (at < 25) & (draw < 0.03), 6, 0),
    )
    return np.where(alive, stage, 0)


def _disabilities(rng: np.random.Generator, age: np.ndarray) -> tuple[Ints, Ints]:
    n = len(age)
    has = chance(rng, np.select([age < 18, age < 45, age < 60, age < 75], [0.011, 0.018, 0.036, 0.058], 0.085), n)
    kind = np.where(has, 1 + pick(rng, [1.3, 1.7, 0.3, 5.2, 1.1, 1.5, 0.4], n), 0)
    return kind, np.where(has, 1 + pick(rng, [1.4, 2.4, 3.0, 3.2], n), 0)


def _capacities(rng: np.random.Generator, age: np.ndarray, grade: Ints, kind: Ints, ill: Bools) -> Ints:
    n = len(age)
    severe = (grade > 0) & (grade <= 2)
    weak = ((grade >= 3) & chance(rng, 0.6, n)) | ((kind >= 5) & (grade == 3)) | ((age >= 60) & chance(rng, 0.55, n))
    sick = ill & chance(rng, 0.7, n)
    none = (age < 16) | (age >= 75) | (severe & chance(rng, 0.85, n)) | (sick & chance(rng, 0.5, n))
    return np.select([none, weak | sick | severe], [NO_CAPACITY, PARTIAL], FULL)


def _failed_items(rng: np.random.Generator, age: np.ndarray, grade: Ints) -> Ints:
    """Failed items of self-care (0–6): frail elders and the severely disabled."""
    n = len(age)
    frail = chance(rng, np.select([age < 70, age < 80, age < 90], [0.01, 0.07, 0.22], 0.5), n) & (age > 16)
    worst = (grade == 1) & chance(rng, 0.6, n)
    return np.where(
        worst, 2 + pick(rng, [2, 2, 1.5, 1, 1], n), np.where(frail, 1 + pick(rng, [4, 2, 1.4, 1, 0.6, 0.5], n), 0)
    )


def same(life: Life, copies: Ints, originals: Ints) -> None:
    """A second record of a person is of the same person."""
    for column in ("stage", "disability", "grade", "ill", "illness", "employed", "migrant", "capacity", "failed_items",
                   "prison", "detox", "since"):  # fmt: skip
        getattr(life, column)[copies] = getattr(life, column)[originals]
