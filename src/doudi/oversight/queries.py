"""Reading what was noticed, in words for the people who look into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.port import place_name
from doudi.accounts.queries import names_of
from doudi.audit.labels import roles_label

from .models import UnusualReading


@dataclass(frozen=True)
class Line:
    """A finding with the name of the person and the sentence that explains it."""

    row: UnusualReading
    who: str
    role: str
    place: str
    sentence: str


def findings_for(by: Staff, *, settled: bool = False) -> QuerySet[UnusualReading]:
    """What was noticed within one's place: what waits, or what was settled; the newest first."""
    rows = by.scope.narrow(UnusualReading.objects.all(), Permission.OVERSIGHT_READ)
    return rows.filter(settled_at__isnull=not settled).order_by("-on", "-pk")


def lines(rows: Sequence[UnusualReading]) -> list[Line]:
    """Findings in words."""
    names = names_of(row.staff_id for row in rows)
    return [
        Line(row, names.get(row.staff_id, str(row.staff_id)), roles_label(row.role),
             place_name(row.division_code), sentence(row))
        for row in rows
    ]  # fmt: skip


def sentence(row: UnusualReading) -> str:
    """Why this stands out."""
    told: dict[str, Any] = {"files": row.files, "usual": f"{row.usual:g}", "since": row.since}
    sign = UnusualReading.Sign
    texts = {
        sign.BURST: _("一天看了 %(files)s 份没有业务依据的档案；同角色忙的时候一天通常 %(usual)s 份"),
        sign.DRIP: _("从 %(since)s 起陆续看了 %(files)s 份没有业务依据的档案；同角色四周通常 %(usual)s 份"),
        sign.VILLAGE: _("一周里看了同一个村 %(files)s 份没有业务依据的档案；同角色通常 %(usual)s 份"),
        sign.AGAIN: _("从 %(since)s 起有 %(files)s 份没有业务依据的档案，四周里隔几天就看一次"),
        sign.CROWD: _("看了 %(files)s 份没有业务依据、近两周多人都看过的档案"),
    }
    return texts[sign(row.sign)] % told


@dataclass(frozen=True)
class Place:
    """How many of the files lie in one village."""

    name: str
    files: int


def places_of(row: UnusualReading) -> list[Place]:
    """The villages of the files, the most first."""
    files = {(event["place"], event["file"]) for event in row.events}
    counted = Counter(place for place, _file in files)
    return [Place(place_name(code) if code else "—", n) for code, n in counted.most_common(10)]
