"""What the file of a batch says, read from the database a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from doudi.privacy.cipher import keyring
from doudi.privacy.fields import bound_to, sealed

from ..banking.sheets import SENT, Cells, Face, Instruction, Sheet, yuan
from ..banking.wording import purpose_of, remark_of
from ..models import BankBatch, BenefitAccount

ROWS_A_BLOCK = 10_000
Said = tuple[int, str, str, int, str, str]


class NotWhole(Exception):
    """The transfers of a batch are not what it was opened with."""


def face_of(batch: BankBatch) -> Face:
    """The head of the file: the control totals with which the batch was opened."""
    return Face(SENT, batch.number, timezone.localdate(batch.made_at), batch.transfers_count, batch.total_fen)


def cells_of(batch: BankBatch) -> Iterator[Cells]:
    """The rows of the file as they are written. NotWhole at the end if they do not add up to its head."""
    count = total = 0
    for sequence, holder, number, fen, purpose, remark in _said(batch):
        count, total = count + 1, total + fen
        yield str(sequence), holder, number, yuan(fen), purpose, remark
    if (count, total) != (batch.transfers_count, batch.total_fen):
        raise NotWhole(batch.number)


def sheet_of(batch: BankBatch) -> Sheet:
    """The whole file in memory."""
    rows = [Instruction(*row) for row in _said(batch)]
    return Sheet(SENT, batch.number, timezone.localdate(batch.made_at), rows)


def _said(batch: BankBatch) -> Iterator[Said]:
    rows: QuerySet[Any, Any] = batch.transfers.order_by("sequence").values_list(
        "sequence", sealed("account__holder"), sealed("account__number"), "fen", "line__programme", "line__portion",
        "line__kind", "line__month",
    )  # fmt: skip
    each, keys = rows.iterator(chunk_size=ROWS_A_BLOCK), keyring()
    words: dict[tuple[Any, ...], tuple[str, str]] = {}
    while block := list(islice(each, ROWS_A_BLOCK)):
        holders = keys.open_many([row[1] for row in block], purpose=bound_to(BenefitAccount, "holder"))
        numbers = keys.open_many([row[2] for row in block], purpose=bound_to(BenefitAccount, "number"))
        for row, holder, number in zip(block, holders, numbers, strict=True):
            about = row[4:]
            if (said := words.get(about)) is None:
                programme, portion, kind, month = about
                said = words[about] = purpose_of(programme, portion), remark_of(kind, month)
            yield row[0], holder, number, row[3], *said
