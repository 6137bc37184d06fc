"""Divisions and their history. The 12-digit code of a place is what every personal row carries."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The levels of division, from the top."""

    PROVINCE = "province", _("省")
    PREFECTURE = "prefecture", _("州市")
    COUNTY = "county", _("县市区")
    TOWNSHIP = "township", _("乡镇街道")
    VILLAGE = "village", _("村社区")


class ResidenceClass(models.TextChoices):
    """Urban or rural: decides which standard applies (rules.md §2)."""

    URBAN = "urban", _("城镇")
    RURAL = "rural", _("农村")


class Division(models.Model):
    """A place by its code (2, 4, 6, 9 or 12 digits). Its names and parents over time are in `DivisionVersion`."""

    code = models.CharField(max_length=12, primary_key=True, db_collation="C")
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30)
    level = models.CharField(max_length=12, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    residence_class = models.CharField(max_length=8, choices=ResidenceClass.choices, null=True)
    # Two capital letters that start the household numbers of a township; empty for other levels.
    letters = models.CharField(max_length=4, blank=True)
    is_open = models.BooleanField(default=True)
    # Where its files went: a division that moves gets a new code, because the code is what scopes are made of.
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="division_code_digits", condition=Q(code__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")
            ),
            models.CheckConstraint(name="division_known_level", condition=Q(level__in=[v.value for v in Level])),
            models.CheckConstraint(
                name="division_class_for_villages_only",
                condition=Q(residence_class__isnull=True) | Q(level="village"),
            ),
            models.CheckConstraint(
                name="division_successor_of_closed_only",
                condition=Q(successor__isnull=True) | Q(is_open=False),
            ),
            models.UniqueConstraint(
                name="division_letters_once", fields=["parent", "letters"], condition=~Q(letters="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


# Exclusion needs a range on both columns where no extension may be installed:
# the code as a number, from itself to itself.
_CODE = Cast(F("division"), models.BigIntegerField())
ONE_DIVISION = Func(_CODE, _CODE, models.Value("[]"), function="int8range")


class DivisionVersion(models.Model):
    """A name, parent and class of a division for a period: renames and moves are dated, never overwritten."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=60)
    parent_code = models.CharField(max_length=12, blank=True, db_collation="C")
    residence_class = models.CharField(max_length=8, choices=ResidenceClass.choices, null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_version_forward",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            ExclusionConstraint(
                name="division_one_version_a_day",
                expressions=[
                    (ONE_DIVISION, RangeOperators.OVERLAPS),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}"


class LocalHoliday(models.Model):
    """A day off (or a make-up working day) that only this prefecture or county has, e.g. 泼水节, 目瑙纵歌."""

    area_code = models.CharField(max_length=12, db_collation="C")
    day = models.DateField()
    name = models.CharField(max_length=30)
    is_workday = models.BooleanField(default=False)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "day"], name="local_holiday_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class HolidayYear(models.Model):
    """A national arrangement typed in by an administrator before the software brings it: days off, weekends worked."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    notice = models.CharField(max_length=120)
    # Day → name of the holiday, as ISO dates.
    off = models.JSONField(default=dict)
    work = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.year)
