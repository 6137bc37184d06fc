"""Rows of people, households, memberships and residences."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import papers
from .county import County, identities
from .draws import NEVER, TODAY, YEAR, Ints, chance, stream
from .frames import Collector, codes, dated, dates, flags, moments, nothing, words
from .kinship import CHILDREN, GRANDSONS_WIFE, M, S, W
from .names import pool
from .terrain import ETHNIC_CODES

CLOSED_BECAUSE = "户内成员已全部死亡"
PERMIT_SHARE = 0.75


def people(county: County) -> pl.DataFrame:
    """`registry_person`, with number and telephone still readable: `sealing` replaces them."""
    who, rng = county.people, stream(county.seed, "person rows")
    n = len(who)
    numbers, missing = identities(county)
    phone = papers.telephones(county.seed, who)
    found = pool()
    first, last = found.surnames, found.given
    (first_sound, first_initial), (last_sound, last_initial) = found.spell(first), found.spell(last)

    def joined(a: list[str], b: list[str]) -> pl.Series:
        return words(a, county.names.surname) + words(b, county.names.given)

    recorded = np.maximum(county.opened[who.hh], np.minimum(who.birth + rng.integers(5, 60, n), TODAY))
    recorded[county.copies] = np.maximum(recorded[county.copies], TODAY - rng.integers(100, 1500, len(county.copies)))
    return pl.DataFrame(
        {
            "id": pl.Series(np.arange(1, n + 1)),
            "division_code": _places(county, who.hh),
            "name": joined(first, last),
            "pinyin": joined(first_sound, last_sound),
            "initials": joined(first_initial, last_initial),
            "resident_id": _text(numbers.astype("U18"), ~missing),
            "phone": _text(np.maximum(phone, 0).astype("U11"), phone >= 0),
            "sex": pl.Series(who.sex),
            "birth_date": dates(who.birth),
            "ethnicity": words(ETHNIC_CODES, who.ethnic),
            "death_date": dates(np.where(who.alive, NEVER, who.death)),
            "merged_into_id": nothing(n),
            "version": pl.Series(np.ones(n, np.int64)),
            "recorded_at": moments(recorded, rng),
        }
    )


def _text(values: np.ndarray, known: np.ndarray) -> pl.Series:
    return pl.select(pl.when(pl.Series(known)).then(pl.Series(values.tolist(), dtype=pl.String))).to_series()


def _places(county: County, households: Ints) -> pl.Series:
    return words([v.code for v in county.terrain.villages], county.homes.village[households])


def households(county: County) -> pl.DataFrame:
    """`registry_household`; a household whose last member died is closed."""
    rng = stream(county.seed, "household rows")
    homes, who = county.homes, county.people
    n = len(homes)
    letters = [v.letters or "MS" for v in county.terrain.villages]
    serial = papers.household_serials(county.terrain, homes)
    head = np.zeros(n, np.int64)
    head[who.hh[who.head]] = np.flatnonzero(who.head) + 1
    empty = np.bincount(who.hh[who.alive], minlength=n) == 0
    last = np.full(n, NEVER)
    np.maximum.at(last, who.hh, np.where(who.alive, NEVER, who.death))
    closed = np.where(empty, np.minimum(last + rng.integers(3, 60, n), TODAY), NEVER)
    return pl.DataFrame(
        {
            "id": pl.Series(np.arange(1, n + 1)),
            "number": words([f"MS-{x}-" for x in letters], homes.village) + codes(serial, 6),
            "division_code": _places(county, np.arange(n)),
            "address": pl.Series(papers.addresses(county.seed, county.terrain, homes)),
            "head_id": pl.Series(head),
            "opened_on": dates(county.opened),
            "closed_on": dates(closed),
            "closed_because": words(["", CLOSED_BECAUSE], empty.astype(np.int64)),
            "merged_into_id": nothing(n),
            "version": pl.Series(np.ones(n, np.int64)),
            "recorded_at": moments(county.opened + rng.integers(0, 20, n), rng),
        }
    )


def memberships(county: County) -> pl.DataFrame:
    """`registry_membership`: everybody's household, and the one left before by those who married or moved out."""
    rng, who, moved = stream(county.seed, "membership rows"), county.people, county.origins
    n = len(who)
    starts = np.maximum(county.opened[who.hh], who.birth)
    joined = np.isin(who.relation, (12, 38, 28, GRANDSONS_WIFE)) & chance(rng, 0.05, n) & who.alive
    starts = np.where(joined, np.minimum(starts + rng.integers(30, 1200, n), TODAY - 20), starts)
    starts[moved.person] = moved.until
    starts = np.minimum(np.maximum(starts, who.birth), TODAY - 1)
    grown = np.isin(who.seat, CHILDREN) & (who.age > 19) & (county.whereabouts.away | (who.age > 26))
    apart = grown & chance(rng, 0.3, n)
    unknown = ~apart & grown & chance(rng, 0.1, n)
    rows = Collector("person", "household", "relation", "starts", "ends", "apart", "unknown")
    rows.add(n, person=np.arange(n), household=who.hh, relation=who.relation, starts=starts,
             ends=np.where(who.alive, NEVER, who.death), apart=apart, unknown=unknown)  # fmt: skip
    m = len(moved.person)
    rows.add(m, person=moved.person, household=moved.household, relation=moved.relation,
             starts=np.maximum(county.opened[moved.household], who.birth[moved.person]), ends=moved.until,
             apart=0, unknown=0)  # fmt: skip
    c = rows.columns()
    return pl.DataFrame(
        {
            **dated(
                _places(county, c["household"]),
                c["starts"],
                c["ends"],
                moments(np.minimum(c["starts"] + rng.integers(0, 25, len(c["starts"])), TODAY), rng),
            ),
            "household_id": pl.Series(c["household"] + 1),
            "person_id": pl.Series(c["person"] + 1),
            "relation": codes(c["relation"], 2),
            "co_resident": flags(c["apart"] == 0, c["unknown"] == 1),
        }
    )


