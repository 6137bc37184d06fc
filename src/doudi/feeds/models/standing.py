"""What a source last said about whom, and how its headings were understood."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RememberedMapping(models.Model):
    """How the headings of a source's file were mapped when somebody last confirmed it."""

    contract = models.CharField(max_length=24, db_collation="C")
    division_code = models.CharField(max_length=6, db_collation="C")
    liaison = models.CharField(max_length=24, blank=True, db_collation="C")
    # Digest of the headings in their order: another form of file is mapped anew.
    signature = models.CharField(max_length=64, db_collation="C")
    mapping = models.JSONField()
    confirmed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_code", "contract", "signature"], name="feed_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.signature[:8]}"


class SourceStanding(models.Model):
    """One thing that a source says of one person or household, for one month where it is told by month.

    The live row (`superseded_by` is null) is what the source says now; a row that gave way names the batch before which
    it gave way, so that a batch can be taken back. `root` is the first file of a file and its corrections: their rows
    add up, those of another file replace them. An older file never replaces what a newer one said.
    """

    division_code = models.CharField(max_length=6, db_collation="C")
    contract = models.CharField(max_length=24, db_collation="C")
    fact = models.CharField(max_length=24, db_collation="C")
    # A person or a household, as the fact says.
    subject_id = models.BigIntegerField()
    month = models.DateField(null=True)
    code = models.CharField(max_length=24, blank=True)
    grade = models.SmallIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    # Sealed for the registry's own column, so that it is copied there and never read here.
    detail = models.BinaryField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    as_of = models.DateField()
    root_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    seen_by = models.BigIntegerField()
    superseded_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "contract", "fact", "subject_id", "month"],
                name="feed_standing_once",
                condition=Q(superseded_by__isnull=True),
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["batch_id"], name="feed_standing_by_batch"),
            models.Index(fields=["superseded_by"], name="feed_standing_gone", condition=Q(superseded_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.fact} {self.subject_id}"
