"""The rejected rows of a batch as a spreadsheet. That somebody took rows out of the system is on record."""

from __future__ import annotations

from doudi.accounts.models import Staff

from ..access import permit_source
from ..contracts import CONTRACTS
from ..landing import store
from ..models import Batch, BatchFile
from ..reading import Mapping, correction_file
from .moving import record


def correction(batch: Batch, *, by: Staff) -> bytes | None:
    """The correction file; None if no row was rejected or the rows are gone by schedule."""
    contract = CONTRACTS[batch.contract]
    permit_source(by, contract, batch.division_code)
    rejects = store.read_frame(batch, BatchFile.Role.REJECTS, 0, "default")
    raw = store.read_frame(batch, BatchFile.Role.REJECTS, 1, "default")
    if rejects is None or raw is None:
        return None
    record("feeds.correction.export", batch, by, rows=raw.height)
    return correction_file(raw, rejects, contract, Mapping(batch.mapping))
