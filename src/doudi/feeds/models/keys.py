"""Keys with which a department's machine sends its own file, and when it did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from doudi.privacy.fields import BlindIndex

from .batches import COUNTY


class FeedKey(models.Model):
    """A key for one source, in the name of the person who made it; only its blind index is kept."""

    contract = models.CharField(max_length=24, db_collation="C")
    division_code = models.CharField(max_length=6, db_collation="C")
    liaison = models.CharField(max_length=24, blank=True, db_collation="C")
    index = BlindIndex(purpose="feed_key", unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="feed_key_of_a_county", condition=COUNTY),
            models.CheckConstraint(
                name="feed_key_revoked_by_whom",
                condition=Q(revoked_at__isnull=True, revoked_by_id__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.pk}"


class FeedCall(models.Model):
    """A file sent with a key: counted, so that a machine gone wild is stopped."""

    key = models.ForeignKey(FeedKey, on_delete=models.PROTECT, related_name="calls")
    division_code = models.CharField(max_length=6, db_collation="C")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "-at"], name="feed_call_by_key")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.at}"
