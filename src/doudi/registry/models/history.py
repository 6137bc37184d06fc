"""How a file came to read as it does: corrections, merges and moves, each of which can be followed back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doudi.privacy.fields import EncryptedText

from .people import Household, Person


class Revision(models.Model):
    """What a person's file said before a correction; `until` is when it stopped saying so."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="revisions")
    division_code = models.CharField(max_length=12, db_collation="C")
    # Name, number, birth date, sex … as they stood, as JSON; encrypted because it may hold the number.
    said = EncryptedText()
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    changed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="revision_forward", condition=Q(until__gte=F("since")))]
        indexes = [models.Index("person", "until", name="revision_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until:%F}"


class Merge(models.Model):
    """Two files of one person made one. `moved` names every row that changed hands, so that it can be undone."""

    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_away")
    division_code = models.CharField(max_length=12, db_collation="C")
    moved = models.JSONField()
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(survivor=F("absorbed"))),
            models.UniqueConstraint(fields=["absorbed"], name="merge_once", condition=Q(undone_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"


class Move(models.Model):
    """A household handed from one village to another from a day on: where it was before can still be read."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="moves")
    division_code = models.CharField(max_length=12, db_collation="C")
    from_code = models.CharField(max_length=12, db_collation="C")
    to_code = models.CharField(max_length=12, db_collation="C")
    moved_on = models.DateField()
    reason = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="move_to_elsewhere", condition=~Q(from_code=F("to_code"))),
            models.UniqueConstraint(fields=["household", "moved_on"], name="move_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.from_code} → {self.to_code} {self.moved_on}"
