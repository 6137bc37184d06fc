"""Purpose limits: which sources a member of staff may see and send. The same law as in wall.sql."""

from __future__ import annotations

from django.conf import settings

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted, permit

from .contracts import CONTRACTS, Contract

OFFICE = frozenset({Role.COUNTY_CLERK, Role.COUNTY_REVIEWER})


def contracts_for(staff: Staff) -> list[Contract]:
    """The sources that are somebody's business: all for the county office, their own for a liaison."""
    if not staff.may(Permission.FEED_READ):
        return []
    return [one for one in CONTRACTS.values() if is_theirs(staff, one)]


def is_theirs(staff: Staff, contract: Contract) -> bool:
    """Whether a source is somebody's business."""
    return bool(staff.scope.roles & (OFFICE | {contract.liaison}))


def permit_source(by: Staff, contract: Contract, place: str | None = None) -> None:
    """Stop whoever may not send this source's data."""
    permit(by, Permission.FEED_WRITE, place=place)
    if not is_theirs(by, contract):
        raise NotPermitted(Permission.FEED_WRITE, place)


def county_of(staff: Staff) -> str:
    """The county in whose name somebody receives files."""
    place = min(staff.scope.places(Permission.FEED_WRITE), key=len, default="")[:6]
    return place if len(place) == 6 else str(settings.DOUDI_COUNTY)
