"""The ledger of indicators: what each raised, what was true, what led to help, and what it cost in visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import polars as pl
from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.money import format_yuan

from ..codes import LEAD
from ..indicators import INDICATORS, Trial, trial, wilson
from ..models import EarlyWarning, IndicatorState, Outcome, Reporter, Standing, ThresholdChange, WarningState

WINDOW_DAYS = 90
FLOOR = 0.10
"""Below this share of true ones an indicator should be watched only, or its line be moved (DESIGN §3)."""
FEWEST = 20
"""Fewer verified ones say nothing."""


@dataclass(frozen=True)
class Line:
    """One indicator over a period. `low`, `high`: the interval in which its precision lies with 95 in 100."""

    key: str
    title: str | Promise
    group: str
    raised: int
    open: int
    verified: int
    true: int
    helped: int
    visits: int
    days_to_help: float | None
    low: float | None
    high: float | None
    watched: bool = False

    @property
    def precision(self) -> float | None:
        """The share of true ones among those verified; None before any was."""
        return self.true / self.verified if self.verified else None

    @property
    def percent(self) -> int | None:
        """The same in whole percent."""
        return None if self.precision is None else round(self.precision * 100)

    @property
    def low_percent(self) -> int | None:
        """The lower end of the interval."""
        return None if self.low is None else round(self.low * 100)

    @property
    def high_percent(self) -> int | None:
        """The upper end of the interval."""
        return None if self.high is None else round(self.high * 100)

    @property
    def below_floor(self) -> bool:
        """Even the better end of the interval of enough cases lies under the floor."""
        return self.verified >= FEWEST and (self.precision or 0) < FLOOR

    def figures(self) -> dict[str, Any]:
        """What is kept with a decision about the indicator."""
        return {"raised": self.raised, "verified": self.verified, "true": self.true, "helped": self.helped,
                "visits": self.visits, "low": self.low, "high": self.high}  # fmt: skip


def title_of(key: str) -> str | Promise:
    """What an indicator is called; a lead by who told us."""
    if key.startswith(LEAD) and (reporter := key.removeprefix(LEAD)) in Reporter.values:
        return Reporter(reporter).label
    return INDICATORS[key].title if key in INDICATORS else key


def ledger(staff: Staff, on: date, *, since: date | None = None) -> list[Line]:
    """A line for every indicator, raised in the period and within reach; the most often true first."""
    rows = _rows(staff, since or on - timedelta(days=WINDOW_DAYS))
    told = {row["indicator"]: row for row in _counted(rows, "indicator")}
    visits, days, watched = _visits(rows), _days(rows), watched_keys()
    keys = [*INDICATORS, *(f"{LEAD}{r}" for r in Reporter.values)]
    lines = [_line(key, told.get(key, {}), visits[key], days[key], key in watched) for key in keys]
    return sorted(lines, key=lambda line: (line.precision is None, -(line.precision or 0), -line.raised))


def line_of(key: str, staff: Staff, on: date, *, since: date | None = None) -> Line:
    """One indicator's line."""
    return next(line for line in ledger(staff, on, since=since) if line.key == key)


def by_thresholds(key: str, staff: Staff) -> list[tuple[str, Line]]:
    """One indicator since ever, apart for each set of thresholds under which it spoke."""
    rows = _rows(staff, date.min).filter(indicator=key)
    told = []
    for row in _counted(rows, "thresholds"):
        same = rows.filter(thresholds=row["thresholds"])
        line = _line(key, row, _visits(same)[key], _days(same)[key], False)
        told.append((thresholds_said(row["thresholds"]), line))
    return told


def thresholds_said(values: Mapping[str, Any]) -> str:
    """Thresholds in words."""
    from ..indicators import thresholds

    known = thresholds().quantities
    return (
        "；".join(
            f"{known[name].label if name in known else name}：{amount_said(name, value)}"
            for name, value in values.items()
        )
        or "—"
    )


def amount_said(name: str, value: Any) -> str:
    """A threshold as people write it: money in yuan."""
    return f"{format_yuan(value)} 元" if name.endswith("_fen") and isinstance(value, int) else str(value)


