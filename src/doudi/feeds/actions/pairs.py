"""Deciding whether a row and a person are one; the row's facts follow the decision."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.registry.actions import Conflict, reading
from doudi.registry.actions.refusal import Problems

from ..access import permit_source
from ..contracts import CONTRACTS
from ..models import Decision, DoubtfulPair, State
from ..queries.pairs import alike
from .moving import start

LONGEST_REASON = 200


def opened(pair: DoubtfulPair, *, by: Staff) -> None:
    """Record that somebody looked at a person beside a department's row."""
    reading.opened(pair.person, by=by, purpose=_("认定疑似同一人"))


def decide_pair(*, pair: DoubtfulPair, same: bool, reason: str, by: Staff, at: datetime) -> int:
    """Say whether the row is about the person; returns about how many rows that was said.

    Rows of the file that name the person word for word the same way are decided with it. After "the same" the row's
    other candidates are somebody else, and a job lets the facts in. Conflict if somebody was faster.
    """
    permit_source(by, CONTRACTS[pair.batch.contract], pair.division_code)
    permit(by, Permission.PERSON_READ, place=pair.person.division_code)
    _refuse_if_late(pair, reason)
    with transaction.atomic():
        decided = [pair, *alike(pair)]
        _settle(decided, Decision.SAME if same else Decision.DIFFERENT, reason, by, at)
        if same:
            _others_are_not(decided, by, at)
        _record("feeds.pair_same" if same else "feeds.pair_different", pair, by, reason, rows=len(decided))
        if same:
            start("feeds.pairs", pair.batch, by, at)
    pair.refresh_from_db()
    return len(decided)


def _refuse_if_late(pair: DoubtfulPair, reason: str) -> None:
    problems = Problems()
    if not reason.strip():
        problems.add("reason", _("请写明依据，例如“电话问过村委会”。"))
    if len(reason) > LONGEST_REASON:
        problems.add("reason", _("依据最多 %(n)s 个字。") % {"n": LONGEST_REASON})
    if pair.batch.state != State.LANDED:
        problems.add("", _("这份文件还没有入库（或已撤回），入库后再认定。"))
    if pair.said is None:
        problems.add("", _("原始数据已按期删除，不能再认定；以后的文件会再对一次。"))
    if pair.person.merged_into_id:
        problems.add("", _("这个人的档案已并入另一份，请等来源下一次报送时再认定。"))
    problems.refuse_if_any()


def _settle(pairs: list[DoubtfulPair], decision: Decision, reason: str, by: Staff, at: datetime) -> None:
    rows = DoubtfulPair.objects.filter(pk__in=[pair.pk for pair in pairs], decision="")
    try:
        with transaction.atomic():
            settled = rows.update(decision=decision, reason=reason.strip(), decided_by_id=by.pk, decided_at=at)
    except IntegrityError as error:  # another candidate of the row was the same, a moment ago
        raise Conflict from error
    if settled != len(pairs):
        raise Conflict


def _others_are_not(pairs: list[DoubtfulPair], by: Staff, at: datetime) -> None:
    first = pairs[0]
    others = DoubtfulPair.objects.filter(
        batch=first.batch_id, who=first.who, row__in=[pair.row for pair in pairs], decision=""
    ).exclude(person=first.person_id)
    others.update(
        decision=Decision.DIFFERENT, reason=_("同一行已认定为另一人"), decided_by_id=by.pk, decided_at=at
    )  # fmt: skip


def _record(action: str, pair: DoubtfulPair, by: Staff, purpose: str, **detail: int) -> None:
    """The action's one event, on the person's file: which row of which batch it was about, never what the row says."""
    person = pair.person
    audit.record(
        by=by,
        action=action,
        subject=audit.Subject("person", str(person.pk), person.division_code),
        purpose=purpose.strip()[:200],
        detail={"contract": pair.batch.contract, "batch": pair.batch_id, "row": pair.row, **detail},
    )
