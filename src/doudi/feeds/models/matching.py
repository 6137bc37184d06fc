"""Rows that may be about a registered person, but not surely: a person decides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from .batches import Batch


class Decision(models.TextChoices):
    """What was decided about a pair."""

    SAME = "same", _("是同一人")
    DIFFERENT = "different", _("不是同一人")


class DoubtfulPair(models.Model):
    """A row of a batch and a person it may be about, with the reasons for and against."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="pairs")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=6, db_collation="C")
    liaison = models.CharField(max_length=24, blank=True, db_collation="C")
    row = models.BigIntegerField()
    # The column of numbers that the person stands for: a marriage has two.
    who = models.CharField(max_length=24, db_collation="C")
    # The row as it was understood, as JSON; opened for the decision and gone with the raw rows.
    said = EncryptedText(null=True)
    probability = models.FloatField()
    # Feature by feature, in words: [{"feature": …, "words": …, "weight": …}]. No values.
    explanation = models.JSONField()
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    # When the row's facts went into the registry, after "the same".
    landed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-probability", "id")
        indexes = [models.Index(fields=["division_code"], name="feed_pair_open", condition=Q(decision=""))]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row", "who", "person"], name="feed_pair_once"),
            # A row is about one person at most.
            models.UniqueConstraint(
                fields=["batch", "row", "who"], name="feed_pair_one_same", condition=Q(decision="same")
            ),
            models.CheckConstraint(name="feed_pair_probability", condition=Q(probability__gte=0, probability__lte=1)),
            models.CheckConstraint(
                name="feed_pair_decided_by_whom",
                condition=Q(decision="", decided_at__isnull=True, decided_by_id__isnull=True)
                | Q(decision__in=["same", "different"], decided_at__isnull=False, decided_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="feed_pair_landed_if_same", condition=Q(landed_at__isnull=True) | Q(decision="same")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.row} ~ {self.person_id}"
