"""What a row of the bank's answer turns out to be: decided in one place, row by row, in any order of files.

A transfer goes from sent to paid or rejected, and from paid to returned. The same answer again is repeated; one that
this order does not allow contradicts and moves nothing. "Returned" before "paid" was heard is believed, and the late
"paid" then moves nothing: either order of the two files ends alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doudi.privacy.cipher import keyring
from doudi.privacy.fields import bound_to, sealed

from ..banking.codes import UNSAID
from ..banking.sheets import Answer, plain, yuan
from ..kinds import AnswerState, TransferState
from ..models import ACCOUNT_INDEX, BankAnswer, BankBatch, BenefitAccount

# What an answer makes of a transfer that stands so; what is not here contradicts.
MOVES = {
    ("sent", "paid"): TransferState.PAID,
    ("sent", "rejected"): TransferState.REJECTED,
    ("sent", "returned"): TransferState.RETURNED,
    ("paid", "returned"): TransferState.RETURNED,
}
# Signs that banks print for characters they do not have.
_UNPRINTED = frozenset("?？*＊□�")


@dataclass
class Known:
    """A transfer as the matching knows it; `state` moves while rows are read."""

    transfer: int
    line: int
    fen: int
    holder: str
    number_index: bytes
    state: str
    code: str
    on: date | None
    heard: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Verdict:
    """What a row is, with the transfer it speaks of, and what is odd about it."""

    state: AnswerState
    transfer: int | None = None
    said: str = ""


def known_of(batch: BankBatch, rows: Sequence[Answer]) -> dict[int, Known]:
    """The transfers that these rows speak of, by their number in the batch."""
    wanted = batch.transfers.filter(sequence__in={row.sequence for row in rows})
    columns = ("sequence", "pk", "line_id", "fen", "account__number_index", "state", "code", "answered_on")
    found: QuerySet[Any, Any] = wanted.values_list(*columns, sealed("account__holder"))
    holders = keyring().open_many((row[-1] for row in found), purpose=bound_to(BenefitAccount, "holder"))
    known = {
        sequence: Known(pk, line, fen, plain(holder), bytes(index), state, code, on)
        for (sequence, pk, line, fen, index, state, code, on, _sealed), holder in zip(found, holders, strict=True)
    }
    by_pk = {one.transfer: one for one in known.values()}
    heard = BankAnswer.objects.filter(transfer__in=wanted, state=AnswerState.MATCHED)
    for transfer, result in heard.values_list("transfer_id", "result"):
        by_pk[int(transfer or 0)].heard.add(result)
    return known


def verdicts(rows: Sequence[Answer], known: dict[int, Known]) -> list[Verdict]:
    """Judge rows in the order of the file; the known transfers move on."""
    indexes = keyring().index_many((row.number for row in rows), purpose=ACCOUNT_INDEX)
    return [judge(row, known.get(row.sequence), index) for row, index in zip(rows, indexes, strict=True)]


def judge(row: Answer, one: Known | None, number_index: bytes) -> Verdict:
    """What one row is; `one` is moved if the row moves it."""
    if one is None:
        return Verdict(AnswerState.FOREIGN, None, _("不是本市的批次，或批次里没有这个序号"))
    if odd := list(_odd(row, one, number_index)):
        return Verdict(AnswerState.WRONG, one.transfer, "；".join(odd)[:200])
    if row.result in one.heard or row.result == one.state:
        return Verdict(AnswerState.REPEATED, one.transfer)
    if (one.state, row.result) == (TransferState.RETURNED, "paid") and _no_later(row.on, one.on):
        one.heard.add(row.result)
        return Verdict(AnswerState.MATCHED, one.transfer, _("到账在先、退汇在后，已按退汇处理"))
    following = MOVES.get((one.state, row.result))
    if following is None:
        said = {"before": TransferState(one.state).label}
        return Verdict(AnswerState.CONTRADICTS, one.transfer, _("此前的回盘是“%(before)s”") % said)
    one.state, one.on = following, row.on
    one.code = "" if following == TransferState.PAID else row.code or UNSAID
    one.heard.add(row.result)
    return Verdict(AnswerState.MATCHED, one.transfer)


def _no_later(day: date | None, other: date | None) -> bool:
    return day is None or other is None or day <= other


def _odd(row: Answer, one: Known, number_index: bytes) -> Iterable[str]:
    if row.fen != one.fen:
        yield _("金额：送出 %(sent)s 元，回盘 %(said)s 元") % {"sent": yuan(one.fen), "said": yuan(row.fen)}
    if number_index != one.number_index:
        yield _("账号与送出的不一致")
    if not same_holder(row.holder, one.holder):
        yield _("户名与送出的不一致")


def same_holder(said: str, sent: str) -> bool:
    """Equal, but for characters that the bank could not print."""
    if said == sent:
        return True
    return len(said) == len(sent) and all(a == b or a in _UNPRINTED for a, b in zip(said, sent, strict=True))
