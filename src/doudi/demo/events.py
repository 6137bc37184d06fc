"""What happened to the households: when each was put on file, who came from another one, who lives elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from .draws import TODAY, YEAR, Bools, Ints, chance, day, pick, stream
from .families import Households, People, shape
from .kinship import FIRST_DAUGHTER, FIRST_SON, M, S, W

REGISTERED = day(date(2019, 7, 1)), day(date(2021, 11, 30))
"""When the county put its families on file."""

ELSEWHERE = {"440306": 3.0, "441900": 2.4, "330110": 1.2, "350582": 1.2, "320583": 1, "530102": 2.4, "533102": 1.5,
             "330782": 0.8, "440604": 1.2, "530112": 1.2, "310115": 0.8, "370212": 0.3}  # fmt: skip
"""Where people from here work: districts and counties of the coast, Kunming, Ruili."""
HOME_COUNTIES = {"530523": 3.0, "533122": 2.6, "533123": 2.4, "530581": 2.2, "533124": 1.6, "530502": 1.2,
                 "530629": 0.8, "533102": 1, "511523": 0.6, "430523": 0.5, "330382": 0.3}  # fmt: skip
"""Where people registered elsewhere come from: neighbouring counties chiefly."""
STUDY_PLACES = {
    "530114": 4.0,
    "530112": 2,
    "533103001001": 0.0,
    "530502": 1.2,
    "532901": 1.0,
    "500107": 0.4,
    "510112": 0.4,
}


@dataclass(frozen=True)
class Origins:
    """People who belonged to another household of the county before (married out, set up their own)."""

    person: Ints
    household: Ints
    relation: Ints
    until: Ints
    donor_head: Ints


@dataclass(frozen=True)
class Whereabouts:
    """Per person: registered elsewhere (guest), lives elsewhere (away), a student away at school; and the place."""

    guest: Bools
    away: Bools
    student: Bools
    place: list[str]
    since: Ints


def opened(seed: int, homes: Households, people: People) -> Ints:
    """The day each file was opened: mostly 2019 to 2021, later for one household in nine."""
    rng = stream(seed, "opened")
    n = len(homes)
    first, last = REGISTERED
    early = first + (rng.beta(2, 2.4, n) * (last - first)).astype(np.int64)
    late = last + rng.integers(0, TODAY - last - 40, n)
    days = np.where(chance(rng, 0.11, n), late, early)
    # Nobody's file is opened after the death of a member: such households were on file before.
    died = np.full(n, TODAY)
    gone = people.death >= 0
    np.minimum.at(died, people.hh[gone], people.death[gone])
    return np.where(days >= died - 30, np.minimum(died - 30, early), days)


def origins(seed: int, homes: Households, people: People, opened_on: Ints) -> Origins:
    """Draw who came from which household of the county."""
    rng = stream(seed, "origins")
    age, heads = people.age, np.flatnonzero(people.head & people.alive & (people.sex == 1))
    wives = np.isin(people.seat, (W, S)) & (people.sex == 2) & chance(rng, 0.08, len(people))
    sons = (
        (people.seat == M) & people.head & (homes.shape[people.hh] == shape("nuclear")) & chance(rng, 0.12, len(people))
    )
    movers = np.flatnonzero((wives | sons) & people.alive & (age > 21) & (age < 45))
    # Families are drawn among those of the same group and, for sons, of the same village.
    village = np.where(sons[movers], homes.village[people.hh[movers]], -1)
    donors = _donors(rng, homes, people, movers, village, heads)
    gap = age[heads[donors]] - age[movers]
    until = np.maximum(opened_on[people.hh[movers]], TODAY - 1900) + rng.integers(0, 900, len(movers))
    fits = (donors >= 0) & (gap > 19) & (gap < 42) & (people.hh[heads[donors]] != people.hh[movers])
    fits &= (until < TODAY - 15) & (opened_on[people.hh[heads[donors]]] < until - 60)
    fits &= until > people.birth[movers] + 19 * YEAR
    movers, donors, until = movers[fits], donors[fits], until[fits]
    relation = np.where(people.sex[movers] == 1, FIRST_SON, FIRST_DAUGHTER)
    return Origins(movers, people.hh[heads[donors]], relation, until, heads[donors])


def _donors(
    rng: np.random.Generator, homes: Households, people: People, movers: Ints, village: Ints, heads: Ints
) -> Ints:
    """For each mover the index into `heads` of a household of the same group (and village), or -1."""
    out = np.full(len(movers), -1)
    place = homes.village[people.hh[heads]]
    for key in (False, True):
        wanted = people.ethnic[movers] + 16 * (village + 1)
        offered = people.ethnic[heads] + 16 * (place + 1) * key
        order = np.argsort(offered, kind="stable")
        ordered = offered[order]
        rows = np.flatnonzero((village >= 0) == key)
        low = np.searchsorted(ordered, wanted[rows], "left")
        high = np.searchsorted(ordered, wanted[rows], "right")
        drawn = low + (rng.random(len(rows)) * (high - low)).astype(np.int64)
        out[rows] = np.where(high > low, order[np.minimum(drawn, len(order) - 1)], -1)
    return out


def whereabouts(
    seed: int, urban: Bools, homes: Households, people: People, migrant: Bools, studies: Ints
) -> Whereabouts:
    """Who is registered or lives outside. `studies` is the stage index of life.STAGES; guests come by household."""
    rng = stream(seed, "whereabouts")
    n = len(people)
    guest_home = chance(rng, np.where(urban[homes.village], 0.09, 0.012), len(homes))
    bride = np.isin(people.seat, (W, S)) & (people.sex == 2) & chance(rng, 0.02, n)
    guest = people.alive & (guest_home[people.hh] | bride)
    student = people.alive & ~guest & (studies >= 5)
    away = people.alive & ~guest & ~student & migrant
    place = np.full(n, "", dtype="U12")
    for mask, table in ((guest, HOME_COUNTIES), (student, STUDY_PLACES), (away, ELSEWHERE)):
        codes = np.array(list(table))
        place[mask] = codes[pick(rng, list(table.values()), int(mask.sum()))]
    # One household comes from one county.
    first = np.searchsorted(people.hh, people.hh)
    same = guest & guest_home[people.hh] & guest[first]
    place[same] = place[first[same]]
    since = TODAY - rng.integers(60, 1900, n)
    return Whereabouts(guest, away, student, place.tolist(), np.maximum(since, people.birth + 1))
