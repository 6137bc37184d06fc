"""How fresh each source is: until when its data reaches, when it came, how late it is by its own cadence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max, Q

from ..contracts import CONTRACTS, Contract
from ..models import Batch, State

GRACE_DAYS = 7
"""A file is made, checked and sent; until then a source is not late."""
RED_DAYS = 31
"""A month behind: what the source should have told is missing from monitoring."""


@dataclass(frozen=True)
class SourceFreshness:
    """One source. `days_late` is 0 as long as it is in time; None if it never sent anything."""

    key: str
    title: str
    data_as_of: date | None
    received_at: datetime | None
    cadence_days: int
    days_late: int | None

    @property
    def tone(self) -> str:
        """ok, late, red (a month behind) or never."""
        if self.days_late is None:
            return "never"
        return "red" if self.days_late >= RED_DAYS else "late" if self.days_late else "ok"


def sources(on: date, *, county: str = "", using: str = "default") -> list[SourceFreshness]:
    """Every source of a county, the latest first; behind the wall only those that are somebody's business have days."""
    landed = Batch.objects.using(using).filter(
        state=State.LANDED, division_code=county or settings.DOUDI_COUNTY, received_at__date__lte=on
    )
    found = landed.values("contract").annotate(as_of=Max("as_of", filter=Q(as_of__lte=on)), at=Max("received_at"))
    known = {row["contract"]: (row["as_of"], row["at"]) for row in found}
    rows = [_of(contract, on, *known.get(key, (None, None))) for key, contract in CONTRACTS.items()]
    return sorted(rows, key=lambda row: (row.days_late is not None, -(row.days_late or 0), row.title))


def _of(contract: Contract, on: date, as_of: date | None, at: datetime | None) -> SourceFreshness:
    late = None
    if as_of is not None:
        late = max((on - as_of).days - contract.cadence_days - GRACE_DAYS, 0)
    return SourceFreshness(contract.key, contract.title, as_of, at, contract.cadence_days, late)
