"""A published value that is to be taken back: what will hold instead, and whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.policy import PolicyError
from doudi.policy.cases import LawCase, flipped

from ..models import ParameterBlock, Withdrawal
from ..population import snapshot
from .book import book_without, county_book
from .library import Held
from .simulation import Outlook, outlook


@dataclass(frozen=True)
class Effect:
    """What a withdrawal does, on the first day from today on which the value holds."""

    on: date
    has_begun: bool
    now: Held
    instead: Held | None
    flips: Sequence[LawCase]
    outlook: Outlook | None


def effect_of(block: ParameterBlock, today: date, by: Staff) -> Effect:
    """Before it is confirmed: the value that holds then, the worked cases, and the county in figures."""
    before, after = county_book(), book_without(block)
    on = max(today, block.starts_on)
    quantity = after.parameters.quantity(block.name)
    found = quantity.block(block.area, block.residence or None, on)
    county = snapshot() if by.may(Permission.POLICY_SIMULATE) else None
    try:
        told = outlook(before, after, county, on) if county is not None else None
    except PolicyError:
        told = None
    now, instead = Held(quantity, block.block, block), Held(quantity, found) if found is not None else None
    return Effect(on, block.starts_on <= today, now, instead, flipped(before, after), told)


def withdrawals() -> QuerySet[Withdrawal]:
    """All of them, the newest first."""
    return Withdrawal.objects.select_related("block__draft", "asked_by", "decided_by")


def taken_back(name: str) -> QuerySet[Withdrawal]:
    """What was withdrawn of a parameter, and what is asked to be."""
    return withdrawals().filter(block__name=name)
