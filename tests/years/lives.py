"""Some years of a county by one seed, in whatever database is at hand: for the tests, the bench and the replay."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from doudi.accounts.roles import Role
from doudi.awards.months import months_after
from doudi.places.models import Division, DivisionVersion
from doudi.places.queries import forget_names
from tests.conftest import DIVISIONS, staff_member
from tests.payments.runs_world import People

from .county import FIRST, Broke, County


@dataclass(frozen=True)
class Lived:
    """What came of a seed: the county, the first month that was not good, and what was wrong then."""

    county: County
    month: date | None = None
    said: tuple[str, ...] = ()

    @property
    def replay(self) -> str:
        """The command that comes to the same month again."""
        since = f" --since {self.county.start:%Y-%m}" if self.county.start != FIRST else ""
        until = f" --until {self.month:%Y-%m}" if self.month else ""
        return f"python benchmarks/years.py --seed {self.county.seed}{since}{until}"

    def __str__(self) -> str:
        if self.month is None:
            return f"seed {self.county.seed}: every month good"
        return f"seed {self.county.seed}, {self.month:%Y-%m}: {'; '.join(self.said)}\nreplay: {self.replay}"


def live(
    seed: int, months: int, *, newcomers: int = 1, kind: type[County] = County, since: date = FIRST
) -> Lived:  # fmt: skip
    """Month by month until the first that is not good. The database must be empty, and really commit."""
    county = settled(seed, kind, since)
    for n in range(months):
        month = months_after(since, n)
        try:
            county.month_passes(month, newcomers if n else newcomers * 4)
        except Broke as broke:
            return Lived(county, month, (f"{broke.part}: {_last(broke)}",))
        if county.broken or county.found:
            return Lived(county, month, tuple(said for _month, said in county.found))
    return Lived(county)


def settled(seed: int, kind: type[County] = County, since: date = FIRST) -> County:
    """A county with its divisions and its people, before its first day."""
    forget_names()
    Division.objects.bulk_create(
        Division(code=c, name=n, short_name=n, level=lv, parent_id=p, residence_class=rc, letters=le)
        for c, n, lv, p, rc, le in DIVISIONS
    )
    DivisionVersion.objects.bulk_create(
        DivisionVersion(division=d, name=d.name, parent_code=d.parent_id or "", residence_class=d.residence_class,
                        starts_on=date(2011, 1, 1), source="区划代码")
        for d in Division.objects.all()
    )  # fmt: skip
    roles = (Role.TOWNSHIP_CLERK, Role.COUNTY_REVIEWER, Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER, Role.FINANCE)
    return kind(People(*map(staff_member, roles)), seed, since)


def _last(broke: Broke) -> str:
    return "".join(traceback.format_exception(broke.__cause__)).strip()[-3000:]


@contextmanager
def own_folder() -> Iterator[Path]:
    """Files of these years in a folder of their own."""
    kept = settings.DOUDI_DATA_DIR
    with tempfile.TemporaryDirectory(prefix="doudi-years-") as folder:
        settings.DOUDI_DATA_DIR = Path(folder)
        try:
            yield Path(folder)
        finally:
            settings.DOUDI_DATA_DIR = kept
