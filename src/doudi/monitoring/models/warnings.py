"""One finding of one indicator about one household, from the day it was seen until it is known whether it was true."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

PLACE = Q(division_code__regex=r"^\d{12}$")
DIGEST = r"^[0-9a-f]{64}$"


class WarningState(models.TextChoices):
    """Where a warning stands."""

    WATCHED = "watched", _("仅观察")
    RAISED = "raised", _("待核实")
    VERIFIED = "verified", _("已核实")
    LAPSED = "lapsed", _("情况已消除")


OPEN_WARNING = (WarningState.WATCHED, WarningState.RAISED)


class Outcome(models.TextChoices):
    """What turned out: the column that the ledger of indicators counts."""

    TRUE = "true", _("属实")
    FALSE = "false", _("不属实")
    UNKNOWN = "unknown", _("无法核实")


class EarlyWarning(models.Model):
    """What an indicator found, with what it rests on. Evidence and sentence are encrypted: they tell of illness, money.

    `needs`: the right beyond reading warnings that its contents demand ('' none); the database asks for it, too.
    """

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    indicator = models.CharField(max_length=40, db_collation="C")
    group = models.CharField(max_length=4, choices=[("help", _("救助")), ("stop", _("核查"))])
    needs = models.CharField(max_length=20, blank=True, db_collation="C")
    thresholds = models.JSONField(default=dict)
    evidence = EncryptedText()
    evidence_digest = models.CharField(max_length=64, db_collation="C")
    sentence = EncryptedText()
    clauses = models.JSONField(default=list)
    deadline_days = models.PositiveSmallIntegerField()
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    last_seen_on = models.DateField()
    state = models.CharField(max_length=8, choices=WarningState.choices)
    task = models.ForeignKey("VisitTask", null=True, on_delete=models.PROTECT, related_name="warnings")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="warning_place_is_a_village", condition=PLACE),
            models.CheckConstraint(name="warning_known_group", condition=Q(group__in=["help", "stop"])),
            models.CheckConstraint(name="warning_known_state", condition=Q(state__in=WarningState.values)),
            models.CheckConstraint(name="warning_digest", condition=Q(evidence_digest__regex=DIGEST)),
            models.CheckConstraint(
                name="warning_closed_with_its_outcome",
                condition=Q(state__in=["watched", "raised"], closed_on=None, outcome="")
                | Q(state="verified", closed_on__isnull=False, outcome__in=Outcome.values)
                | Q(state="lapsed", closed_on__isnull=False, outcome=""),
            ),
            models.CheckConstraint(
                name="warning_only_watched_without_a_task", condition=~Q(state="raised") | Q(task__isnull=False)
            ),
            models.UniqueConstraint(
                name="warning_one_open_an_indicator",
                fields=["household", "person", "indicator"],
                condition=Q(state__in=["watched", "raised"]),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index("household", "indicator", name="warning_of_household"),
            models.Index("indicator", "raised_on", name="warning_by_indicator"),
            models.Index("division_code", name="warning_open", condition=Q(state__in=["watched", "raised"])),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.household_id}"


class ChangedHousehold(models.Model):
    """A household of which a department's file changed something: looked at again at the next round, then forgotten."""

    household_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.household_id)
