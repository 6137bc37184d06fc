"""What the phones of coordinators bring in, kept as it was sent: devices, records, conflicts, attachments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText


class Device(models.Model):
    """One staff member's store on one phone. The share is half of the key of what lies there; a wipe destroys it."""

    key = models.UUIDField(unique=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(max_length=60)
    share = EncryptedText(null=True)
    registered_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    wiped_at = models.DateTimeField(null=True)
    wiped_by_id = models.BigIntegerField(null=True)
    wiped_because = models.CharField(max_length=200, blank=True)
    # The phone says so itself: what it had not sent yet is gone with it.
    erased_at = models.DateTimeField(null=True)
    erased_unsent = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("-seen_at",)
        indexes = [models.Index(fields=["staff"])]
        constraints = [
            models.CheckConstraint(
                name="device_wipe_destroys_the_share",
                condition=Q(wiped_at__isnull=True, share__isnull=False, wiped_by_id__isnull=True, wiped_because="")
                | Q(wiped_at__isnull=False, share__isnull=True, wiped_by_id__isnull=False) & ~Q(wiped_because=""),
            ),
            models.CheckConstraint(
                name="device_erased_after_wipe",
                condition=Q(erased_at__isnull=True, erased_unsent__isnull=True)
                | Q(wiped_at__isnull=False, erased_at__isnull=False, erased_unsent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class RecordKind(models.TextChoices):
    """What a phone can send."""

    VISIT = "visit", _("入户核实")
    ABSENT = "absent", _("家里没人")
    CONSENT = "consent", _("核对授权")
    PLEDGE = "pledge", _("承诺书")
    LEAD = "lead", _("报线索")
    EMERGENCY = "emergency", _("急难求助")
    THEIRS = "theirs", _("按系统里的办")


class Outcome(models.TextChoices):
    """What became of a record. Only a refused one may be looked at again: the reason may have gone away."""

    APPLIED = "applied", _("已办")
    CONFLICT = "conflict", _("有冲突")
    REFUSED = "refused", _("退回")


FINAL = frozenset({Outcome.APPLIED, Outcome.CONFLICT})


class SyncRecord(models.Model):
    """One record as a phone sent it, and what was answered. The phone's id makes it safe to send twice."""

    client_id = models.UUIDField(unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="records")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=10, choices=RecordKind.choices)
    task = models.CharField(max_length=40, blank=True, db_collation="C")
    household_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, db_collation="C")
    body = EncryptedText()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    answer = EncryptedText()
    # The phone's clock as it stood, what we make of it, and by how much it was wrong.
    client_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    offset_ms = models.BigIntegerField()
    clock_doubtful = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["division_code", "received_at"]), models.Index(fields=["task"])]
        constraints = [
            models.CheckConstraint(name="sync_record_known_kind", condition=Q(kind__in=[k.value for k in RecordKind])),
            models.CheckConstraint(
                name="sync_record_known_outcome", condition=Q(outcome__in=[o.value for o in Outcome])
            ),
            models.CheckConstraint(
                name="sync_record_not_from_the_future", condition=Q(happened_at__lte=models.F("received_at"))
            ),
            models.CheckConstraint(name="sync_record_digest_is_sm3", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"


class FieldConflict(models.Model):
    """A record met a task that had moved on: base, mine and theirs as they were, and how a person decided."""

    class Decision(models.TextChoices):
        """Whose word stood."""

        MINE = "mine", _("按手机上的")
        THEIRS = "theirs", _("按系统里的")
        MIXED = "mixed", _("逐项选择")

    record = models.OneToOneField(SyncRecord, on_delete=models.PROTECT, related_name="conflict")
    division_code = models.CharField(max_length=12, db_collation="C")
    base = EncryptedText()
    mine = EncryptedText()
    theirs = EncryptedText()
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by_record = models.OneToOneField(SyncRecord, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["division_code"])]
        constraints = [
            models.CheckConstraint(
                name="field_conflict_decided_whole",
                condition=Q(decision="", decided_by_record__isnull=True, decided_at__isnull=True)
                | Q(
                    decision__in=["mine", "theirs", "mixed"],
                    decided_by_record__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.decision or '…'}"


class Attachment(models.Model):
    """A photo, a voice note or a signature on its way from a phone, piece by piece, to a document."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "photo", _("照片")
        VOICE = "voice", _("录音")
        SIGNATURE = "signature", _("签名")

    class State(models.TextChoices):
        """How far it has come."""

        PARTIAL = "partial", _("正在传")
        STORED = "stored", _("已存")
        REFUSED = "refused", _("不接收")

    client_id = models.UUIDField(unique=True)
    record = models.ForeignKey(SyncRecord, on_delete=models.PROTECT, related_name="attachments")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_collation="C")  # SHA-256, which browsers can compute
    state = models.CharField(max_length=10, choices=State.choices, default=State.PARTIAL)
    problem = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField()
    place = EncryptedText(null=True)
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["division_code"])]
        constraints = [
            models.CheckConstraint(name="attachment_within_limit", condition=Q(size__gt=0, size__lte=400 * 1024)),
            models.CheckConstraint(
                name="attachment_state_whole",
                condition=Q(state="partial", document__isnull=True, problem="", ended_at__isnull=True)
                | Q(state="stored", document__isnull=False, problem="", ended_at__isnull=False)
                | Q(state="refused", document__isnull=True, ended_at__isnull=False) & ~Q(problem=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"


class AttachmentPart(models.Model):
    """The bytes that have come so far, sealed; gone as soon as the attachment is whole."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="parts")
    division_code = models.CharField(max_length=12, db_collation="C")
    start = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    data = EncryptedText()  # Base64: the field seals text

    class Meta:
        ordering = ("start",)
        constraints = [models.UniqueConstraint(fields=["attachment", "start"], name="attachment_part_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id}@{self.start}"
