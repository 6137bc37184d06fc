"""What every move does: the row is locked, the table of moves asked, a step appended, the event recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.casework.queries.outgoing import NUMBER_KINDS, leaks
from doudi.kernel.calendar import MissingYear
from doudi.places.queries import calendar_for
from doudi.registry.actions.refusal import Problems, refuse

from ..models import Referral, ReferralStep
from ..moves import MOVES, Move, State, may

LONGEST = 400


def due(on: date, workdays: int) -> date:
    """The last day of a limit; Refused while the year's calendar is missing."""
    try:
        return calendar_for().deadline(on, workdays=workdays)
    except MissingYear as missing:
        raise refuse("", str(missing)) from missing


def locked(referral: Referral, move: Move, *, version: int | None = None) -> Referral:
    """The row as it is now, for this transaction alone; Refused if the move is not open to it any more."""
    row = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if not may(move, row.state):
        words = {"number": row.number, "state": row.get_state_display(), "move": move.label}
        raise refuse("", _("%(number)s 现在是“%(state)s”，不能再%(move)s。请刷新后查看。") % words)
    if version is not None and version != row.version:
        raise refuse("", _("%(number)s 刚有变动，请刷新后再办。") % {"number": row.number})
    return row


def moved(
    row: Referral, move: Move, *, by: Staff | None, on: date, at: datetime, note: str = "", **changes: Any
) -> None:
    """Carry a move out on a locked row."""
    before = row.state
    after = MOVES[move].after or State(row.state)
    values: dict[str, Any] = {"state": after, "version": F("version") + 1} | changes
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    row.version = Referral.objects.values_list("version", flat=True).get(pk=row.pk)
    step(row, move, before=before, by=by, on=on, at=at, note=note)
    told(row, move, by)


def step(row: Referral, move: Move, *, before: str, by: Staff | None, on: date, at: datetime, note: str) -> None:
    """Append what happened."""
    ReferralStep.objects.create(
        referral=row, division_code=row.division_code, department=row.department, move=move, before=before,
        after=row.state, due_on=row.due_on, note=note or None, done_on=on, done_at=at,
        by_id=by.pk if by else None,
    )  # fmt: skip


def told(row: Referral, move: Move, by: Staff | None) -> None:
    """Record the event. It names no department and no need: other departments may read events of the file."""
    audit.record(by=by, action=f"referral.{move.value}", subject=Subject("referral", str(row.pk), row.division_code))


def clean_words(text: str, field: str, problems: Problems, *, required: bool = False) -> str:
    """A sentence for another office: no control characters, no numbers of identity, phone or bank."""
    text = text.strip()
    if required and not text:
        problems.add(field, _("这一项要填"))
    if len(text) > LONGEST or not text.replace("\n", "").isprintable():
        problems.add(field, _("文字过长（最多 400 个字）或含有控制字符。"))
    found = [leak.words for leak in leaks(text) if leak.kind in NUMBER_KINDS]
    if found:
        problems.add(field, _("不要写%(what)s，对方在单子上能看到需要的信息。") % {"what": "、".join(found)})
    return text
