"""What a person does with a batch that was read: map its columns, land it, refuse it, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems, refuse

from .. import arrivals
from ..access import permit_source
from ..contracts import CONTRACTS
from ..models import Batch, RememberedMapping, State
from .moving import move, record, start

MOST_LEAVING = 0.1
FEW = 20
"""A list that drops more than a tenth of an earlier one (and more than a few people) may be half a file."""


def map_columns(*, batch: Batch, mapping: Mapping[str, str], by: Staff, at: datetime) -> Batch:
    """Say under which heading each column stands ('' for none); the file is read again with that."""
    contract = CONTRACTS[batch.contract]
    permit_source(by, contract, batch.division_code)
    chosen = {name: heading for name, heading in mapping.items() if heading}
    problems = Problems()
    used = list(chosen.values())
    for name in contract.names:
        title = contract.column(name).title
        if name not in chosen and contract.column(name).required:
            problems.add(name, _("还没有指明哪一列是“%(title)s”。") % {"title": title})
        elif name in chosen and used.count(chosen[name]) > 1:
            problems.add(name, _("列“%(heading)s”用了两次，请只用一次。") % {"heading": chosen[name]})
    if unknown := sorted({*used} - {*batch.headings} | {*chosen} - {*contract.names}):
        problems.add("", _("文件里没有这些列：%(names)s") % {"names": "、".join(unknown)})
    problems.refuse_if_any()
    with transaction.atomic():
        move(batch, State.RECEIVED, mapping=chosen, mapped_by_hand=True, said="")
        record("feeds.map", batch, by, columns=sorted(chosen))
        start("feeds.read", batch, by, at)
    return batch


def land(*, batch: Batch, by: Staff, at: datetime, whole: bool = False) -> Batch:
    """Let the good rows in. `whole`: somebody has looked and says the file is right all the same."""
    permit_source(by, CONTRACTS[batch.contract], batch.division_code)
    if obstacle := obstacle_to_landing(batch, whole=whole):
        raise refuse("whole" if is_short(batch) or batch.stopped else "", obstacle)
    with transaction.atomic():
        move(batch, State.LANDING)
        remember(batch, by, at)
        record("feeds.land", batch, by, good=batch.good, rejected=batch.rejected, whole=whole)
        start("feeds.land", batch, by, at)
    return batch


def obstacle_to_landing(batch: Batch, *, whole: bool) -> str:
    """Why a batch cannot land as it is; '' if it can."""
    if batch.missing:
        return _("缺少必需的列，请先对应列，或请来源补上后重新报送。")
    if batch.stopped and not whole:
        return batch.said
    if not batch.good:
        return _("没有一行可以入库，请下载更正文件。")
    if is_short(batch) and not whole:
        told = {"now": batch.leaving, "before": batch.staying}
        return (
            _("上一份名单有 %(before)s 人，其中 %(now)s 人不在这份名单上，可能是半份文件。确认名单完整后再入库。")
            % told
        )
    return ""


def is_short(batch: Batch) -> bool:
    """Whether the list has lost so many that it may be half a file."""
    leaving, before = batch.leaving or 0, batch.staying or 0
    return leaving > FEW and leaving > before * MOST_LEAVING


def remember(batch: Batch, by: Staff | None, at: datetime, *, using: str = "default") -> None:
    """The next file with these headings is understood the same way."""
    RememberedMapping.objects.using(using).update_or_create(
        division_code=batch.division_code,
        contract=batch.contract,
        signature=batch.signature,
        defaults={"mapping": batch.mapping, "confirmed_at": at, "confirmed_by_id": by.pk if by else None},
        create_defaults={
            "mapping": batch.mapping, "confirmed_at": at, "confirmed_by_id": by.pk if by else None,
            "liaison": batch.liaison,
        },
    )  # fmt: skip


def refuse_batch(*, batch: Batch, reason: str, by: Staff, at: datetime) -> Batch:
    """Do not use the file; the reason is what the source is told."""
    permit_source(by, CONTRACTS[batch.contract], batch.division_code)
    if not reason.strip():
        raise refuse("reason", _("请写明为什么不采用，来源会看到。"))
    with transaction.atomic():
        move(batch, State.REFUSED, said=reason.strip()[:300])
        record("feeds.refuse", batch, by, purpose=reason)
    return batch


def take_back(*, batch: Batch, reason: str, by: Staff, at: datetime) -> Batch:
    """Take a wrong batch back as if it had never come: only the last of its source, and before anything rests on it."""
    permit_source(by, CONTRACTS[batch.contract], batch.division_code)
    problems = Problems()
    if not reason.strip():
        problems.add("reason", _("请写明哪里错了。"))
    if last_landed(batch) != batch.pk:
        problems.add("", _("这个来源后来又有文件入库，只能撤回最后一份。请报送更正后的文件。"))
    changed = list(batch.changed_households.values_list("household_id", flat=True))
    for words in arrivals.objections(batch.pk, changed):
        problems.add("", words)
    problems.refuse_if_any()
    with transaction.atomic():
        move(batch, State.UNDOING, said=reason.strip()[:300])
        record("feeds.take_back", batch, by, purpose=reason)
        start("feeds.undo", batch, by, at)
    return batch


def last_landed(batch: Batch) -> int | None:
    """The batch of the same source that landed last."""
    rows = Batch.objects.filter(contract=batch.contract, division_code=batch.division_code, state=State.LANDED)
    return rows.order_by("-landed_at", "-pk").values_list("pk", flat=True).first()
