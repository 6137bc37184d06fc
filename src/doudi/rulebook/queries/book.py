"""The rulebook as this county has it: the package's, with the published values of the county over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from doudi.policy import Rulebook, rulebook
from doudi.policy.parameters import Block
from doudi.policy.parameters.loading import check

from ..models import ParameterBlock

_books: dict[tuple[int, ...], Rulebook] = {}
KEPT = 8


def county_book(known_at: datetime | None = None) -> Rulebook:
    """The rulebook in force, or as it was known at a moment; built once per set of published values."""
    return _of(list(ParameterBlock.objects.in_force(known_at).order_by("published_at", "pk")))


def book_without(block: ParameterBlock) -> Rulebook:
    """The rulebook as it will be once a published value has been withdrawn."""
    return _of(list(ParameterBlock.objects.in_force().exclude(pk=block.pk).order_by("published_at", "pk")))


def _of(rows: list[ParameterBlock]) -> Rulebook:
    key = tuple(row.pk for row in rows)
    if not key:
        return rulebook()
    if key not in _books:
        while len(_books) >= KEPT:
            _books.pop(next(iter(_books)))
        _books[key] = laid(rulebook(), [(row.name, row.block) for row in rows])
    return _books[key]


def laid(book: Rulebook, additions: Iterable[tuple[str, Block]]) -> Rulebook:
    """The rulebook with more blocks; one that nobody has confirmed yet gives way to another of the same day.

    PolicyError for an unknown parameter, RuleError if two values would hold on one day or a value is out of domain.
    """
    quantities = dict(book.parameters.quantities)
    touched = set()
    for name, block in additions:
        quantity = book.parameters.quantity(name) if name not in quantities else quantities[name]
        kept = tuple(one for one in quantity.blocks if not gives_way(one, block))
        quantities[name] = replace(quantity, blocks=(*kept, block))
        touched.add(name)
    for name in touched:
        check(quantities[name])
    return replace(book, parameters=replace(book.parameters, quantities=quantities))


def gives_way(old: Block, new: Block) -> bool:
    """Whether an unconfirmed value is replaced by another for the same place, class and day."""
    return old.unconfirmed and (old.area, old.residence, old.start) == (new.area, new.residence, new.start)
