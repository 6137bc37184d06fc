"""Taking the last act back: a clerical error, an objection upheld, a standard published wrongly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems

from ..kinds import Act
from ..models import Award, AwardChange
from ..queries.amounts import payable
from .recording import CHANGING, TABLES, Why, Work, check_why, keep, working
from .refusal import guarded

Key = tuple[str, int]


def take_back(
    *, change: AwardChange, why: Why, by: Staff, on: date, at: datetime, version: int | None = None
) -> AwardChange:
    """The award is again as it was before its last act. Acts are taken back one by one, the last first.

    Whether something was paid meanwhile is for the caller to ask: payments lie above.
    """
    with guarded(), working(change.award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        check_why(why, Act.CORRECT, on, problems)
        last = last_act(work.award)
        if last is None or last.pk != change.pk:
            problems.add("", _("只能撤回最近一次变动，请从最近的开始逐次撤回。"))
        elif last.act == Act.GRANT:
            problems.add("", _("核定不能撤回；原决定被撤销的，请从起始月办理终止。"))
        problems.refuse_if_any()
        month = change.effective_from
        before = payable(work.award, month).fen
        _undo(work, change)
        after = payable(work.award, month).fen
        return keep(
            work, Act.CORRECT, why, fen=(before, after), from_month=month, until=change.until, takes_back=change
        )


def last_act(award: Award) -> AwardChange | None:
    """The latest act that holds: neither a correction nor taken back."""
    rows = AwardChange.objects.filter(award=award, taken_back_by__isnull=True).exclude(act=Act.CORRECT)
    return rows.order_by("-pk").first()


def _undo(work: Work, change: AwardChange) -> None:
    """Drop what it added, say again what it ended, and put the award's own columns back."""
    now = _incarnations(work.award)
    for table, pk in change.moved.get("new", []):
        work.drop(TABLES[table]._default_manager.get(pk=_latest(now, (table, pk))))  # type: ignore[attr-defined]
    for table, pk in change.moved.get("gone", []):
        old = TABLES[table]._default_manager.get(pk=pk)  # type: ignore[attr-defined]
        copy = work.again_like(old)
        work.again.append([table, pk, copy.pk])
    was = change.moved.get("was", {})
    work.set(**{name: _read(name, was[name]) for name in CHANGING if name in was})


def _incarnations(award: Award) -> dict[Key, int]:
    """Row that was ended and said again by a correction → the row that says it now."""
    rows = AwardChange.objects.filter(award=award, act=Act.CORRECT).order_by("pk").values_list("moved", flat=True)
    return {(table, old): new for moved in rows for table, old, new in moved.get("again", [])}


def _latest(now: dict[Key, int], key: Key) -> int:
    while key in now:
        key = (key[0], now[key])
    return key[1]


def _read(name: str, value: str | None) -> Any:
    return value if name == "ended_because" or value is None else date.fromisoformat(value)
