"""The numbered feed, what they told us, the keys of the other system, and the quarterly comparison."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise

from doudi.privacy.fields import EncryptedText

from .kinds import Kind, State, Theirs


def _county() -> Any:
    return models.CharField(max_length=6, db_collation="C")


class Outgoing(models.Model):
    """The number of one event of the log in the feed of a county. What it says of people is read when asked for."""

    county = _county()
    number = models.BigIntegerField()
    event_id = models.BigIntegerField()
    event_at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices, db_collation="C")
    code = models.CharField(max_length=24, blank=True, db_collation="C")
    happened_on = models.DateField()
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    numbered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="outgoing_numbered_once"),
            models.UniqueConstraint(fields=["county", "event_id"], name="outgoing_event_once"),
            models.CheckConstraint(name="outgoing_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Position(models.Model):
    """How far into the log the feed of a county has been numbered."""

    county = models.CharField(max_length=6, db_collation="C", unique=True)
    tx = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.county} {self.tx}"


class Acknowledgement(models.Model):
    """The other system has taken in everything up to a number: appended."""

    county = _county()
    up_to = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="acknowledged_forward", condition=Q(up_to__gte=0))]
        indexes = [models.Index("county", F("up_to").desc(), name="acknowledged_by_county")]

    def __str__(self) -> str:
        return f"≤ {self.up_to}"


class Peer(models.Model):
    """A key of the other system. It acts with the rights of the member of staff who gave it out."""

    county = _county()
    name = models.CharField(max_length=60)
    token_index = models.BinaryField()
    staff_id = models.BigIntegerField()
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_index"], name="peer_token_once"),
            models.CheckConstraint(
                name="peer_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by_id__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Handle(models.Model):
    """A person's digest under the exchange key, valid as long as their number is the one it was made of."""

    county = _county()
    person = models.OneToOneField("registry.Person", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32, db_collation="C")
    of_index = models.BinaryField()

    class Meta:
        indexes = [models.Index("county", "digest", name="handle_by_digest")]

    def __str__(self) -> str:
        return self.digest


class Incoming(models.Model):
    """One event of theirs, once per number; what it says becomes dated circumstances of the household."""

    county = _county()
    number = models.BigIntegerField()
    kind = models.CharField(max_length=14, choices=Theirs.choices)
    code = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=8, blank=True)
    happened_on = models.DateField()
    people: Any = ArrayField(models.CharField(max_length=32), default=list)
    name = EncryptedText(null=True)
    township = models.CharField(max_length=12, blank=True, db_collation="C")
    digest = models.CharField(max_length=64)
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    note = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="incoming_number_once"),
            models.CheckConstraint(name="incoming_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="incoming_applied_to_a_household",
                condition=Q(state=State.APPLIED, household__isnull=False)
                | (~Q(state=State.APPLIED) & Q(household__isnull=True)),
            ),
        ]
        indexes = [
            models.Index("household", name="incoming_by_household"),
            models.Index("county", "state", name="incoming_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Comparison(models.Model):
    """What the two lists said of each other in a quarter: frozen with its digest, confirmed by both sides."""

    county = _county()
    quarter = models.CharField(max_length=6, db_collation="C")  # 2026Q4
    version = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    content = EncryptedText()
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    compiled_at = models.DateTimeField()
    compiled_by_id = models.BigIntegerField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "quarter", "version"], name="comparison_version_once"),
            models.CheckConstraint(name="comparison_quarter", condition=Q(quarter__regex=r"^\d{4}Q[1-4]$")),
            models.CheckConstraint(
                name="comparison_confirmed_by_another",
                condition=Q(confirmed_at__isnull=True, confirmed_by_id__isnull=True)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by_id__isnull=False)
                    & ~Q(confirmed_by_id=F("compiled_by_id"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """BD-533103-2026Q4-1."""
        return f"BD-{self.county}-{self.quarter}-{self.version}"

    @property
    def title(self) -> str | Promise:
        return f"{self.quarter[:4]} 年第 {self.quarter[-1]} 季度"
