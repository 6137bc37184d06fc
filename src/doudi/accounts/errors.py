"""A change that the rules of the house refuse, in words for the person who tried."""

from __future__ import annotations

from django.utils.functional import Promise


class Refused(Exception):
    """The action did nothing; `str()` says why and what to do, `field` which input it is about (or empty)."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        self.field = field
        super().__init__(str(message))
