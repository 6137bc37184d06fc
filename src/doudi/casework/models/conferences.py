"""一事一议: a complex matter talked over by several offices, with minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doudi.privacy.fields import EncryptedText

from .applications import Application
from .reviews import PeriodicReview


class CaseConference(models.Model):
    """A conference about one application or one review. Appended."""

    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="conferences")
    review = models.ForeignKey(PeriodicReview, null=True, on_delete=models.PROTECT, related_name="conferences")
    division_code = models.CharField(max_length=12, db_collation="C")
    held_on = models.DateField()
    question = EncryptedText()
    participants = EncryptedText()  # JSON: [{"name": …, "office": …}]
    opinions = EncryptedText()
    conclusion = EncryptedText()
    minutes = models.BigIntegerField()  # documents.Document
    minutes_digest = models.CharField(max_length=64, db_collation="C")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="conference_about_one",
                condition=Q(application__isnull=False, review__isnull=True)
                | Q(application__isnull=True, review__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"YY-{self.held_on:%Y}-{self.pk:06d}"
