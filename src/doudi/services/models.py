"""Referrals to departments, and every step of each."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from doudi.privacy.fields import EncryptedText

from .entitlements import Department, Entitlement
from .moves import OPEN, Move, Reason, State

CLOSED = tuple(s for s in State if s not in OPEN)
VILLAGE = Q(division_code__regex=r"^\d{12}$")


class Referral(models.Model):
    """One need of one household or person, put to one department. The department reads this row and no other."""

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    entitlement = models.CharField(max_length=20, choices=Entitlement.choices)
    department = models.CharField(max_length=24, choices=Department.choices, db_collation="C")
    why = EncryptedText()
    clauses: Any = ArrayField(models.CharField(max_length=60), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_on = models.DateField()
    sent_by_id = models.BigIntegerField()
    due_on = models.DateField()
    escalated_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    reason = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    answer = EncryptedText(null=True)
    given_what = EncryptedText(null=True)
    given_fen = models.BigIntegerField(null=True)
    given_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_place_is_a_village", condition=VILLAGE),
            models.CheckConstraint(
                name="referral_closed_with_its_day",
                condition=Q(state__in=OPEN, closed_on__isnull=True) | Q(state__in=CLOSED, closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_refused_with_a_reason",
                condition=(Q(state__in=[State.REFUSED, State.NOT_GIVEN]) & ~Q(reason=""))
                | (~Q(state__in=[State.REFUSED, State.NOT_GIVEN]) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="referral_given_says_what_and_when",
                condition=Q(state=State.GIVEN, given_what__isnull=False, given_on__isnull=False)
                | (~Q(state=State.GIVEN) & Q(given_what__isnull=True, given_on__isnull=True, given_fen__isnull=True)),
            ),
            models.CheckConstraint(
                name="referral_amount_positive", condition=Q(given_fen__isnull=True) | Q(given_fen__gt=0)
            ),
            models.CheckConstraint(name="referral_due_after_sent", condition=Q(due_on__gte=F("sent_on"))),
            # The same open need is never put to the same department twice.
            models.UniqueConstraint(
                fields=["household", "person", "entitlement", "department"],
                name="referral_open_once",
                condition=Q(state__in=OPEN),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index("department", "due_on", name="referral_by_department", condition=Q(state__in=OPEN)),
            models.Index("division_code", "due_on", name="referral_by_place"),
            models.Index("household", name="referral_by_household"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """ZJ-2026-000123."""
        return f"ZJ-{self.sent_on.year}-{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def subject(self) -> Any:
        """The person it is about: the one named, else the head of the household."""
        return self.person or self.household.head


class ReferralStep(models.Model):
    """One move of a referral: appended, never edited."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    division_code = models.CharField(max_length=12, db_collation="C")
    department = models.CharField(max_length=24, choices=Department.choices, db_collation="C")
    move = models.CharField(max_length=14, choices=Move.choices)
    before = models.CharField(max_length=10, choices=State.choices, blank=True)
    after = models.CharField(max_length=10, choices=State.choices)
    due_on = models.DateField()
    note = EncryptedText(null=True)
    done_on = models.DateField()
    done_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="referral_step_place_is_a_village", condition=VILLAGE)]
        indexes = [models.Index("referral", "id", name="referral_steps")]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.move}"
