"""The report: declared against found, the reason for each difference, objections, and what goes back to a source."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..sources import SourceKey
from .asking import Query, Request
from .signing import DIGEST, Pledge


class Report(models.Model):
    """One version of the result for a matter. A later round makes a later version; nothing is edited."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="report")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    matter = models.CharField(max_length=60, db_collation="C")
    version = models.PositiveSmallIntegerField(_("版本"))
    made_on = models.DateField(_("出具日期"))
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    valid_until = models.DateField(_("有效期至"))
    # Closed although some sources had not answered: how many questions, in words on the page.
    unanswered = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("出具说明"), max_length=300, blank=True)
    digest = models.CharField(max_length=64, db_collation="C")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="report_version_once", fields=["matter", "version"]),
            models.CheckConstraint(name="report_valid_forward", condition=Q(valid_until__gt=F("made_on"))),
            models.CheckConstraint(name="report_digest_is_sm3", condition=Q(digest__regex=DIGEST)),
        ]
        indexes = [models.Index("household", name="report_of_household")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"HB-{self.made_on:%Y}-{self.pk:06d}"

    def expired(self, on: date) -> bool:
        """Whether it may no longer be relied on."""
        return on >= self.valid_until


class Conclusion(models.TextChoices):
    """How declared and found compare."""

    CONSISTENT = "consistent", _("一致")
    WITHIN = "within", _("差异在 10% 以内")
    UNDER = "under", _("少报")
    OVER = "over", _("多报")
    NOT_DECLARED = "not_declared", _("未申报")
    DIFFERENT = "different", _("不一致")
    FOUND_ONLY = "found_only", _("查到，无须申报")
    NO_ANSWER = "no_answer", _("未查到")


DIFFERENCES = frozenset({Conclusion.UNDER, Conclusion.OVER, Conclusion.NOT_DECLARED, Conclusion.DIFFERENT})


class ReportItem(models.Model):
    """One line of a report: an item of a person (or of the household) as declared and as found."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="items")
    division_code = models.CharField(max_length=12, db_collation="C")
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, db_collation="C")
    source = models.CharField(_("来源"), max_length=16, choices=SourceKey.choices)
    query = models.ForeignKey(Query, null=True, on_delete=models.PROTECT, related_name="+")
    declared = models.BigIntegerField(null=True)
    found = models.BigIntegerField(null=True)
    # What is not a figure (a certificate, a marriage, a death): code on both sides, words about people encrypted.
    declared_code = models.CharField(max_length=24, blank=True)
    found_code = models.CharField(max_length=24, blank=True)
    found_words = EncryptedText(_("查到的情况"), null=True)
    as_of = models.DateField(_("数据截至"), null=True)
    conclusion = models.CharField(_("结论"), max_length=12, choices=Conclusion.choices)
    # Not everybody concerned has been answered for: the figure found is a least.
    is_partial = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="item_known_conclusion", condition=Q(conclusion__in=[c.value for c in Conclusion])
            ),
            models.CheckConstraint(
                name="item_no_answer_found_nothing",
                condition=~Q(conclusion="no_answer") | Q(found__isnull=True, found_code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.conclusion}"

    @property
    def differs(self) -> bool:
        """Whether somebody must say why."""
        return self.conclusion in DIFFERENCES

    @property
    def difference(self) -> int | None:
        """Found less declared, where both are figures."""
        return None if self.declared is None or self.found is None else self.found - self.declared


class ReasonCode(models.TextChoices):
    """Why declared and found differ, as the clerk judged."""

    LEFT_OUT = "left_out", _("家庭漏报并已补充承诺")
    WRONG_DATA = "wrong_data", _("核对数据有误申请复核")
    STOPPED = "stopped", _("收入已停止按证明采信")
    OTHER = "other", _("其他")


class Adopted(models.TextChoices):
    """Which value counts."""

    FOUND = "found", _("按核对结果")
    DECLARED = "declared", _("按家庭申报")


class Reason(models.Model):
    """The clerk's judgement of a difference. The latest one holds; earlier ones stay to be seen."""

    item = models.ForeignKey(ReportItem, on_delete=models.PROTECT, related_name="reasons")
    division_code = models.CharField(max_length=12, db_collation="C")
    code = models.CharField(_("原因"), max_length=12, choices=ReasonCode.choices)
    words = EncryptedText(_("说明"), null=True)
    adopted = models.CharField(_("采信"), max_length=8, choices=Adopted.choices)
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by_id = models.BigIntegerField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="reason_other_in_words", condition=~Q(code="other") | Q(words__isnull=False)),
            # Declared values are believed against a source only on a document, or while the source is being asked.
            models.CheckConstraint(
                name="reason_stopped_with_a_document",
                condition=~Q(code="stopped") | Q(document__isnull=False),
            ),
            models.CheckConstraint(
                name="reason_left_out_adopts_found", condition=~Q(code="left_out") | Q(adopted="found")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"


class Objection(models.Model):
    """The family does not agree with a report and brings evidence: it is looked at again (M57-18)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="objections")
    division_code = models.CharField(max_length=12, db_collation="C")
    words = EncryptedText(_("异议内容"))
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    made_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    recheck = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="objection")

    def __str__(self) -> str:
        return f"{self.report_id} {self.made_on}"


class CorrectionState(models.TextChoices):
    """Where a correction request stands at the department."""

    SENT = "sent", _("已发出")
    ANSWERED = "answered", _("已答复，待核实")
    ACCEPTED = "accepted", _("已更正")
    REFUSED = "refused", _("维持原数据")


CORRECTION_MOVES: dict[CorrectionState, frozenset[CorrectionState]] = {
    CorrectionState.SENT: frozenset({
        CorrectionState.ANSWERED, CorrectionState.ACCEPTED, CorrectionState.REFUSED,
    }),
    CorrectionState.ANSWERED: frozenset({CorrectionState.ACCEPTED, CorrectionState.REFUSED}),
    CorrectionState.ACCEPTED: frozenset(),
    CorrectionState.REFUSED: frozenset(),
}  # fmt: skip


class CorrectionRequest(models.Model):
    """A value that seems wrong goes back to the department it came from, with a day by which it answers."""

    item = models.ForeignKey(ReportItem, on_delete=models.PROTECT, related_name="corrections")
    division_code = models.CharField(max_length=12, db_collation="C")
    source = models.CharField(_("数据部门"), max_length=16, choices=SourceKey.choices)
    words = EncryptedText(_("有误之处"))
    state = models.CharField(_("状态"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.SENT)
    sent_on = models.DateField(_("发出日期"))
    due_on = models.DateField(_("答复期限"))
    sent_by_id = models.BigIntegerField()
    answer = EncryptedText(_("部门答复"), null=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    answered_by_id = models.BigIntegerField(null=True)  # the member of staff who entered the answer

    class Meta:
        ordering = ("due_on", "id")
        constraints = [
            models.CheckConstraint(
                name="correction_answered_in_words",
                condition=Q(state="sent", answer__isnull=True, answered_on__isnull=True, answered_by_id__isnull=True)
                | (~Q(state="sent") & Q(answer__isnull=False, answered_on__isnull=False, answered_by_id__isnull=False)),
            ),
            models.UniqueConstraint(name="correction_one_open_an_item", fields=["item"], condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"
