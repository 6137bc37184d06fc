"""What dated and known-since rows have in common.

`starts_on`/`ends_on` say when a thing was true (half-open). `recorded_at`/`superseded_at` say when the registry knew it
(half-open). A correction supersedes the row and appends another; nothing is ever edited, so the registry can be read as
of any day and as it was known on any day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import models
from django.db.models import F, Func, Q

M = TypeVar("M", bound=models.Model)


class DatedQuerySet(models.QuerySet[M]):
    """Filters in the language of the office."""

    def on(self, day: date) -> DatedQuerySet[M]:
        """True on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def known(self, at: datetime | None = None) -> DatedQuerySet[M]:
        """Known now, or as known at a moment."""
        if at is None:
            return self.filter(superseded_at__isnull=True)
        return self.filter(recorded_at__lte=at).filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=at))


class Dated(models.Model):
    """A row that was true for a period and known for a time, about somebody at a place."""

    division_code = models.CharField(max_length=12, db_collation="C")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    recorded_by_id = models.BigIntegerField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


def forward(name: str) -> list[models.CheckConstraint]:
    """The two constraints every dated table carries: both periods run forward."""
    return [
        models.CheckConstraint(
            name=f"{name}_period_forward", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))
        ),
        models.CheckConstraint(
            name=f"{name}_known_forward",
            condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
        ),
    ]


def same(field: str) -> Func:
    """A range holding only this row's `field`: equality for an exclusion constraint without an extension."""
    return Func(F(field), F(field), models.Value("[]"), function="int8range")


PERIOD = Func(F("starts_on"), F("ends_on"), function="daterange")
CODE = Q(division_code__regex=r"^\d{12}$")