def watched_keys() -> frozenset[str]:
    """Indicators that are watched only."""
    rows = IndicatorState.objects.order_by("pk").values_list("indicator", "standing")
    return frozenset(key for key, standing in dict(rows).items() if standing == Standing.WATCH_ONLY)


def _rows(staff: Staff, since: date) -> QuerySet[EarlyWarning]:
    rows = staff.scope.narrow(EarlyWarning.objects.order_by(), Permission.MONITORING_READ)
    return rows.filter(raised_on__gte=since)


def _counted(rows: QuerySet[EarlyWarning], field: str) -> list[dict[str, Any]]:
    known = Q(outcome__in=[Outcome.TRUE, Outcome.FALSE])
    told = rows.values(field).annotate(
        n=Count("pk"),
        waiting=Count("pk", filter=Q(state=WarningState.RAISED)),
        known=Count("pk", filter=known),
        right=Count("pk", filter=Q(outcome=Outcome.TRUE)),
        led=Count("pk", filter=Q(outcome=Outcome.TRUE) & ~Q(task__led_to="")),
    )
    return list(told)


def _visits(rows: QuerySet[EarlyWarning]) -> Mapping[str, int]:
    told = rows.filter(task__visited_on__isnull=False).values("indicator").annotate(n=Count("task", distinct=True))
    return defaultdict(int, {row["indicator"]: row["n"] for row in told})


def _days(rows: QuerySet[EarlyWarning]) -> Mapping[str, list[int]]:
    told: dict[str, list[int]] = defaultdict(list)
    helped = rows.filter(task__helped_on__gte=F("raised_on"), outcome=Outcome.TRUE)
    for key, raised_on, helped_on in helped.values_list("indicator", "raised_on", "task__helped_on"):
        if helped_on is not None:
            told[key].append((helped_on - raised_on).days)
    return told


def _line(key: str, row: Mapping[str, Any], visits: int, days: list[int], watched: bool) -> Line:
    verified, true = row.get("known", 0), row.get("right", 0)
    low, high = wilson(true, verified)
    group = INDICATORS[key].group if key in INDICATORS else "help"
    return Line(
        key, title_of(key), group, row.get("n", 0), row.get("waiting", 0), verified, true, row.get("led", 0), visits,
        float(median(days)) if days else None, low, high, watched,
    )  # fmt: skip


def tried(key: str, values: Mapping[str, int], staff: Staff) -> Trial:
    """What other thresholds would have raised among the indicator's own past, within reach."""
    rows = _rows(staff, date.min).filter(indicator=key).exclude(state=WarningState.WATCHED)
    said = {Outcome.TRUE.value: True, Outcome.FALSE.value: False}
    told = [(str(w.evidence), said.get(w.outcome)) for w in rows.only("evidence", "outcome")]
    outcomes = pl.DataFrame(told, schema={"evidence": pl.String, "outcome": pl.Boolean}, orient="row")
    return trial(INDICATORS[key], values, outcomes)


@dataclass(frozen=True)
class Decision:
    """Something decided about an indicator, for its history."""

    on: date
    words: str
    because: str
    by: str
    draft: ThresholdChange | None = None


def history(key: str) -> list[Decision]:
    """Every decision, the newest first."""
    states = [
        Decision(row.on, str(row.get_standing_display()), row.because, _who(row.by_id))
        for row in IndicatorState.objects.filter(indicator=key)
    ]
    changes = [
        Decision(
            row.starts_on, f"{row.get_state_display()}：{thresholds_said(row.values)}", row.because,
            "、".join(_who(pk) for pk in (row.drafted_by_id, row.decided_by_id) if pk),
            row if row.state == "draft" else None,
        )
        for row in ThresholdChange.objects.filter(indicator=key)
    ]  # fmt: skip
    return sorted([*states, *changes], key=lambda one: one.on, reverse=True)


def _who(pk: int) -> str:
    return Staff.objects.filter(pk=pk).values_list("name", flat=True).first() or str(_("系统"))
