"""The price index of a month, as released; whether it triggers a subsidy is computed from it and the rulebook."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class IndexRelease(models.Model):
    """CPI and food CPI of a month for an area, in tenths of a percent year on year. Corrected by another row.

    The nation's figures (area '0') are for comparison: they decide nothing, and their day of release may be unknown.
    """

    county = models.CharField(max_length=6, db_collation="C")
    # Whose index it is: the prefecture's, the province's or the nation's (4, 2 digits, or '0').
    area = models.CharField(_("指数地区"), max_length=6, db_collation="C")
    month = models.DateField(_("指数月份"))
    cpi = models.SmallIntegerField(_("居民消费价格同比（千分之一）"), null=True)
    food_cpi = models.SmallIntegerField(_("食品价格同比（千分之一）"), null=True)
    released_on = models.DateField(_("公布日期"), null=True)
    source = models.CharField(_("出处"), max_length=200)
    # Whether each figure was read in a source (S in the rulebook's table) or only recalled (M): shown beside it.
    cpi_is_read = models.BooleanField(default=True)
    food_is_read = models.BooleanField(default=True)
    # Why it was corrected; empty in a first entry.
    because = models.CharField(_("更正原因"), max_length=200, blank=True)
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
            models.CheckConstraint(
                name="index_released_after_its_month",
                condition=Q(released_on__gt=F("month")) | Q(released_on__isnull=True, area="0"),
            ),
            models.CheckConstraint(name="index_known_area", condition=Q(area__regex=r"^(0|\d{2}|\d{4})$")),
            models.CheckConstraint(
                name="index_correction_says_why", condition=Q(replaces__isnull=True) ^ ~Q(because="")
            ),
            models.CheckConstraint(
                name="index_confirmed_at_a_time",
                condition=Q(confirmed_by_id__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by_id__isnull=False, confirmed_at__isnull=False),
            ),
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
