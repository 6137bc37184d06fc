"""What a subsidy comes to in every village: asked of the rulebook, with the values the amount rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connections

from doudi.awards.entitlements import told_of
from doudi.policy import Case, Rulebook
from doudi.policy.decision import Used
from doudi.policy.law import PR16, PR21, PR22
from doudi.rulebook.queries.book import county_book

from ..models import IndexRelease
from .subsidy_proof import AMOUNT, TRIGGER, Proof, groups_of, held, proof_of

ALWAYS = (*PR16("一"), *PR21("保障对象"))
COVERED_BY = {
    "tekun": ALWAYS, "dibao": ALWAYS, "individual_dibao": ALWAYS,
    "child_support": PR21("保障对象"), "near_threshold": PR22("保障范围"),
}  # fmt: skip
FLOOR, STANDARD = "price_subsidy_floor", "dibao_standard"


@dataclass(frozen=True)
class Rate:
    """The amount for one person in a village, and how it is reckoned. All money in fen."""

    residence: str
    fen: int
    standard: int
    floor: int
    permille: int
    told: Sequence[dict[str, Any]]

    @property
    def at_the_floor(self) -> bool:
        """Whether the lowest amount holds instead of the product."""
        return self.standard * self.permille < self.floor * 1000


@dataclass(frozen=True)
class Terms:
    """Everything that decides who gets how much for an index month, on the day it is decided."""

    release: IndexRelease
    on: date
    book: Rulebook
    using: str = "default"

    @property
    def county(self) -> str:
        """Whose county."""
        return self.release.county

    @cached_property
    def proof(self) -> Proof:
        """Whether and by which index it is triggered."""
        return proof_of(self.release, self.book)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Who counts."""
        return groups_of(self.release.month, self.on, self.county, self.book)

    @cached_property
    def clauses(self) -> Mapping[str, Sequence[str]]:
        """The clauses a person of a group is paid by."""
        day = self.release.released_on or self.on
        return {group: [one.key for one in held((*COVERED_BY[group], *TRIGGER, *AMOUNT), day)] for group in self.groups}

    @cached_property
    def rates(self) -> Mapping[str, Rate]:
        """The amount in every village whose class is known; one question to the rulebook for all that are alike."""
        found: dict[tuple[object, ...], Rate] = {}
        rates: dict[str, Rate] = {}
        for code, residence in _villages(self.county, self.on, self.using):
            alike = (residence, *(self._block(name, code, residence) for name in (STANDARD, FLOOR)))
            if alike not in found:
                found[alike] = self._rate(code, residence)
            rates[code] = found[alike]
        return rates

    def _block(self, name: str, code: str, residence: str) -> object:
        return self.book.parameters.find(name, code, residence, self.on).block

    def _rate(self, code: str, residence: str) -> Rate:
        decision = self.book.decide(_recipient(code, residence), self.on, self.proof.run)
        used = {one.name: one for one in decision.used() if one.residence in (None, residence)}
        names = (STANDARD, FLOOR, self.proof.used.name) if self.proof.used else (STANDARD, FLOOR)
        fen, index = decision.value("price_subsidy", "person:1"), self.proof.used
        return Rate(
            residence, int(fen or 0), _value(used[STANDARD]), _value(used[FLOOR]), (index and index.value) or 0,
            [told_of(used[n]) for n in names],
        )  # fmt: skip


def terms_of(release: IndexRelease, on: date, *, book: Rulebook | None = None, using: str = "default") -> Terms:
    """The terms of an index month as decided on a day."""
    return Terms(release, on, book or county_book(), using)


def _value(used: Used) -> int:
    assert isinstance(used.found.value, int)
    return used.found.value


def _recipient(code: str, residence: str) -> Case:
    """Somebody who certainly counts: only place and class matter to the amount."""
    return Case.read(
        {
            "household": {"household_id": "1", "division_code": code, "residence_class": residence},
            "persons": [{"person_id": "1", "on_tekun": True}],
        }
    )


def _villages(county: str, on: date, using: str) -> Iterator[tuple[str, str]]:
    """Every village with its class on a day, also those closed since; without those whose class is not known."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT code, residence FROM (
              SELECT d.code, CASE WHEN count(v.id) > 0 THEN max(v.residence_class)
                ELSE max(d.residence_class) END AS residence
              FROM places_division d LEFT JOIN places_divisionversion v ON v.division_id = d.code
                AND v.starts_on <= %(on)s AND (v.ends_on IS NULL OR v.ends_on > %(on)s)
              WHERE d.level = 'village' AND d.code >= %(low)s AND d.code < %(high)s GROUP BY d.code) villages
            WHERE residence IS NOT NULL ORDER BY code""",
            {"on": on, "low": county, "high": county + ":"},
        )
        yield from cursor.fetchall()
