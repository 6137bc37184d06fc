"""听取意见笔录: a recipient is heard before their assistance is reduced or ended. Blank, or as it was taken down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doudi.documents.forms import PrintStamp

from ..models import Application
from .papers import head_of, print_guarded

FORM = "hearing_record"
BLANK: Mapping[str, str] = {
    "on": "", "place": "", "recorder": "", "told": "", "ground": "", "proposed": "", "said": "", "answer": "",
}  # fmt: skip


def print_hearing(application: Application, stamp: PrintStamp, *, heard: Mapping[str, str] | None = None) -> bytes:
    """One record; `heard` holds the words of BLANK's keys."""
    data: dict[str, Any] = head_of(application) | {"heard": dict(BLANK) | dict(heard or {}), "blank": heard is None}
    return print_guarded(FORM, data, stamp, application.number)
