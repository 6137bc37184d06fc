"""Decisions about indicators: active or watched only, and thresholds changed by two people. Appended."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

AREA = Q(division_code__regex=r"^(\d{6}|\d{9})$")


class Standing(models.TextChoices):
    """Whether an indicator makes work."""

    ACTIVE = "active", _("启用")
    WATCH_ONLY = "watch_only", _("仅观察")


class IndicatorState(models.Model):
    """A person decided that an indicator is active or watched only; the last row of a county counts."""

    division_code = models.CharField(max_length=12, db_collation="C")
    indicator = models.CharField(max_length=40, db_collation="C")
    standing = models.CharField(max_length=10, choices=Standing.choices)
    because = models.CharField(_("理由"), max_length=200)
    # The ledger as it stood when it was decided.
    figures = models.JSONField(default=dict)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="indicator_state_area", condition=AREA),
            models.CheckConstraint(name="indicator_state_known", condition=Q(standing__in=Standing.values)),
            models.CheckConstraint(name="indicator_state_says_why", condition=~Q(because="")),
        ]
        indexes = [models.Index("division_code", "indicator", name="indicator_state_last")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.standing}"


class ChangeState(models.TextChoices):
    """Where a change of thresholds stands."""

    DRAFT = "draft", _("待批准")
    DECIDED = "decided", _("已批准")
    REFUSED = "refused", _("未批准")


class ThresholdChange(models.Model):
    """Other thresholds for an indicator in an area from a day on, with what the trial on history said."""

    division_code = models.CharField(_("适用区域"), max_length=12, db_collation="C")
    indicator = models.CharField(max_length=40, db_collation="C")
    values = models.JSONField()
    starts_on = models.DateField()
    because = models.CharField(_("理由"), max_length=200)
    trial = models.JSONField()
    state = models.CharField(max_length=8, choices=ChangeState.choices, default=ChangeState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by_id = models.BigIntegerField()
    decided_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    answer = models.CharField(_("批准意见"), max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="threshold_change_area", condition=AREA),
            models.CheckConstraint(name="threshold_change_says_why", condition=~Q(because="")),
            models.CheckConstraint(
                name="threshold_change_by_two_people",
                condition=Q(decided_by_id=None) | ~Q(decided_by_id=F("drafted_by_id")),
            ),
            models.CheckConstraint(
                name="threshold_change_decided_whole",
                condition=Q(state="draft", decided_at=None, decided_by_id=None, decided_on=None)
                | Q(state__in=["decided", "refused"], decided_at__isnull=False, decided_by_id__isnull=False,
                    decided_on__isnull=False),
            ),
            models.UniqueConstraint(
                name="threshold_change_one_draft", fields=["division_code", "indicator"], condition=Q(state="draft")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts_on}"
