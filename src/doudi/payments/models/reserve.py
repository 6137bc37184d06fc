"""Township reserve funds, and help paid from them at once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import BlindIndex, EncryptedText

from ..kinds import PaymentForm
from .ledger import Account, Entry, Fund


class ReserveFund(models.Model):
    """The float of a township: its money stands on one account of the ledger that cannot run below zero."""

    county = models.CharField(max_length=6, db_collation="C")
    division_code = models.CharField(max_length=12, unique=True, db_collation="C")  # the township, 12 digits
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="reserve_fund")
    # The size it is filled up to.
    target_fen = models.BigIntegerField(_("核定额度"))
    keeper_id = models.BigIntegerField(_("保管人"), null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("division_code",)
        constraints = [models.CheckConstraint(name="reserve_target_positive", condition=Q(target_fen__gt=0))]

    def __str__(self) -> str:
        return self.division_code


class TopUp(models.Model):
    """A township asks for money, the county approves, finance pays it out: three people."""

    fund = models.ForeignKey(ReserveFund, on_delete=models.PROTECT, related_name="top_ups")
    division_code = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(
        max_length=8,
        choices=[("asked", _("待审批")), ("approved", _("待拨付")), ("paid", _("已拨付")), ("refused", _("未批准"))],
        default="asked",
    )
    asked_fen = models.BigIntegerField()
    approved_fen = models.BigIntegerField(null=True)
    because = models.CharField(max_length=300)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_note = models.CharField(max_length=300, blank=True)
    paid_by_id = models.BigIntegerField(null=True)
    paid_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["fund"], name="top_up_one_open", condition=Q(state__in=["asked", "approved"])
            ),
            models.CheckConstraint(name="top_up_positive", condition=Q(asked_fen__gt=0)),
            models.CheckConstraint(
                name="top_up_three_people",
                condition=(Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("asked_by_id")))
                & (Q(paid_by_id__isnull=True)
                   | (~Q(paid_by_id=F("asked_by_id")) & ~Q(paid_by_id=F("decided_by_id")))),
            ),
            models.CheckConstraint(
                name="top_up_paid_with_entry", condition=Q(state="paid", entry__isnull=False) | ~Q(state="paid")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.fund_id} {self.asked_fen}"


class CashCount(models.Model):
    """The monthly count by two: one counts, another counts again and confirms; a difference is explained and booked."""

    fund = models.ForeignKey(ReserveFund, on_delete=models.PROTECT, related_name="counts")
    division_code = models.CharField(max_length=12, db_collation="C")
    on = models.DateField()
    book_fen = models.BigIntegerField()
    counted_fen = models.BigIntegerField()
    explained = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=6,
        choices=[("open", _("待第二人确认")), ("done", _("已确认")), ("void", _("已作废"))],
        default="open",
    )
    counted_by_id = models.BigIntegerField()
    at = models.DateTimeField()
    witnessed_by_id = models.BigIntegerField(null=True)
    witnessed_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-on", "-id")
        constraints = [
            models.CheckConstraint(
                name="count_by_two",
                condition=(Q(witnessed_by_id__isnull=True) | ~Q(counted_by_id=F("witnessed_by_id")))
                & (~Q(state="done") | Q(witnessed_by_id__isnull=False)),
            ),
            models.UniqueConstraint(fields=["fund"], name="count_one_open", condition=Q(state="open")),
            models.CheckConstraint(
                name="count_difference_explained", condition=Q(counted_fen=F("book_fen")) | ~Q(explained="")
            ),
            models.CheckConstraint(name="count_not_negative", condition=Q(counted_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.on}"


class ReliefAsk(models.Model):
    """More than a township may decide (分级审批): the case is registered, the county is asked how much."""

    application = models.OneToOneField("casework.Application", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(
        max_length=8, choices=[("asked", _("待市民政局审批")), ("granted", _("已批准")), ("refused", _("不予救助"))],
        default="asked",
    )  # fmt: skip
    asked_fen = models.BigIntegerField()
    # In how many parts it should be paid, and why again if there was help within twelve months.
    parts = models.PositiveSmallIntegerField(default=1)
    repeated_because = EncryptedText(null=True)
    number_index = BlindIndex(purpose="resident_id", null=True)
    heard_at = models.DateTimeField()
    token = models.UUIDField(unique=True)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="relief_ask_positive", condition=Q(asked_fen__gt=0, parts__gt=0)),
            models.CheckConstraint(
                name="relief_ask_decided_by_another",
                condition=Q(state="asked", decided_by_id__isnull=True)
                | (Q(decided_by_id__isnull=False) & ~Q(state="asked") & ~Q(decided_by_id=F("asked_by_id"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.asked_fen}"


class ReliefPlan(models.Model):
    """How approved help is paid: at once, or in instalments under the one approval (分阶段救助)."""

    application = models.ForeignKey("casework.Application", on_delete=models.PROTECT, related_name="+")
    determination = models.OneToOneField("casework.Determination", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    approved_fen = models.BigIntegerField()
    # [{"fen": 100000, "on": "2026-12-01"}, …]; the sum is what was approved.
    instalments = models.JSONField(default=list)
    # When the need was first heard of: from here to the money is what is measured.
    heard_at = models.DateTimeField()
    # Somebody who is on no file here but showed a number: help given elsewhere is found by it.
    number_index = BlindIndex(purpose="resident_id", null=True)
    follow_up_by = models.DateField(_("跟进走访"), null=True)
    made_by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(name="relief_plan_positive", condition=Q(approved_fen__gt=0))]
        indexes = [
            models.Index("number_index", name="relief_plan_by_number", condition=Q(number_index__isnull=False)),
            models.Index("division_code", "follow_up_by", name="relief_plan_by_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.approved_fen}"


class ReliefPayment(models.Model):
    """Money handed over: from a reserve fund at once, or through the bank in the next run of temporary assistance."""

    plan = models.ForeignKey(ReliefPlan, on_delete=models.PROTECT, related_name="payments")
    division_code = models.CharField(max_length=12, db_collation="C")
    number = models.PositiveSmallIntegerField()
    fen = models.BigIntegerField()
    form = models.CharField(max_length=10, choices=PaymentForm.choices)
    fund = models.ForeignKey(ReserveFund, null=True, on_delete=models.PROTECT, related_name="payments")
    # Who took it, and what is known of their signature: the document and its hash.
    receiver = EncryptedText()
    # What was bought or which deposit was paid, or the end of the card number.
    note = EncryptedText(null=True)
    signed_document_id = models.BigIntegerField(null=True)
    signed_digest = models.CharField(max_length=64, blank=True)
    # The client's own number for this press of the button: pressed twice, paid once.
    token = models.UUIDField(unique=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="relief_payment_once_a_number"),
            models.CheckConstraint(name="relief_payment_positive", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="relief_payment_from_a_fund_or_the_bank",
                condition=Q(fund__isnull=False, entry__isnull=False) | Q(fund__isnull=True, entry__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"


class FollowUp(models.Model):
    """A visit after the first help (跟进救助): how they are, and what else is needed."""

    plan = models.ForeignKey(ReliefPlan, on_delete=models.PROTECT, related_name="follow_ups")
    division_code = models.CharField(max_length=12, db_collation="C")
    on = models.DateField()
    found = EncryptedText()
    still_needed = models.CharField(
        max_length=12,
        choices=[("nothing", _("困难已缓解")), ("more", _("还要继续救助")), ("transfer", _("转其他救助"))],
    )
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.on}"
