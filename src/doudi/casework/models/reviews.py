"""Looking again at what somebody receives: what was reported, what was offered, what was proposed, what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..programmes import Decider
from .applications import CODE


class Change(models.TextChoices):
    """What a family tells of."""

    INCOME = "income", _("收入变化")
    ASSET = "asset", _("财产变化")
    JOB = "job", _("就业、失业")
    JOINED = "joined", _("家庭人口增加")
    LEFT = "left", _("成员离开")
    DEATH = "death", _("成员去世")
    SELF_CARE = "self_care", _("生活自理能力变化")
    ILLNESS = "illness", _("患病、残疾情况变化")
    MOVED = "moved", _("住址变化")
    OTHER = "other", _("其他变化")


class Way(models.TextChoices):
    """How somebody told us, or was asked."""

    OFFICE = "office", _("到办事大厅")
    HOME = "home", _("入户时")
    PHONE = "phone", _("电话")
    PORTAL = "portal", _("网上")
    LETTER = "letter", _("书面")


class ReviewGround(models.TextChoices):
    """Why an award is looked at again."""

    DUE = "due", _("定期核查到期")
    DEATH = "death", _("保障人员死亡")
    REPORT = "report", _("家庭报告变化")
    SELF_CARE = "self_care", _("自理能力变化")
    JOBS = "jobs", _("连续三次拒绝合适的工作")
    PHASE_OUT = "phase_out", _("渐退期将满")


class ReviewStage(models.TextChoices):
    """Where a review stands."""

    OPEN = "open", _("待核查")
    PROPOSED = "proposed", _("待审核确认")
    DECIDED = "decided", _("已决定")
    DROPPED = "dropped", _("不再需要")


class Outcome(models.TextChoices):
    """What a review ends in."""

    KEEP = "keep", _("维持不变")
    RAISE = "raise", _("增发")
    REDUCE = "reduce", _("减发")
    STOP_SHARE = "stop_share", _("停发一名成员的份额")
    SUSPEND = "suspend", _("暂停发放")
    PHASE_OUT = "phase_out", _("进入渐退期")
    END = "end", _("终止")


class ChangeReport(models.Model):
    """A change the family told us of (M57-30). Appended."""

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(_("变化"), max_length=12, choices=Change.choices)
    since = models.DateField(_("从哪天起"))
    text = EncryptedText(_("具体情况"))
    reporter = EncryptedText(_("报告人"))
    way = models.CharField(_("怎样报告"), max_length=8, choices=Way.choices)
    reported_on = models.DateField()
    # Told more than three months after a major change (N22-五(五)).
    late = models.BooleanField(default=False)
    by_id = models.BigIntegerField(null=True)  # accounts.Staff; null: through the portal
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="change_report_place_village", condition=CODE),
            models.CheckConstraint(name="change_report_after_change", condition=Q(reported_on__gte=F("since"))),
        ]
        indexes = [models.Index("household", "reported_on", name="change_report_of_household")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.kind} {self.since}"


class JobOffer(models.Model):
    """A suitable job that was offered, and what came of it (M57-34). Appended; accepting one ends the count."""

    class Answer(models.TextChoices):
        REFUSED = "refused", _("拒绝")
        ACCEPTED = "accepted", _("接受")

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    offered_on = models.DateField()
    employer = EncryptedText(_("用人单位"))
    job = EncryptedText(_("岗位"))
    suitable_because = EncryptedText(_("为什么合适"))
    answer = models.CharField(max_length=8, choices=Answer.choices)
    reason = EncryptedText(_("拒绝的理由"), null=True)
    document = models.BigIntegerField(null=True)  # documents.Document: the evidence
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_refusal_reasoned", condition=~Q(answer="refused") | Q(reason__isnull=False)
            ),
        ]
        indexes = [models.Index("person", "offered_on", name="offer_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.offered_on} {self.answer}"


class PeriodicReview(models.Model):
    """One look at one award, or at a category without money (`award` null)."""

    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    # Whose own award or category it is; null: the household's.
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    award = models.ForeignKey("awards.Award", null=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20)  # registry.LowIncomeStatus.Category
    ground = models.CharField(_("核查原因"), max_length=12, choices=ReviewGround.choices)
    # The member who died, whose care changed, who refused.
    about = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(ChangeReport, null=True, on_delete=models.PROTECT, related_name="reviews")
    stage = models.CharField(max_length=8, choices=ReviewStage.choices, default=ReviewStage.OPEN)
    version = models.PositiveIntegerField(default=1)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(null=True)  # null: the daily round
    due_on = models.DateField(_("最晚日期"), null=True)  # null: the holiday table of the year is missing
    ended_on = models.DateField(null=True)
    next_on = models.DateField(null=True)  # when it is looked at again
    # After an end: what else may help, opened by the clerk as a draft (M43-27).
    follow_up = models.CharField(max_length=24, blank=True)
    follow_up_application = models.ForeignKey(
        "casework.Application", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="review_ended_with_a_day",
                condition=Q(stage__in=["open", "proposed"], ended_on__isnull=True)
                | Q(stage__in=["decided", "dropped"], ended_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["household", "person", "award", "category", "ground", "about", "report"],
                name="review_one_open",
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index("division_code", "due_on", name="review_queue", condition=Q(ended_on__isnull=True)),
            models.Index("household", name="review_of_household"),
            models.Index("award", "ground", name="review_of_award"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"FC-{self.opened_on:%Y}-{self.pk:06d}"


class ReviewStep(models.Model):
    """What happened to a review, in order. Appended."""

    review = models.ForeignKey(PeriodicReview, on_delete=models.PROTECT, related_name="steps")
    division_code = models.CharField(max_length=12, db_collation="C")
    move = models.CharField(max_length=16)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    note = EncryptedText(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.review_id} {self.move}"


class ReviewProposal(models.Model):
    """What the township proposes, with the rulebook's answer of that day beside it. Appended; the latest counts."""

    review = models.ForeignKey(PeriodicReview, on_delete=models.PROTECT, related_name="proposals")
    division_code = models.CharField(max_length=12, db_collation="C")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=20)  # awards.reasons.REASONS
    from_month = models.DateField()
    months = models.PositiveSmallIntegerField(null=True)  # of a phase-out
    # What the rulebook said: {"fits": …, "old_fen": …, "new_fen": …, "rows": […], "arithmetic": […], …}.
    told = EncryptedText()
    facts = EncryptedText()  # JSON: the facts it was asked with, and their sources and names
    rules_on = models.DateField()
    rulebook_version = models.CharField(max_length=80)
    known_at = models.DateTimeField()
    answer_digest = models.CharField(max_length=64, db_collation="C")
    against = models.BooleanField(default=False)  # not what the rulebook says
    note = EncryptedText(null=True)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="proposal_whole_month", condition=Q(from_month__day=1)),
            models.CheckConstraint(
                name="proposal_months_of_a_phase_out",
                condition=Q(outcome="phase_out", months__isnull=False) | (~Q(outcome="phase_out") & Q(months=None)),
            ),
            models.CheckConstraint(
                name="proposal_against_the_rulebook_reasoned", condition=Q(against=False) | Q(note__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.outcome}"


class ReviewDecision(models.Model):
    """What was decided on a proposal, by another person than proposed it. Appended."""

    review = models.OneToOneField(PeriodicReview, on_delete=models.PROTECT, related_name="decision")
    proposal = models.OneToOneField(ReviewProposal, on_delete=models.PROTECT, related_name="decision")
    division_code = models.CharField(max_length=12, db_collation="C")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    decider = models.CharField(max_length=12, choices=Decider.choices)
    hearing = models.ForeignKey("casework.Hearing", null=True, on_delete=models.PROTECT, related_name="+")
    from_month = models.DateField()
    before_fen = models.BigIntegerField(null=True)
    after_fen = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)  # awards.AwardChange
    note = EncryptedText(null=True)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    proposed_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_decided_by_another", condition=~Q(by_id=F("proposed_by_id"))),
            models.CheckConstraint(name="review_decision_whole_month", condition=Q(from_month__day=1)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed: that of the review."""
        return f"HC-{self.review.opened_on:%Y}-{self.review_id:06d}"


class EndingNotice(models.Model):
    """A notice in the village before a tekun award is ended (M43-26): the least the law allows, for seven full days."""

    review = models.ForeignKey(PeriodicReview, on_delete=models.PROTECT, related_name="notices")
    division_code = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(max_length=60)
    posted_on = models.DateField()
    last_day = models.DateField()
    posted_by_id = models.BigIntegerField()
    taken_down_on = models.DateField(null=True)
    objection = EncryptedText(null=True)
    objected_on = models.DateField(null=True)
    answer = EncryptedText(null=True)
    answered_on = models.DateField(null=True)
    answered_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="ending_notice_forward", condition=Q(last_day__gt=F("posted_on"))),
            models.UniqueConstraint(
                fields=["review"], name="ending_notice_one_up", condition=Q(taken_down_on__isnull=True)
            ),
            models.CheckConstraint(
                name="ending_objection_in_full",
                condition=Q(objection__isnull=True, objected_on__isnull=True, answered_on__isnull=True)
                | Q(objection__isnull=False, objected_on__isnull=False, taken_down_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.posted_on}"
