"""What the clocks showed: a row when one ended, the open ones as they stand, and who was told of the late ones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..programmes import Programme
from .applications import Application


class Outcome(models.TextChoices):
    """How a clock ended."""

    KEPT = "kept", _("按时")
    MISSED = "missed", _("超期")
    DROPPED = "dropped", _("期内撤回、终止或移交")


class Level(models.TextChoices):
    """Who is told: the handler in good time, the township head when it is late, the county when it stays late."""

    HANDLER = "handler", _("经办人")
    HEAD = "head", _("乡镇分管领导")
    COUNTY = "county", _("市民政局")


class ClockRow(models.Model):
    """One run of one limit. `began_at` is the moment of the step that began it, and names the run."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    programme = models.CharField(max_length=24, choices=Programme.choices)
    key = models.CharField(max_length=24)  # of the limit
    began_at = models.DateTimeField()
    started_on = models.DateField()
    extended = models.BooleanField(default=False)
    assumed = models.BooleanField(default=False)  # a figure of the county's own, not of the law
    paused_days = models.IntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.application_id} {self.key} {self.started_on}"


class ClockResult(ClockRow):
    """A clock that ended. Appended, never edited: the public report reads these rows alone."""

    due_on = models.DateField()
    ended_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    elapsed = models.IntegerField()  # what counted, in the unit of the limit
    waited_days = models.IntegerField()  # calendar days the family waited, pauses and all

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "key", "began_at"], name="clockresult_once"),
            models.CheckConstraint(name="clockresult_forward", condition=Q(ended_on__gte=F("started_on"))),
            models.CheckConstraint(
                name="clockresult_kept_in_time", condition=Q(outcome="missed") | Q(ended_on__lte=F("due_on"))
            ),
            models.CheckConstraint(
                name="clockresult_pause_within", condition=Q(paused_days__gte=0, paused_days__lte=F("waited_days"))
            ),
        ]
        indexes = [models.Index("key", "started_on", "division_code", name="clockresult_report")]


class OpenClock(ClockRow):
    """A clock that runs, as last read: at every step of the case and every morning."""

    due_on = models.DateField(null=True)  # null: the calendar of a year is missing
    amber_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)  # since when it stands still

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="openclock_one_a_limit")]
        indexes = [models.Index("key", "started_on", "division_code", name="openclock_report")]


class Escalation(models.Model):
    """Somebody was told that a clock is about to run out, or has. Each level once a run."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="escalations")
    division_code = models.CharField(max_length=12, db_collation="C")
    key = models.CharField(max_length=24)
    began_at = models.DateTimeField()
    level = models.CharField(max_length=8, choices=Level.choices)
    staff_id = models.BigIntegerField(null=True)  # the handler; the other levels are whoever holds the office
    due_on = models.DateField()
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "key", "began_at", "level"], name="escalation_once_a_level"),
        ]
        indexes = [models.Index("division_code", "on", name="escalation_by_place")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.key} {self.level}"


class EscalationAnswer(models.Model):
    """Whoever was told says what they will do about it."""

    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="answer")
    division_code = models.CharField(max_length=12, db_collation="C")
    note = EncryptedText(_("处理意见"))
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.escalation_id}"
