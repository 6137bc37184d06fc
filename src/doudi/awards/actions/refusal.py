"""What the database refuses, in words for the person who tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.registry.actions.refusal import refuse

_SAID = {
    "award_member_one_award_a_day": ("people", "该人员在这一时段已享受其他待遇（可能在其他乡镇），不能重复享受。"),
    "award_one_dibao_a_household": ("", "该户在这一时段已享受最低生活保障，请先终止原待遇。"),
    "award_number_once_a_county": ("", "待遇编号刚被占用，请重新提交。"),
}  # fmt: skip


@contextmanager
def guarded() -> Iterator[None]:
    """One transaction; what a constraint of the table refuses comes out as Refused, with nothing saved."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in _SAID:
            raise
        field, message = _SAID[name]
        raise refuse(field, _(message)) from error
