"""What is posted before a decision and announced after it, with the least the law allows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from .applications import Application
from .decisions import Determination, Opinion


class PublicNotice(models.Model):
    """A notice in the village before the decision (公示): name, number of people, amount; never anything else.

    It stands for seven full days after the day of posting and is taken down by itself. An objection ends it; after the
    answer a new notice begins again from the start.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    # Exactly what is on the sheet.
    name = models.CharField(max_length=60)
    people = models.PositiveSmallIntegerField()
    amount_fen_month = models.BigIntegerField(null=True)
    programme = models.CharField(max_length=24)
    posted_on = models.DateField()
    last_day = models.DateField()
    taken_down_on = models.DateField(null=True)
    ended_by_objection = models.BooleanField(default=False)
    posted_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="notice_forward", condition=Q(last_day__gt=F("posted_on"))),
            models.CheckConstraint(
                name="notice_taken_down_after_posting",
                condition=Q(taken_down_on__isnull=True) | Q(taken_down_on__gte=F("posted_on")),
            ),
            models.UniqueConstraint(
                fields=["application"], name="notice_one_up", condition=Q(taken_down_on__isnull=True)
            ),
        ]
        indexes = [models.Index("division_code", "last_day", name="notice_up", condition=Q(taken_down_on__isnull=True))]

    def __str__(self) -> str:
        return f"{self.application_id} {self.posted_on}"


class Objection(models.Model):
    """Somebody says a notice is wrong. Who said it is sealed; the family never learns it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("异议成立")
        PARTLY = "partly", _("部分成立")
        DISMISSED = "dismissed", _("异议不成立")

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    division_code = models.CharField(max_length=12, db_collation="C")
    text = EncryptedText()
    objector = EncryptedText(null=True)  # null: without a name
    received_on = models.DateField()
    received_by_id = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = EncryptedText(null=True)
    answered_on = models.DateField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_answered_in_full",
                condition=Q(outcome="", answered_on__isnull=True, answer__isnull=True)
                | (~Q(outcome="") & Q(answered_on__isnull=False, answer__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.received_on}"


class Publication(models.Model):
    """What stands in the village after the decision (公布), as long as the award lasts (M57-24)."""

    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="publication")
    division_code = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(max_length=60)
    people = models.PositiveSmallIntegerField()
    amount_fen_month = models.BigIntegerField(null=True)
    programme = models.CharField(max_length=24)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index("division_code", "programme", name="publication_by_place")]

    def __str__(self) -> str:
        return f"{self.determination_id} {self.starts_on}"
