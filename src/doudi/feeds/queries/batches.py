"""Batches as pages show them: within somebody's place and business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..access import contracts_for, is_theirs
from ..contracts import CONTRACTS, Column, Contract
from ..landing import store
from ..models import Batch, BatchFile, State

REJECTS_SHOWN = 50
OPEN = (State.RECEIVED, State.PREVIEWED, State.LANDING, State.UNDOING)


@dataclass(frozen=True)
class Mapped:
    """A column of the contract and the heading under which it was found."""

    column: Column
    heading: str


@dataclass(frozen=True)
class Reject:
    """A cell that was not understood: only this cell is shown, never the row."""

    row: int
    title: str
    value: str
    problem: str


def batches_for(staff: Staff, *, contract: str = "", which: str = "") -> QuerySet[Batch]:
    """The batches of somebody's sources, the newest first."""
    keys = [one.key for one in contracts_for(staff)]
    rows = Batch.objects.filter(contract__in=[contract] if contract in keys else keys).select_related("received_by")
    rows = {"open": rows.filter(state__in=OPEN), "landed": rows.filter(state=State.LANDED)}.get(which, rows)
    return _within(rows, staff)


def batch_for(staff: Staff, pk: int) -> Batch | None:
    """One batch, if it is somebody's business."""
    rows = _within(Batch.objects.filter(pk=pk).select_related("received_by", "corrects"), staff)
    batch = rows.first()
    return batch if batch and is_theirs(staff, CONTRACTS[batch.contract]) else None


def _within(rows: QuerySet[Batch], staff: Staff) -> QuerySet[Batch]:
    counties = {place[:6] for place in staff.scope.places(Permission.FEED_READ) if len(place) >= 6}
    wide = [place for place in staff.scope.places(Permission.FEED_READ) if len(place) < 6]
    return rows if wide else rows.filter(division_code__in=counties)


def mapped(batch: Batch, contract: Contract) -> list[Mapped]:
    """Every column of the contract with the heading under which it was found."""
    return [Mapped(column, batch.mapping.get(column.name, "")) for column in contract.columns]


def rejects(batch: Batch, *, most: int = REJECTS_SHOWN) -> list[Reject]:
    """The first cells that were not understood."""
    contract = CONTRACTS[batch.contract]
    titles = {column.name: column.title for column in contract.columns}
    frame = store.read_frame(batch, BatchFile.Role.REJECTS, 0, "default")
    if frame is None:
        return []
    rows: list[dict[str, Any]] = frame.head(most).to_dicts()
    return [
        Reject(row["#row"], titles.get(row["field"], ""), str(row["value"] or "")[:60], row["problem"]) for row in rows
    ]


def corrections(batch: Batch) -> list[Batch]:
    """The corrections of a batch that are not refused."""
    rows = Batch.objects.filter(corrects=batch).exclude(state=State.REFUSED)
    return list(rows.order_by("pk"))


def open_doubts(batch: Batch) -> int:
    """How many of its rows wait for a decision."""
    return batch.pairs.filter(decision="").values("row").distinct().count()


def landed_at(batch_id: int, using: str = "default") -> datetime | None:
    """When a batch was let in; None if it was not."""
    return Batch.objects.using(using).filter(pk=batch_id).values_list("landed_at", flat=True).first()
