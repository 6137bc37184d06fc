"""The low-income registry: who belongs to which category, on which ground, determined by whom, for how long."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dated import CODE, PERIOD, Dated, forward, same
from .people import Household, Person

PERSONAL = ("tekun", "individual_dibao")


class LowIncomeStatus(Dated):
    """One category of a household, or of one person in it, for a period."""

    class Category(models.TextChoices):
        """The categories of seed 三（一）, G39-二."""

        DIBAO = "dibao", _("低保")
        INDIVIDUAL_DIBAO = "individual_dibao", _("单人户低保")
        TEKUN = "tekun", _("特困")
        NEAR_THRESHOLD = "near_threshold", _("低保边缘")
        RIGID_EXPENDITURE = "rigid_expenditure", _("刚性支出困难")
        RELAPSE_WATCH = "relapse_watch", _("监测对象")
        OTHER = "other", _("其他困难")

    class Department(models.TextChoices):
        """Who determines a category (rules.md variable 22)."""

        CIVIL_AFFAIRS = "civil_affairs", _("民政局")
        RURAL_REVITALISATION = "rural_revitalisation", _("乡村振兴局")
        AGRICULTURE = "agriculture_rural_affairs", _("农业农村局")

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="statuses")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="statuses")
    category = models.CharField(_("类别"), max_length=20, choices=Category.choices)
    ground = models.CharField(_("认定依据"), max_length=200)
    department = models.CharField(_("认定部门"), max_length=26, choices=Department.choices)
    review_by = models.DateField(_("复核日期"), null=True)

    class Meta:
        constraints = [
            *forward("status"),
            models.CheckConstraint(name="status_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="status_personal_names_a_person",
                condition=Q(category__in=PERSONAL, person__isnull=False)
                | (~Q(category__in=PERSONAL) & Q(person__isnull=True)),
            ),
            models.CheckConstraint(
                name="status_determined_by_its_department",
                condition=Q(category="other")
                | Q(
                    category__in=["dibao", "individual_dibao", "tekun", "near_threshold"],
                    department="civil_affairs",
                )
                | Q(category="rigid_expenditure", department__in=["civil_affairs", "rural_revitalisation"])
                | Q(
                    category="relapse_watch",
                    department__in=["rural_revitalisation", "agriculture_rural_affairs"],
                ),
            ),
            # A household has one category a day; tekun and individual dibao are a person's and may stand beside it.
            ExclusionConstraint(
                name="status_one_category_a_day",
                expressions=[(same("household"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, person__isnull=True),
            ),
            ExclusionConstraint(
                name="status_one_personal_a_day",
                expressions=[(same("person"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                "category",
                "division_code",
                name="status_by_category",
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.starts_on}"
