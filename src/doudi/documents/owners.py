"""Whose a document is. The contexts above say how an owner is found; this context knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doudi.accounts.models import Staff


@dataclass(frozen=True)
class Owner:
    """A household, a person, an import …: its place decides who may read and add; `url` is its page."""

    kind: str
    id: str
    place: str
    label: str = ""
    url: str = ""


Find = Callable[[Staff, str], Owner | None]
_finders: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Make a kind of owner known, from `AppConfig.ready()`; `find` answers None for what the person may not see."""
    _finders[kind] = find


def find_owner(staff: Staff, kind: str, owner_id: str) -> Owner | None:
    """The owner, or None if it does not exist for this person."""
    find = _finders.get(kind)
    return find(staff, owner_id) if find else None
