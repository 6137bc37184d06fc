"""Two files of one person made one, and apart again."""

from __future__ import annotations

from datetime import datetime

from doudi.accounts.models import Staff

from ..models import Merge, Person


def merge_people(*, survivor: Person, absorbed: Person, reason: str, by: Staff, at: datetime) -> Merge:
    """Everything known about `absorbed` belongs to `survivor`; where both were in a household, the survivor's holds."""
    raise NotImplementedError


def undo_merge(*, merge: Merge, reason: str, by: Staff, at: datetime) -> Merge:
    """Put back every row the merge moved, exactly as it was."""
    raise NotImplementedError
