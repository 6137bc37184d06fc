"""What the bank is told and what it answers: batches, transfers, return files, answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..kinds import AnswerState, Decision, Fault, Programme, TransferState
from .accounts import BenefitAccount
from .ledger import Fund
from .runs import LARGEST_FEN, PaymentLine, PaymentRun


class BankBatch(models.Model):
    """A file for the bank: some lines of a run, sent together. The first holds all, a later one what was corrected."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="batches")
    division_code = models.CharField(max_length=12, db_collation="C")
    number = models.CharField(_("银行批次号"), max_length=30, unique=True, db_collation="C")
    attempt = models.PositiveSmallIntegerField()
    transfers_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    # The keyed SM3 digest of the canonical rows, as the file carries it; written when the last transfer is there.
    digest = models.CharField(max_length=64, blank=True, db_collation="C")
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["run", "attempt"], name="batch_once_an_attempt"),
            models.CheckConstraint(name="batch_not_empty", condition=Q(transfers_count__gt=0, total_fen__gt=0)),
            models.CheckConstraint(
                name="batch_finished_with_digest", condition=Q(finished_at__isnull=True) ^ ~Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Transfer(models.Model):
    """One instruction to the bank. A line has at most one that is under way or arrived: nobody is paid twice."""

    batch = models.ForeignKey(BankBatch, on_delete=models.PROTECT, related_name="transfers")
    line = models.ForeignKey(PaymentLine, on_delete=models.PROTECT, related_name="transfers")
    division_code = models.CharField(max_length=12, db_collation="C")
    sequence = models.PositiveIntegerField()
    account = models.ForeignKey(BenefitAccount, on_delete=models.PROTECT, related_name="+")
    fen = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.SENT)
    # The bank's own code for what went wrong, and the day it speaks of.
    code = models.CharField(max_length=10, blank=True)
    answered_on = models.DateField(null=True)
    # What a person decided about one that did not arrive: sent once more, or not.
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)
    decided_because = models.CharField(max_length=200, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="transfer_sequence_once"),
            models.UniqueConstraint(
                fields=["line"], name="transfer_one_alive_a_line", condition=Q(state__in=["sent", "paid"])
            ),
            models.CheckConstraint(name="transfer_known_state", condition=Q(state__in=TransferState.values)),
            models.CheckConstraint(name="transfer_positive", condition=Q(fen__gt=0, fen__lt=LARGEST_FEN)),
            models.CheckConstraint(
                name="transfer_failure_has_a_code", condition=~Q(state__in=["rejected", "returned"]) | ~Q(code="")
            ),
            models.CheckConstraint(
                name="transfer_decided_after_failing",
                condition=Q(decision="", decided_because="", decided_by_id__isnull=True, decided_at__isnull=True)
                | (Q(state__in=["rejected", "returned"], decided_by_id__isnull=False, decided_at__isnull=False)
                   & ~Q(decision="") & ~Q(decided_because="")),
            ),
        ]  # fmt: skip
        indexes = [models.Index("batch", "state", name="transfer_by_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.sequence}"


class BankReturn(models.Model):
    """A file that came back from the bank. The same file twice is the same file: its digest is unique."""

    county = models.CharField(max_length=6, db_collation="C")
    division_code = models.CharField(max_length=12, db_collation="C")
    digest = models.CharField(max_length=64, unique=True, db_collation="C")
    name = models.CharField(max_length=150)
    rows_count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    document_id = models.BigIntegerField(null=True)
    job_id = models.BigIntegerField(null=True)
    taken_by_id = models.BigIntegerField()
    taken_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class BankAnswer(models.Model):
    """One row of a return file and what it turned out to be (I6)."""

    file = models.ForeignKey(BankReturn, on_delete=models.PROTECT, related_name="answers")
    division_code = models.CharField(max_length=12, db_collation="C")
    row = models.PositiveIntegerField()
    batch_number = models.CharField(max_length=30, db_collation="C")
    sequence = models.PositiveIntegerField(null=True)
    fen = models.BigIntegerField(null=True)
    # 'paid', 'rejected' or 'returned'
    result = models.CharField(max_length=10)
    code = models.CharField(max_length=10, blank=True)
    on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=AnswerState.choices)
    said = models.CharField(max_length=200, blank=True)
    transfer = models.ForeignKey(Transfer, null=True, on_delete=models.PROTECT, related_name="answers")
    # Who looked at an answer that matched nothing, and what became of it.
    settled_because = models.CharField(max_length=200, blank=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["file", "row"], name="answer_once_a_row"),
            models.UniqueConstraint(
                fields=["transfer", "result"], name="answer_matched_once", condition=Q(state="matched")
            ),
            models.CheckConstraint(
                name="answer_matched_has_a_transfer", condition=~Q(state="matched") | Q(transfer__isnull=False)
            ),
            models.CheckConstraint(name="answer_known_state", condition=Q(state__in=AnswerState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.row}"


class Recovery(models.Model):
    """Money that must come back: paid wrongly or after a right had ended. Repaid at once or in instalments."""

    county = models.CharField(max_length=6, db_collation="C")
    division_code = models.CharField(max_length=12, db_collation="C")
    number = models.CharField(_("追回编号"), max_length=24, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    award = models.ForeignKey("awards.Award", null=True, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=20, choices=Programme.choices)
    # The fund and the budget year it was paid from: there it comes back.
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    fault = models.CharField(max_length=6, choices=Fault.choices)
    fen = models.BigIntegerField()
    because = models.CharField(max_length=300)
    clauses = models.JSONField(default=list)
    # {"2026-05-01": 43000, …}: what was paid too much, month by month.
    months = models.JSONField(default=dict)
    reference = models.CharField(max_length=40, blank=True)
    # How much is kept back from each month's payment; 0: repaid in cash or by transfer only.
    keep_fen_month = models.BigIntegerField(default=0)
    opened_by_id = models.BigIntegerField()
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    # Why the second person did not approve it: then nothing is claimed.
    refused_because = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="recovery_number_once_a_county"),
            models.CheckConstraint(name="recovery_positive", condition=Q(fen__gt=0, keep_fen_month__gte=0)),
            models.CheckConstraint(
                name="recovery_approved_by_another",
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("opened_by_id")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Instalment(models.Model):
    """A part of a recovery that came back, or was waived: appended."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="instalments")
    division_code = models.CharField(max_length=12, db_collation="C")
    how = models.CharField(
        max_length=8,
        choices=[("cash", _("现金")), ("bank", _("转账")), ("kept", _("从待遇中扣回")), ("waived", _("免予追回"))],
    )
    fen = models.BigIntegerField()
    line = models.OneToOneField(PaymentLine, null=True, on_delete=models.PROTECT, related_name="instalment")
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="instalment_positive", condition=Q(fen__gt=0)),
            models.CheckConstraint(name="instalment_kept_from_a_line", condition=Q(how="kept") ^ Q(line__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.fen}"
