"""The audit log and its seals."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing somebody saw or did. Written in the action's own transaction, never changed, holds no personal data."""

    at = models.DateTimeField(_("时间"))
    # The transaction's number decides which batch seals the event: see audit/sealing.py for why it is not the id.
    tx = models.BigIntegerField(
        db_default=models.Func(function="doudi_audit_tx", output_field=models.BigIntegerField())
    )
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=60)
    actor_place = models.CharField(max_length=12, blank=True, db_collation="C")
    action = models.CharField(_("做了什么"), max_length=60, db_collation="C")
    subject_kind = models.CharField(max_length=30, blank=True, db_collation="C")
    subject_id = models.CharField(max_length=40, blank=True, db_collation="C")
    subject_place = models.CharField(max_length=12, blank=True, db_collation="C")
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    before_digest = models.CharField(max_length=64, blank=True)
    after_digest = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["tx", "id"]),
            models.Index(fields=["subject_kind", "subject_id", "-id"]),
            models.Index(fields=["actor_id", "-id"]),
            # The log is written in the order of time, so a few pages of ranges find a day among millions.
            BrinIndex("at", name="audit_by_day", autosummarize=True, pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.action}"


class AuditSeal(models.Model):
    """One sealed batch: all events whose transaction number lies in [tx_from, tx_until), chained to the seal before."""

    number = models.BigIntegerField(primary_key=True)
    tx_from = models.BigIntegerField()
    tx_until = models.BigIntegerField()
    events = models.BigIntegerField()
    batch_digest = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="seal_range_forward", condition=models.Q(tx_until__gt=models.F("tx_from"))),
            models.UniqueConstraint(fields=["tx_from"], name="seal_range_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.head[:12]}"


class AuditAlert(models.Model):
    """Something about the log itself is wrong; stays open until the audit administrator says what it was."""

    class Kind(models.TextChoices):
        """What was found."""

        FORGED = "forged", _("已封存的区间里多出记录")
        MISSING = "missing", _("已封存的区间里少了记录")
        BROKEN = "broken", _("核验没有通过")
        RESTORED = "restored", _("从备份恢复过，这以后的记录不在")

    found_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)
    settled_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alert_settled_by_somebody_with_a_note",
                condition=Q(settled_at__isnull=True, settled_by_id__isnull=True, settled_note="")
                | (Q(settled_at__isnull=False, settled_by_id__isnull=False) & ~Q(settled_note="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.found_at:%F %T}"
