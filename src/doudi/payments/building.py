"""How the lines of a run come about: one builder a kind of run, cut into slices that a job does one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .kinds import RunKind
from .models import PaymentRun


class Builder(Protocol):
    """Writes the lines of a run, slice by slice; each slice in one transaction, never the same line twice."""

    def slices(self, run: PaymentRun, using: str) -> Sequence[str]:
        """What is done one after the other: code prefixes of townships."""
        ...

    def fill(self, run: PaymentRun, slice_: str, using: str) -> int:
        """Write the lines of a slice, with their people; returns how many."""
        ...


_builders: dict[RunKind, Builder] = {}


def register(kind: RunKind, builder: Builder) -> None:
    """Make known how a kind of run is built, from `AppConfig.ready()`."""
    _builders[kind] = builder


def builder_of(kind: str) -> Builder:
    """The builder of a kind; KeyError if there is none."""
    return _builders[RunKind(kind)]
