"""How the limits were kept: sums by programme, step, township or month, with nothing left out that would look bad.

What is late and still open counts as not kept. Pauses and extensions are counted beside the result they helped. Rows of
fewer than five are told together, so that nobody is recognised and no row can be found by subtracting the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.places.queries import name_path

from ..limits import LIMITS, label_of
from ..programmes import Programme

FEWEST = 5
WHOLE = tuple(sorted({one.key for one in LIMITS if one.total}))
BY = {
    "programme": gettext_lazy("按项目"),
    "step": gettext_lazy("按环节"),
    "township": gettext_lazy("按乡镇"),
    "month": gettext_lazy("按月份"),
}


@dataclass(frozen=True)
class Wish:
    """What the page is asked: how to group, which days clocks began (half-open), which limits, programme and place."""

    by: str
    since: date
    until: date
    key: str = ""  # '' : the whole procedure; '*' : every limit
    programme: str = ""
    place: str = ""

    @property
    def keys(self) -> list[str]:
        if self.key == "*" or (self.by == "step" and not self.key):
            return []
        return [self.key] if self.key else list(WHOLE)


@dataclass(frozen=True)
class Figures:
    """One row. Days are calendar days, as the family waited them."""

    label: str | Promise
    begun: int = 0
    kept: int = 0
    missed: int = 0
    dropped: int = 0
    running: int = 0
    late: int = 0
    paused: int = 0
    unknown: int = 0
    with_pause: int = 0
    paused_days: int = 0
    extended: int = 0
    median_days: int | None = None
    slow_days: int | None = None
    assumed: bool = False
    few: int = 0  # how many groups are told together in this row

    @property
    def due(self) -> int:
        """Of which one can say whether the limit was kept: ended with an answer, ended late, or late and open."""
        return self.kept + self.missed + self.late

    @property
    def share(self) -> float | None:
        """Per cent kept; None where nothing is due yet."""
        return round(100 * self.kept / self.due, 1) if self.due else None

    @property
    def hidden(self) -> bool:
        """Too few to be told at all."""
        return self.begun < FEWEST


@dataclass(frozen=True)
class Report:
    """The rows and their sum."""

    rows: Sequence[Figures]
    total: Figures


@dataclass(frozen=True)
class Count:
    """How many clocks of a group are in a state, by the days their families waited (None: they still wait)."""

    label: str
    state: str
    waited_days: int | None
    clocks: int
    with_pause: int
    paused_days: int
    extended: int
    assumed: bool


def report(wish: Wish, today: date) -> Report:
    """The figures as the database counts them, within the reader's place."""
    counts = _ask(wish, today)
    labels = sorted({one.label for one in counts})
    rows = [_figures(_label(wish.by, label), [one for one in counts if one.label == label]) for label in labels]
    return Report(_together(rows), _figures(_("合计"), counts))


def _ask(wish: Wish, today: date) -> list[Count]:
    asked: list[date | str | list[str]] = [
        wish.by, wish.since, wish.until, today, wish.keys, wish.programme, wish.place
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM doudi_clock_figures(%s, %s, %s, %s, %s::text[], %s, %s)", asked)
        return [Count(*row) for row in cursor.fetchall()]


STATES = ("kept", "missed", "dropped", "running", "late", "paused", "unknown")


def _figures(label: str, counts: Sequence[Count]) -> Figures:
    states = {state: sum(one.clocks for one in counts if one.state == state) for state in STATES}
    ended = sorted(
        (one.waited_days, one.clocks)
        for one in counts
        if one.state in ("kept", "missed") and one.waited_days is not None
    )
    return Figures(
        label=label,
        begun=sum(one.clocks for one in counts),
        **states,
        with_pause=sum(one.with_pause for one in counts),
        paused_days=sum(one.paused_days for one in counts),
        extended=sum(one.extended for one in counts),
        median_days=_share_within(ended, 0.5),
        slow_days=_share_within(ended, 0.9),
        assumed=any(one.assumed for one in counts),
    )


def _share_within(days: Sequence[tuple[int, int]], share: float) -> int | None:
    """The fewest days within which such a share was answered."""
    reached, wanted = 0, share * sum(n for _days, n in days)
    for waited, n in days:
        reached += n
        if reached >= wanted:
            return waited
    return None


SUMS = tuple(f.name for f in fields(Figures) if f.type == "int" and f.name != "few")


def _together(rows: Sequence[Figures]) -> list[Figures]:
    """Rows of fewer than five become one; were that one too small itself, the next smallest joins it."""
    small = [row for row in rows if row.hidden]
    large = [row for row in rows if not row.hidden]
    while small and large and (sum(row.begun for row in small) < FEWEST or len(small) < 2):
        least = min(large, key=lambda row: row.begun)
        large.remove(least)
        small.append(least)
    return large + ([_sum(small)] if small else [])


def _sum(rows: Iterable[Figures]) -> Figures:
    """Medians cannot be added up: they are not told."""
    gathered = list(rows)
    sums = {name: sum(getattr(row, name) for row in gathered) for name in SUMS}
    label = _("件数较少的 %(n)s 项合并") % {"n": len(gathered)}
    return Figures(label, **sums, assumed=any(row.assumed for row in gathered), few=len(gathered))


def _label(by: str, code: str) -> str:
    if by == "programme":
        return str(Programme(code).label)
    if by == "step":
        return str(label_of(code))
    return name_path(code) if by == "township" else code


HEADINGS = (
    gettext_lazy("分组"), gettext_lazy("开始件数"), gettext_lazy("按时"), gettext_lazy("超期办结"),
    gettext_lazy("超期未办"), gettext_lazy("在办"), gettext_lazy("暂停中"), gettext_lazy("期限待定"),
    gettext_lazy("期内撤回或终止"), gettext_lazy("应计"), gettext_lazy("按时率（%）"), gettext_lazy("天数中位数"),
    gettext_lazy("九成在几天内"), gettext_lazy("用过暂停"), gettext_lazy("暂停天数"), gettext_lazy("延长"),
)  # fmt: skip


def cells(row: Figures) -> list[str | int | None]:
    """A row of the file; too few to be told are left empty."""
    if row.hidden:
        return [str(row.label), _("少于 %(n)s") % {"n": FEWEST}, *[None] * (len(HEADINGS) - 2)]
    share = None if row.share is None else f"{row.share:.1f}"
    return [
        str(row.label), row.begun, row.kept, row.missed, row.late, row.running, row.paused, row.unknown, row.dropped,
        row.due, share, row.median_days, row.slow_days, row.with_pause, row.paused_days, row.extended,
    ]  # fmt: skip
