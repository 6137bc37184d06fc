"""What the county sets for itself: values of parameters, proposed by one person and published by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.policy.parameters import Block


class State(models.TextChoices):
    """Where a proposal stands."""

    DRAFT = "draft", _("起草")
    TRIAL = "trial", _("已试算，待发布")
    PUBLISHED = "published", _("已发布")
    REFUSED = "refused", _("未发布")


class ParameterDraft(models.Model):
    """A proposal: some values that begin to hold together, tried on the register, published by somebody else."""

    title = models.CharField(_("方案"), max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # Raised by every change of the values: a trial of other values than those proposed is not a trial of them.
    version = models.PositiveIntegerField(default=0)
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # Figures of the last trial, without anybody in them; {} before the first.
    trial = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_note = models.CharField(_("意见"), max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="draft_known_state", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(
                name="draft_published_by_somebody_else",
                condition=~Q(state="published") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposer"))),
            ),
            models.CheckConstraint(
                name="draft_decided_when_over",
                condition=Q(state__in=["draft", "trial"], decided_at__isnull=True)
                | Q(state__in=["published", "refused"], decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in (State.DRAFT, State.TRIAL)


class Blocks(models.QuerySet["ParameterBlock"]):
    """Values by what has become of them."""

    def in_force(self, known_at: datetime | None = None) -> Blocks:
        """Those the rulebook had at a moment (None: now)."""
        if known_at is None:
            return self.filter(published_at__isnull=False, replaced_at__isnull=True, withdrawn_at__isnull=True)
        kept = Q(replaced_at__isnull=True) | Q(replaced_at__gt=known_at)
        stands = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at)
        return self.filter(kept, stands, published_at__lte=known_at)


class ParameterBlock(models.Model):
    """A value of a parameter from a day on, in an area and for a class; the same shape as in the package's files."""

    draft = models.ForeignKey(ParameterDraft, on_delete=models.CASCADE, related_name="blocks")
    name = models.CharField(_("参数"), max_length=60, db_collation="C")
    area = models.CharField(_("地区"), max_length=12, db_collation="C")
    residence = models.CharField(_("城乡"), max_length=8, blank=True, db_collation="C")
    starts_on = models.DateField(_("起始日"))
    # true, false, a number (money in fen) or a word.
    value = models.JSONField(_("值"))
    source = models.CharField(_("依据"), max_length=200, blank=True)
    is_assumed = models.BooleanField(_("暂定"), default=False)
    published_at = models.DateTimeField(null=True)
    # An assumed value that was confirmed by another of the same day.
    replaced_at = models.DateTimeField(null=True)
    # Taken back by two people because it was wrong; what was decided before keeps it (see in_force).
    withdrawn_at = models.DateTimeField(null=True)

    objects = Blocks.as_manager()

    class Meta:
        ordering = ("name", "area", "residence", "starts_on", "id")
        constraints = [
            models.CheckConstraint(name="block_known_class", condition=Q(residence__in=["", "urban", "rural"])),
            models.CheckConstraint(name="block_with_source_or_assumed", condition=Q(is_assumed=True) | ~Q(source="")),
            models.UniqueConstraint(
                name="block_once_in_force",
                fields=["name", "area", "residence", "starts_on"],
                condition=Q(published_at__isnull=False, replaced_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="block_withdrawn_once_published",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("published_at")),
            ),
            models.UniqueConstraint(
                name="block_once_in_a_draft", fields=["draft", "name", "area", "residence", "starts_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.area} {self.starts_on}"

    @property
    def is_in_force(self) -> bool:
        """Whether the rulebook has it now."""
        return self.published_at is not None and self.replaced_at is None and self.withdrawn_at is None

    @property
    def block(self) -> Block:
        """The same as the rulebook keeps it."""
        value: Any = self.value
        start: date = self.starts_on
        return Block(start, self.area, self.residence or None, value, self.source, self.is_assumed)


class Asked(models.TextChoices):
    """Where a wish to withdraw stands."""

    OPEN = "open", _("待确认")
    CONFIRMED = "confirmed", _("已撤回")
    REFUSED = "refused", _("不撤回")


class Withdrawal(models.Model):
    """A published value that was wrong: one person asks to take it back, another confirms or declines."""

    block = models.ForeignKey(ParameterBlock, on_delete=models.PROTECT, related_name="withdrawals")
    reason = models.CharField(_("撤回原因"), max_length=300)
    state = models.CharField(max_length=10, choices=Asked.choices, default=Asked.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_note = models.CharField(_("意见"), max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="withdrawal_known_state", condition=Q(state__in=[s.value for s in Asked])),
            models.CheckConstraint(name="withdrawal_with_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="withdrawal_confirmed_by_somebody_else",
                condition=~Q(state="confirmed") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="withdrawal_decided_when_over",
                condition=Q(state="open", decided_at__isnull=True)
                | Q(state__in=["confirmed", "refused"], decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="withdrawal_asked_once", fields=["block"], condition=Q(state__in=["open", "confirmed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state == Asked.OPEN


class TrialChange(models.Model):
    """A household that would change its class under a proposal: seen only by those who may see the household."""

    draft = models.ForeignKey(ParameterDraft, on_delete=models.CASCADE, related_name="changes")
    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    before = models.CharField(max_length=20, blank=True, db_collation="C")
    after = models.CharField(max_length=20, blank=True, db_collation="C")
    fen_before = models.BigIntegerField(null=True)
    fen_after = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("division_code", "household_id")
        indexes = [models.Index(fields=["draft", "division_code"])]

    def __str__(self) -> str:
        return f"{self.household_id} {self.before} → {self.after}"
