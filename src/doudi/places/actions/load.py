"""Loading the divisions, their history and the local holidays from the files that come with the software."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from ..models import Division, DivisionVersion, Level, LocalHoliday, ResidenceClass
from ..queries import forget_names

DATA = Path(__file__).parents[1] / "data"
DIVISIONS = DATA / "mangshi.csv"
# Where the first day of a name is not known: as far back as anybody asks.
UNKNOWN_START = date(1900, 1, 1)
CLASS_SOURCE = "按名称推定（社区为城镇，村为农村），待当地确认；起始日期待核"
NAME_SOURCE = "起始日期待核"
COLUMNS = {"code", "name", "short_name", "level", "parent", "residence_class", "letters", "state"}


def load_divisions(
    *, by: Staff | None = None, at: datetime | None = None, using: str = "default", path: Path = DIVISIONS
) -> int:
    """Add the divisions that are missing; returns how many. What exists is left as people have changed it since.

    `by` None is the installer. Refused names the line of a file that cannot be read.
    """
    if by is not None:
        permit(by, Permission.PLACE_WRITE)
    rows = list(_divisions(path))
    with transaction.atomic(using=using):
        known = set(Division.objects.using(using).values_list("code", flat=True))
        fresh = [division for division in rows if division.code not in known]
        Division.objects.using(using).bulk_create(fresh)
        DivisionVersion.objects.using(using).bulk_create(_versions(fresh))
        LocalHoliday.objects.using(using).bulk_create(_holidays(known, fresh), ignore_conflicts=True)
        forget_names()
        if fresh:
            subject = Subject("divisions", path.stem, min(d.code for d in fresh))
            record(by=by, action="places.load", subject=subject, detail={"added": len(fresh)}, at=at)
    return len(fresh)


def _divisions(path: Path) -> Iterator[Division]:
    """The rows of a file, parents before children as the file has them."""
    for number, row in _lines(path):
        if not row.keys() >= COLUMNS:
            raise Refused(_("第 1 行缺少列：%(names)s") % {"names": "、".join(sorted(COLUMNS - row.keys()))})
        if len(row["code"]) not in (2, 4, 6, 9, 12) or not row["code"].isdigit():
            raise Refused(_("第 %(n)s 行：区划代码应为 2、4、6、9 或 12 位数字") % {"n": number}, "code")
        if row["level"] not in Level.values or (row["residence_class"] or None) not in (None, *ResidenceClass.values):
            raise Refused(_("第 %(n)s 行：级别或城乡类别不认识") % {"n": number}, "level")
        yield Division(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            parent_id=row["parent"] or None,
            residence_class=row["residence_class"] or None,
            letters=row["letters"],
            is_open=row["state"] != "closed",
        )


def _versions(fresh: list[Division]) -> Iterator[DivisionVersion]:
    """The dated names from the file of versions; for all others one version without a known beginning."""
    by_code = {division.code: division for division in fresh}
    dated = set()
    for _number, row in _lines(DATA / "versions.csv"):
        if row["division"] in by_code:
            dated.add(row["division"])
            yield DivisionVersion(
                division=by_code[row["division"]],
                name=row["name"],
                parent_code=row["parent"],
                starts_on=date.fromisoformat(row["starts_on"]),
                ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
                source=row["source"],
            )
    for division in fresh:
        if division.code not in dated:
            yield DivisionVersion(
                division=division,
                name=division.name,
                parent_code=division.parent_id or "",
                residence_class=division.residence_class,
                starts_on=UNKNOWN_START,
                source=CLASS_SOURCE if division.residence_class else NAME_SOURCE,
            )


def _holidays(known: set[str], fresh: list[Division]) -> list[LocalHoliday]:
    """The local holidays of areas that are new here: a day removed by an administrator does not come back."""
    new = {division.code for division in fresh} - known
    return [
        LocalHoliday(
            area_code=row["area_code"],
            day=date.fromisoformat(row["day"]),
            name=row["name"],
            is_workday=row["is_workday"] == "1",
            source=row["source"],
        )
        for _number, row in _lines(DATA / "holidays.csv")
        if row["area_code"] in new
    ]


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from enumerate(csv.DictReader(file), 2)
