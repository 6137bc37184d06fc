"""Hearing somebody before something is taken from them (LAW26-48)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doudi.privacy.fields import EncryptedText

from .reviews import PeriodicReview, Way


class Hearing(models.Model):
    """Who was heard, what they said, signed; or why they could not be heard after being asked twice. Appended."""

    review = models.ForeignKey(PeriodicReview, on_delete=models.PROTECT, related_name="hearings")
    division_code = models.CharField(max_length=12, db_collation="C")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    way = models.CharField(max_length=8, choices=Way.choices)
    told = EncryptedText()  # what they were told is intended, from when and why
    said = EncryptedText(null=True)
    signature = models.BigIntegerField(null=True)  # verification.Signature
    # Heard, but they would not or could not sign: why, and who else was there.
    unsigned_because = EncryptedText(null=True)
    witness = EncryptedText(null=True)
    # Not heard: asked on two days, and why it did not come to it.
    first_asked_on = models.DateField(null=True)
    second_asked_on = models.DateField(null=True)
    unheard_because = EncryptedText(null=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="hearing_heard_and_signed_or_asked_twice",
                condition=Q(said__isnull=False, unheard_because__isnull=True, signature__isnull=False)
                | Q(
                    said__isnull=False,
                    unheard_because__isnull=True,
                    unsigned_because__isnull=False,
                    witness__isnull=False,
                )
                | Q(
                    said__isnull=True,
                    unheard_because__isnull=False,
                    first_asked_on__isnull=False,
                    second_asked_on__isnull=False,
                    second_asked_on__gt=F("first_asked_on"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"TX-{self.held_on:%Y}-{self.pk:06d}"

    @property
    def heard(self) -> bool:
        return self.said is not None
