"""What an award pays, line by line, each with its why."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from doudi.registry.models.dated import PERIOD, Dated, forward

from ..kinds import Kind
from .awards import Award, whole_months

LARGEST_FEN = 10**8
LAST_ID = 2**53  # the largest number up to which a box tells every id from the next


def _corner(no_person: int) -> Func:
    return Func(F("award"), Coalesce(F("person"), Value(no_person)), function="point")


def _once_a_day(kind: Kind) -> ExclusionConstraint:
    """One line of a kind for the same person (or for the household) on a day.

    Award and people are a box: a line without a person spans every person of its award, so a household's base excludes
    a base of one of its people (decision 0103: ranges say the same and take four times as long).
    """
    whom = Func(_corner(0), _corner(LAST_ID), function="box")
    return ExclusionConstraint(
        name=f"award_line_one_{kind.value}_a_day",
        expressions=[(whom, RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
        condition=Q(superseded_at__isnull=True, kind=kind.value),
    )


class AwardLine(Dated):
    """An amount a month, for a period. Superseded by later lines, never edited."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    fen_month = models.BigIntegerField()
    reason = models.CharField(max_length=24)  # entitlements.WHY
    clauses = models.JSONField(default=list)  # ["M57-23"]
    # [{name, residence, label, value, since, source, unconfirmed}]: the values it rests on
    parameters = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *forward("award_line"),
            whole_months("award_line"),
            models.CheckConstraint(name="award_line_known_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="award_line_positive", condition=Q(fen_month__gt=0, fen_month__lt=LARGEST_FEN)),
            models.CheckConstraint(name="award_line_reasoned", condition=~Q(reason="") & ~Q(clauses=[])),
            models.CheckConstraint(
                name="award_line_names_a_person", condition=Q(kind="base") | Q(person__isnull=False)
            ),
            *(_once_a_day(kind) for kind in Kind),
        ]
        indexes = [models.Index("award", name="award_line_known", condition=Q(superseded_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.award_id} {self.kind} {self.fen_month}"
