"""一次性告知书: everything that is missing, said once."""

from __future__ import annotations

from typing import Any

from doudi.documents.forms import PrintStamp

from ..models import GapNotice
from ..queries.gaps import words_of_items
from .papers import day, head_of, print_guarded

FORM = "gap_notice"


def print_gaps(notice: GapNotice, stamp: PrintStamp) -> bytes:
    """The notice that was given, in the words of the day it was given."""
    return print_guarded(FORM, gaps_data(notice), stamp, notice.application.number)


def gaps_data(notice: GapNotice) -> dict[str, Any]:
    """The items from their codes."""
    return head_of(notice.application) | {"on": day(notice.on), "items": words_of_items(notice)}
