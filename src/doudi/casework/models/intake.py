"""What a family tells when it applies, what it still lacks, and forms left half-filled."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doudi.privacy.fields import EncryptedText

from .applications import Application


class Declaration(models.Model):
    """What the family declared, kept as it was said. Entered into the registry as statements of the family."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="declarations")
    division_code = models.CharField(max_length=12, db_collation="C")
    said = EncryptedText()  # JSON: reason key (person:12.wage_income_fen) → value
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    entered_at = models.DateTimeField(null=True)
    entered_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="declaration_entered_by_somebody",
                condition=Q(entered_at__isnull=True, entered_by_id__isnull=True)
                | Q(entered_at__isnull=False, entered_by_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.on}"


class GapNotice(models.Model):
    """The one notice of everything that is missing (M57-10): the database refuses a second for the same case."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="gap_notice")
    division_code = models.CharField(max_length=12, db_collation="C")
    items = models.JSONField()  # [{key, person}]: what is missing, in codes
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="gap_notice_lists_something", condition=~Q(items=[]))]

    def __str__(self) -> str:
        return f"{self.application_id} {self.on}"


class IntakeDraft(models.Model):
    """A form left half-filled: only its writer sees it, and it is gone once the application is opened."""

    staff_id = models.BigIntegerField()
    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    typed = EncryptedText()  # JSON: field → text
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff_id", "household"], name="intake_draft_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.household_id}"