HUKOU, USUAL, PERMIT = range(3)


def residences(county: County) -> pl.DataFrame:
    """`registry_residence`: registration of everybody; where migrants and students live; permits of guests."""
    rng, who = stream(county.seed, "residence rows"), county.people
    table = [v.code for v in county.terrain.villages] + sorted(set(county.whereabouts.place) - {""})
    c = _residences(county, rng, table).columns()
    return pl.DataFrame(
        {
            **dated(
                _places(county, who.hh[c["person"]]),
                c["starts"],
                c["ends"],
                moments(np.maximum(c["starts"], county.opened[who.hh[c["person"]]]), rng),
            ),
            "person_id": pl.Series(c["person"] + 1),
            "kind": words(["hukou", "usual", "permit"], c["kind"]),
            "place_code": words(table, c["place"]),
            "address": words([""], np.zeros(len(c["person"]), np.int64)),
        }
    )


def _residences(county: County, rng: np.random.Generator, table: list[str]) -> Collector:
    """Who is tied to which place; `place` is a number into `table`."""
    who, at, moved, n = county.people, county.whereabouts, county.origins, len(county.people)
    number = {code: i for i, code in enumerate(table)}
    outside = np.array([number.get(p, -1) for p in at.place])
    here = county.homes.village[who.hh]
    ends = np.where(who.alive, NEVER, who.death)
    rows = Collector("person", "kind", "place", "starts", "ends")
    rows.add(
        n,
        person=np.arange(n),
        kind=HUKOU,
        place=np.where(at.guest, outside, here),
        starts=_registered(county, rng),
        ends=ends,
    )
    before = county.homes.village[moved.household]
    other = (before != here[moved.person]) & ~at.guest[moved.person]
    rows.add(int(other.sum()), person=moved.person[other], kind=HUKOU, place=before[other],
             starts=who.birth[moved.person[other]], ends=moved.until[other])  # fmt: skip
    for mask, kind, place in (
        (at.away | at.student, USUAL, outside),
        (at.guest, USUAL, here),
        (at.guest & (who.age > 16) & chance(rng, PERMIT_SHARE, n), PERMIT, here),
    ):
        found = np.flatnonzero(mask)
        rows.add(len(found), person=found, kind=kind, place=place[found], starts=at.since[found])
    return rows


def _registered(county: County, rng: np.random.Generator) -> Ints:
    """Since when somebody is registered where they are: since birth, or since the marriage that brought them."""
    who = county.people
    n = len(who)
    came = (np.isin(who.seat, (W, S)) & (who.sex == 2)) | ((who.seat == M) & county.homes.uxorilocal[who.hh])
    came &= (who.age > 21) & chance(rng, 0.6, n) & ~county.whereabouts.guest
    married = who.birth + ((19.5 + 5 * rng.random(n)) * YEAR).astype(np.int64)
    starts = np.where(came, np.minimum(married, TODAY - 30), who.birth)
    moved = county.origins
    other = county.homes.village[moved.household] != county.homes.village[who.hh[moved.person]]
    starts[moved.person[other]] = moved.until[other]
    return starts
