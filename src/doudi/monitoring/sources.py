"""From indicators to findings: what they say over the facts of a place or of some households, in monitoring's words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.conf import settings

from doudi.accounts.permissions import Permission

from .actions.raising import Finding
from .indicators import INDICATORS, Change, Facts, Indicator, Thresholds, evaluate, thresholds
from .indicators.inputs import INPUTS
from .indicators.reading import read_county, read_households
from .models import ChangeState, IndicatorState, Standing, ThresholdChange

HEALTH = ("illness", "disability", "refer_medical", "able")
STUDY = ("study", "school", "refer_education")


@dataclass(frozen=True)
class Setup:
    """How the county wants its indicators: its thresholds, and those that are watched only."""

    thresholds: Thresholds
    watched: frozenset[str]


def setup(*, using: str = "default") -> Setup:
    """The decisions that count now; dated thresholds come in on their day."""
    decided = ThresholdChange.objects.using(using).filter(state=ChangeState.DECIDED).order_by("pk")
    changes = [
        Change(name, "" if row.division_code == settings.DOUDI_COUNTY else row.division_code, row.starts_on, value)
        for row in decided
        for name, value in row.values.items()
    ]
    return Setup(thresholds().changed(changes), watched_only(using=using))


def watched_only(*, using: str = "default") -> frozenset[str]:
    """The indicators that make no work: the last decision of each counts."""
    rows = IndicatorState.objects.using(using).order_by("pk").values_list("indicator", "standing")
    return frozenset(key for key, standing in dict(rows).items() if standing == Standing.WATCH_ONLY)


def findings_of_place(prefix: str, on: date, *, using: str = "default") -> list[Finding]:
    """Everything that is found in a place."""
    return _findings(read_county(prefix, on, using=using), on, setup(using=using))


def findings_of_households(ids: Iterable[int], on: date, *, using: str = "default") -> list[Finding]:
    """Everything that is found about some households."""
    return _findings(read_households(ids, on, using=using), on, setup(using=using))


def _findings(facts: Facts, on: date, wanted: Setup) -> list[Finding]:
    hits: pl.DataFrame = evaluate(facts, on, wanted.thresholds)
    return [_finding(row, wanted) for row in hits.iter_rows(named=True)]


def _finding(row: dict[str, object], wanted: Setup) -> Finding:
    each = INDICATORS[str(row["indicator"])]
    told = json.loads(str(row["evidence"]))
    person = row["person_id"]
    return Finding(
        household_id=int(str(row["household_id"])), person_id=None if person is None else int(str(person)),
        indicator=each.key, group=each.group, sentence=str(row["sentence"]), evidence=str(row["evidence"]),
        clauses=tuple(clause.key for clause in each.clauses), deadline_days=each.deadline_days,
        thresholds=told.get("thresholds", {}), needs=needs_of(each), watch_only=each.key in wanted.watched,
        same=same_of(told),
    )  # fmt: skip


def same_of(evidence: dict[str, dict[str, dict[str, object]]]) -> str:
    """The values found, without those that change because a day goes by, and without who said them when."""
    facts = evidence.get("facts", {})
    return json.dumps({name: fact.get("value") for name, fact in facts.items() if not _ages(name)}, sort_keys=True)


def _ages(name: str) -> bool:
    return name.startswith("days_") or (name in INPUTS and INPUTS[name].unit == "years")


def needs_of(each: Indicator) -> str:
    """The right beyond reading warnings that the contents of an indicator's warnings demand."""
    for words, permission in ((HEALTH, Permission.HEALTH_READ), (STUDY, Permission.STUDY_READ)):
        if any(word in name for name in each.needs for word in words):
            return permission.value
    return ""
