"""The price index of a month, as released; whether it triggers a subsidy is computed from it and the rulebook."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class IndexRelease(models.Model):
    """CPI and food CPI of a month for an area, in tenths of a percent year on year. Corrected by another row."""

    county = models.CharField(max_length=6, db_collation="C")
    # Whose index it is: the prefecture's, the province's or the nation's (4, 2 digits, or '0').
    area = models.CharField(_("指数地区"), max_length=6, db_collation="C")
    month = models.DateField(_("指数月份"))
    cpi = models.SmallIntegerField(_("居民消费价格同比（千分之一）"), null=True)
    food_cpi = models.SmallIntegerField(_("食品价格同比（千分之一）"), null=True)
    released_on = models.DateField(_("公布日期"))
    source = models.CharField(_("出处"), max_length=200)
    # Read in the rulebook's table (S) or recalled (M): shown beside the figure.
    is_confirmed = models.BooleanField(default=True)
    entered_by_id = models.BigIntegerField(null=True)
    entered_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        ordering = ("-month", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "area", "month"], name="index_once_a_month", condition=Q(replaced_at__isnull=True)
            ),
            models.CheckConstraint(name="index_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="index_released_after_its_month", condition=Q(released_on__gt=F("month"))),
            models.CheckConstraint(
                name="index_says_something", condition=Q(cpi__isnull=False) | Q(food_cpi__isnull=False)
            ),
            models.CheckConstraint(
                name="index_confirmed_by_another",
                condition=Q(confirmed_by_id__isnull=True)
                | Q(entered_by_id__isnull=True)
                | ~Q(confirmed_by_id=F("entered_by_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.month:%Y-%m}"
