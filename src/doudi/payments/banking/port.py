"""What a bank is to the county: it takes a file whole or refuses it whole, and hands out files with answers later.

A line to a real bank (a folder that its software watches, a web service) is another class with these two methods;
`tests/payments/bank_contract.py` says what it must keep, and the simulator keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class Receipt:
    """The bank has taken a file: what it counted."""

    batch: str
    count: int
    fen: int


@dataclass(frozen=True)
class Answered:
    """A file with answers."""

    name: str
    content: bytes


class NotTaken(Exception):
    """The bank refuses a file whole; nothing of it is paid. Says why."""


class Bank(Protocol):
    """A bank that pays benefit cards in batches."""

    def submit(self, content: bytes, *, on: date) -> Receipt:
        """Hand over a file. NotTaken if it is damaged, not ours, or was handed over before."""
        ...

    def fetch(self, *, on: date) -> Sequence[Answered]:
        """The files that became ready up to a day and were not fetched yet."""
        ...
