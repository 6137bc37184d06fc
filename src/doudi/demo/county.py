"""The whole county in arrays: drawn part by part, nothing written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from . import economy as money
from . import events, families, hardship, life, names, papers, terrain
from .draws import TODAY, Bools, Ints, chance, stream
from .life import Life

DUPLICATES = 0.0022
"""Share of person records that are a second record of somebody."""
FEWEST = 1_000


@dataclass
class County:
    """Everything that is so, everything that is believed, and where the two differ."""

    seed: int
    terrain: terrain.Terrain
    homes: families.Households
    people: families.People
    names: names.Names
    opened: Ints
    origins: events.Origins
    copies: Ints
    originals: Ints
    life: Life
    whereabouts: events.Whereabouts
    standings: hardship.Standings
    believed: money.Economy
    hidden: hardship.Hidden
    true: money.Economy
    real: Life

    @property
    def urban(self) -> Bools:
        """Whether each household is an urban one."""
        return np.asarray(self.terrain.urban[self.homes.village])

    def codes(self, households: Ints) -> list[str]:
        """The village code of each of these households."""
        table = [v.code for v in self.terrain.villages]
        return [table[v] for v in self.homes.village[households].tolist()]


def draw(
    seed: int, villages: Iterable[terrain.Village], count: int, tell: Callable[[str], None] = lambda _: None
) -> County:
    """Draw a county of exactly `count` person records. ValueError if there are too few, or no villages."""
    if count < FEWEST:
        raise ValueError(f"a demo county needs at least {FEWEST:,} people")
    land = terrain.survey(seed, villages)
    tell("families")
    second = round(count * DUPLICATES)
    homes, people = families.settle(seed, land, count - second)
    opened = events.opened(seed, homes, people)
    origins = events.origins(seed, homes, people, opened)
    people, origins, copies, originals = _register_twice(seed, people, origins, second)
    tell("names")
    christened = names.christen(seed, homes, people)
    _name_the_moved(seed, people, christened, origins, copies, originals)
    tell("lives")
    lives = life.live(seed, land, homes, people)
    life.same(lives, copies, originals)
    places = events.whereabouts(seed, land.urban, homes, people, lives.migrant, lives.stage)
    tell("incomes")
    urban = land.urban[homes.village]
    believed = money.earn(seed, urban, homes, people, lives)
    believed.money[copies] = 0
    standings = hardship.stand(seed, urban, homes, people, lives, places.guest)
    hardship.fit_to_rules(seed, urban, homes, people, lives, believed, standings)
    hidden, true, real = hardship.hide(seed, urban, homes, people, lives, believed, standings)
    return County(
        seed, land, homes, people, christened, opened, origins, copies, originals, lives, places, standings,
        believed, hidden, true, real,
    )  # fmt: skip


def _register_twice(
    seed: int, people: families.People, origins: events.Origins, count: int
) -> tuple[families.People, events.Origins, Ints, Ints]:
    """Some who moved were entered anew and still stand with the family they left: a second record of one person."""
    rng = stream(seed, "twice")
    if len(origins.person) < count:
        raise ValueError("too few people for this seed and these divisions")
    twice = np.sort(rng.permutation(len(origins.person))[:count])
    original, household = origins.person[twice], origins.household[twice]
    birth = people.birth[original] + np.where(chance(rng, 0.18, count), rng.choice([-31, -30, 9, 270], count), 0)
    added = families.People(
        hh=household, seat=np.full(count, families.C4), sex=people.sex[original], birth=np.minimum(birth, TODAY - 1),
        ethnic=people.ethnic[original], relation=origins.relation[twice],
        head=np.zeros(count, bool), death=np.full(count, -1),
    )  # fmt: skip
    both = {f: np.concatenate([getattr(people, f), getattr(added, f)]) for f in families.People.__dataclass_fields__}
    order = np.argsort(both["hh"], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rest = np.setdiff1d(np.arange(len(origins.person)), twice)
    moved = events.Origins(
        place[origins.person[rest]], origins.household[rest], origins.relation[rest], origins.until[rest],
        place[origins.donor_head[rest]],
    )  # fmt: skip
    merged = families.People(**{f: column[order] for f, column in both.items()})
    return merged, moved, place[len(people) + np.arange(count)], place[original]


def _name_the_moved(
    seed: int, people: families.People, named: names.Names, origins: events.Origins, copies: Ints, originals: Ints
) -> None:
    """A person who came from a family bears its surname; a second record has the name, or one that sounds the same."""
    rng = stream(seed, "moved names")
    heads = np.full(int(people.hh.max()) + 1, -1)
    heads[people.hh[people.head]] = np.flatnonzero(people.head)
    named.surname[origins.person] = named.surname[origins.donor_head]
    named.surname[originals] = named.surname[heads[people.hh[copies]]]
    named.surname[copies] = named.surname[originals]
    named.given[copies] = named.given[originals]
    altered = copies[chance(rng, 0.35, len(copies))]
    named.given[altered] = names.sounding_alike(rng, named.given[altered])


def identities(county: County) -> tuple[np.ndarray, Bools]:
    """Numbers and who has none; a second record has no number or a mistyped one, or it would have been noticed."""
    numbers, missing = papers.identity_numbers(county.seed, county.people)
    rng = stream(county.seed, "second numbers")
    missing[county.copies] = chance(rng, 0.55, len(county.copies))
    return numbers, missing
