"""Proposals as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import place_name
from doudi.policy.cases import LawCase, law_cases
from doudi.registry.queries.visible import visible

from ..models import ParameterBlock, ParameterDraft, TrialChange
from ..values import CATEGORIES
from .book import county_book
from .library import Held

CHANGES_SHOWN = 100
NUMBERS = ("households", "gainers", "losers", "undecided", "budget_before_fen_month", "budget_after_fen_month")


@dataclass(frozen=True)
class Line:
    """One township of a trial, or their sum."""

    name: str
    households: int
    gainers: int
    losers: int
    undecided: int
    before: int
    after: int

    @property
    def change(self) -> int:
        """Fen a month more or less."""
        return self.after - self.before


@dataclass(frozen=True)
class Trial:
    """What a trial found."""

    on: date
    facts_on: date
    at: datetime
    lines: Sequence[Line]
    total: Line
    moves: Sequence[tuple[str, str, int]]
    flips: Sequence[LawCase]

    @property
    def is_ahead(self) -> bool:
        """Whether the rules are of a later day than the facts."""
        return self.on > self.facts_on


def trial_of(draft: ParameterDraft) -> Trial | None:
    """The figures of the last trial of the values as they are now; None without one."""
    told = draft.trial
    if not told or told.get("version") != draft.version:
        return None
    figures: Mapping[str, Any] = told["townships"]
    lines = [Line(place_name(code) or code, *(one[name] for name in NUMBERS)) for code, one in figures.items()]
    sums = [sum(one[name] for one in figures.values()) for name in NUMBERS]
    day = date.fromisoformat(told["on"])
    flips = [case for case in law_cases() if case.name in told["flips"]]
    at = datetime.fromisoformat(told["at"])
    return Trial(day, timezone.localdate(at), at, lines, Line(_("合计"), *sums), _moves(figures), flips)


def _moves(figures: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    sums: dict[str, int] = {}
    for one in figures.values():
        for move, number in one["moves"].items():
            sums[move] = sums.get(move, 0) + number
    pairs = [(move.partition(">"), number) for move, number in sorted(sums.items(), key=lambda pair: -pair[1])]
    return [(_category(p[0]), _category(p[2]), number) for p, number in pairs]


def _category(key: str) -> str:
    return str(CATEGORIES.get(key or None, key))


def drafts() -> QuerySet[ParameterDraft]:
    """All proposals, the newest first: the history of changes."""
    return ParameterDraft.objects.select_related("proposer", "decided_by").prefetch_related("blocks")


def changes_of(draft: ParameterDraft, staff: Staff) -> QuerySet[TrialChange]:
    """The households that would change class, as far as somebody may see their files."""
    rows = TrialChange.objects.filter(draft=draft).select_related("household__head")
    return visible(rows, staff, Permission.PERSON_READ)


def held(block: ParameterBlock) -> Held:
    """A value of a proposal as the pages of parameters show it."""
    return Held(county_book().parameters.quantity(block.name), block.block, block)
