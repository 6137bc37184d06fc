"""A standard that changes, what it does to every award, and the record of a periodic recalculation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.registry.models.dated import CODE

from .awards import Award


class Step(models.TextChoices):
    """Where an adjustment stands."""

    COMPUTING = "computing", _("正在测算")
    COMPUTED = "computed", _("已测算")
    APPLYING = "applying", _("正在调整")
    APPLIED = "applied", _("已调整")
    UNDOING = "undoing", _("正在撤销")
    UNDONE = "undone", _("已撤销")


class Outcome(models.TextChoices):
    """What a new value does to one award."""

    RAISED = "raised", _("提高")
    UNCHANGED = "unchanged", _("不变")
    LOWERED = "lowered", _("会减少，待人工处理")
    DIFFERS = "differs", _("与测算不一致，待人工处理")
    UNKNOWN = "unknown", _("情况不全，无法测算")


class Finding(models.TextChoices):
    """What a recalculation found of one award."""

    RAISE = "raise", _("应提高")
    LOWER = "lower", _("应减少")
    NO_LONGER = "no_longer", _("不再符合条件")
    SHAPE = "shape", _("合计相同，构成不同")
    UNKNOWN = "unknown", _("情况不全，无法测算")


BUSY = (Step.COMPUTING, Step.APPLYING, Step.UNDOING)


class Adjustment(models.Model):
    """What the values of one proposal do to the awards of a county, from a month on; never two of one proposal."""

    county = models.CharField(max_length=6, db_collation="C")
    draft = models.OneToOneField("rulebook.ParameterDraft", on_delete=models.PROTECT, related_name="+")
    # The version of the proposal that was calculated: a proposal changed afterwards is calculated again.
    draft_version = models.PositiveIntegerField()
    effective_from = models.DateField(_("调整起始月"))
    state = models.CharField(max_length=10, choices=Step.choices, default=Step.COMPUTING)
    # Sums without anybody in them: outcomes, townships, programmes, months of back-pay, the ratio of the standards.
    figures = models.JSONField(default=dict)
    # The sums of the job at work and the award it has reached; committed with the chunk, so that it can go on.
    progress = models.JSONField(default=dict)
    computed_at = models.DateTimeField()
    computed_by_id = models.BigIntegerField()  # accounts.Staff
    applied_at = models.DateTimeField(null=True)
    applied_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)
    undone_note = models.CharField(max_length=300, blank=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(name="adjustment_known_state", condition=Q(state__in=Step.values)),
            models.CheckConstraint(name="adjustment_whole_months", condition=Q(effective_from__day=1)),
            models.CheckConstraint(
                name="adjustment_applied_by_somebody",
                condition=Q(state__in=["computing", "computed"], applied_at__isnull=True, applied_by_id__isnull=True)
                | (~Q(state__in=["computing", "computed"]) & Q(applied_at__isnull=False, applied_by_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="adjustment_undone_by_somebody_with_a_note",
                condition=Q(undone_at__isnull=True, undone_by_id__isnull=True, undone_note="")
                & ~Q(state__in=["undoing", "undone"])
                | Q(state__in=["undoing", "undone"], undone_at__isnull=False, undone_by_id__isnull=False)
                & ~Q(undone_note=""),
            ),
            # One county is changed by one adjustment at a time: the second would not find the first one's amounts.
            models.UniqueConstraint(
                name="adjustment_one_at_a_time", fields=["county"], condition=Q(state__in=["applying", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How papers and the history of an award name it."""
        return f"BZTZ-{self.pk:05d}"

    @property
    def is_busy(self) -> bool:
        """Whether a job is at work on it."""
        return self.state in BUSY


class AdjustmentLine(models.Model):
    """One award under an adjustment: what it was and what it becomes, stretch by stretch, or why nobody touched it.

    Before publication only those that a person must look at are kept; once applied, every award that was raised.
    """

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="lines")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # [{from, until, before: [[kind, person, fen]], after: […]}]: months half-open, `until` null is open.
    stretches = models.JSONField(default=list)
    # A month's total where the last stretch begins, before and after.
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField(null=True)
    # What the months up to that of the calculation come to, and how many they are.
    back_pay_fen = models.BigIntegerField(default=0)
    back_pay_months = models.PositiveSmallIntegerField(default=0)
    # Why it could not be calculated: keys of facts as the rulebook writes them.
    reasons = models.JSONField(default=list)
    # The notice to the household in one plain sentence without names; empty where nothing changes.
    notice = models.CharField(max_length=400, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("division_code", "award_id")
        constraints = [
            models.CheckConstraint(name="adjustment_line_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="adjustment_line_known_outcome", condition=Q(outcome__in=Outcome.values)),
            models.UniqueConstraint(name="adjustment_line_once", fields=["adjustment", "award"]),
            # Nobody is lowered by a standard; who is raised gets more, and is told.
            models.CheckConstraint(
                name="adjustment_line_raised_upwards",
                condition=~Q(outcome="raised") | (Q(after_fen__gt=models.F("before_fen")) & ~Q(notice="")),
            ),
        ]
        indexes = [models.Index("adjustment", "outcome", "division_code", name="adjustment_line_by_outcome")]

    def __str__(self) -> str:
        return f"{self.adjustment_id} {self.award_id} {self.outcome}"


class Recalculation(models.Model):
    """Every running award of a place decided by the rulebook on a day and compared with what it pays."""

    place = models.CharField(max_length=12, db_collation="C")
    on = models.DateField(_("计算日"))
    started_at = models.DateTimeField()
    started_by_id = models.BigIntegerField(null=True)  # None: by the clock
    finished_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [models.CheckConstraint(name="recalculation_of_a_place", condition=~Q(place=""))]

    def __str__(self) -> str:
        return f"{self.place} {self.on}"


class RecalculationFinding(models.Model):
    """An award that the rulebook would answer otherwise today. Nothing follows by itself: a person acts on it."""

    recalculation = models.ForeignKey(Recalculation, on_delete=models.PROTECT, related_name="findings")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    finding = models.CharField(max_length=10, choices=Finding.choices)
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField(null=True)
    # [[kind, person, fen]] by the rulebook; [] where it grants nothing or cannot tell.
    after = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)
    settled_note = models.CharField(_("处理情况"), max_length=300, blank=True)

    class Meta:
        ordering = ("division_code", "award_id")
        constraints = [
            models.CheckConstraint(name="finding_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="finding_known", condition=Q(finding__in=Finding.values)),
            models.UniqueConstraint(name="finding_once", fields=["recalculation", "award"]),
            models.CheckConstraint(
                name="finding_settled_by_somebody_with_a_note",
                condition=Q(settled_at__isnull=True, settled_by_id__isnull=True, settled_note="")
                | (Q(settled_at__isnull=False, settled_by_id__isnull=False) & ~Q(settled_note="")),
            ),
        ]
        indexes = [models.Index("recalculation", "finding", "division_code", name="finding_by_kind")]

    def __str__(self) -> str:
        return f"{self.award_id} {self.finding}"
