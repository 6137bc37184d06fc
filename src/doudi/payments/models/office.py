"""From when this county pays through the product."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Office(models.Model):
    """One row a county: months before `first_month` were paid elsewhere and are nobody's arrears here."""

    county = models.CharField(max_length=6, unique=True, db_collation="C")
    first_month = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="office_whole_month", condition=Q(first_month__day=1))]

    def __str__(self) -> str:
        return self.county
