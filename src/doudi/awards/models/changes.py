"""Everything that was ever done to an award, in order."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doudi.privacy.fields import EncryptedText

from ..kinds import Act
from .adjustments import Adjustment
from .awards import Award

A = Act


def _fits(act: Act) -> Q:
    """What before and after must be for an act: monthly totals of the lines at `effective_from`."""
    return {
        A.GRANT: Q(before_fen=0, after_fen__gt=0),
        A.INCREASE: Q(after_fen__gt=F("before_fen")),
        A.REDUCE: Q(after_fen__lt=F("before_fen")),
        A.ADJUST: Q(after_fen=F("before_fen")),
        A.SUSPEND: Q(before_fen__gt=0, after_fen=0),
        A.RESTART: Q(before_fen=0, after_fen__gt=0),
        A.PHASE_OUT: Q(after_fen=F("before_fen"), until__isnull=False, months__gt=0),
        A.END: Q(after_fen=0),
        A.CORRECT: Q(takes_back__isnull=False),
    }[act]


class AwardChange(models.Model):
    """One act. Appended, never edited; taken back only by another act that names it."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    division_code = models.CharField(max_length=12, db_collation="C")
    act = models.CharField(max_length=10, choices=Act.choices)
    reason = models.CharField(max_length=20)  # reasons.REASONS
    # The member it is about, where it is about one.
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    clauses = models.JSONField(default=list)
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField()
    effective_from = models.DateField()
    # The first month in which it no longer speaks: the end of a phase-out, or of a change for some months only.
    until = models.DateField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    # Number of the determination, review or hearing record behind it.
    reference = models.CharField(max_length=40, blank=True)
    note = EncryptedText(null=True)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    # The adjustment of a standard it belongs to, where it is one of its thousands.
    adjustment = models.ForeignKey(Adjustment, null=True, on_delete=models.PROTECT, related_name="changes")
    takes_back = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="taken_back_by")
    # What it did to the rows, so that it can be taken back: {"gone": [[table, id]], "new": [[table, id]], "was": {…}}.
    moved = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="award_change_fits_its_act",
                condition=models.Q(*(Q(act=act.value) & _fits(act) for act in Act), _connector=Q.OR),
            ),
            models.CheckConstraint(name="award_change_reasoned", condition=~Q(reason="") & ~Q(clauses=[])),
            models.CheckConstraint(
                name="award_change_amounts_not_negative", condition=Q(before_fen__gte=0, after_fen__gte=0)
            ),
            models.CheckConstraint(
                name="award_change_whole_months",
                condition=Q(effective_from__day=1)
                & (Q(until__isnull=True) | Q(until__day=1, until__gt=F("effective_from"))),
            ),
            models.CheckConstraint(
                name="award_change_only_a_correction_takes_back",
                condition=Q(takes_back__isnull=True) | Q(act="correct"),
            ),
            models.CheckConstraint(
                name="award_change_months_of_a_phase_out", condition=Q(months__isnull=True) | Q(act="phase_out")
            ),
        ]
        indexes = [
            models.Index("effective_from", "division_code", name="award_change_by_month"),
            models.Index(
                "adjustment", "award", name="award_change_by_adjustment", condition=Q(adjustment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.act} {self.effective_from:%Y-%m}"
