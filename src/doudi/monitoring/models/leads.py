"""Leads: somebody says that a family may need help. The reporter can learn the outcome and nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText


class Reporter(models.TextChoices):
    """Who told us; each is a line of its own in the ledger."""

    COORDINATOR = "coordinator", _("协理员上报")
    CADRE = "cadre", _("村组干部上报")
    SOCIAL_WORKER = "social_worker", _("社工上报")
    HOTLINE = "hotline", _("热线求助")
    DEPARTMENT = "department", _("部门转来")
    PUBLIC = "public", _("群众反映")


class Urgency(models.TextChoices):
    """How soon somebody must go."""

    ORDINARY = "ordinary", _("一般")
    SOON = "soon", _("尽快")
    NOW = "now", _("紧急，有生命或基本生活危险")


class LeadState(models.TextChoices):
    """Where a lead stands."""

    RECEIVED = "received", _("待认领")
    VISITING = "visiting", _("核实中")
    ANSWERED = "answered", _("已答复")
    MERGED = "merged", _("已并入另一线索")


class LeadOutcome(models.TextChoices):
    """What the reporter is told: a code, so that no name and no circumstance can slip in."""

    BEING_HELPED = "being_helped", _("正在按政策办理救助")
    DEPARTMENT = "department", _("已转给负责的部门")
    ALREADY_HELPED = "already_helped", _("这家人已经在救助中")
    NOT_ELIGIBLE = "not_eligible", _("上门核实过，目前不符合救助条件")
    REFUSED = "refused", _("本人表示不需要")
    NOT_REACHED = "not_reached", _("没能找到这家人，请补充线索")
    NOT_OURS = "not_ours", _("不属于社会救助的事项")


class Lead(models.Model):
    """A report. Who is meant and what was said are encrypted; the reply code is kept as its digest only."""

    number = models.CharField(_("线索编号"), max_length=20, unique=True, db_collation="C")
    division_code = models.CharField(_("地点"), max_length=12, db_collation="C")
    reporter = models.CharField(_("线索来源"), max_length=14, choices=Reporter.choices)
    is_anonymous = models.BooleanField(_("匿名"), default=False)
    reporter_name = EncryptedText(_("反映人"), null=True)
    reporter_phone = EncryptedText(_("反映人电话"), null=True)
    about = EncryptedText(_("谁家有困难"))
    text = EncryptedText(_("什么情况"))
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency.choices, default=Urgency.ORDINARY)
    reply_code = models.CharField(max_length=64, unique=True, db_collation="C")
    # Where it came from, as a keyed digest of address and day: enough to slow down a flood, no trace of a person.
    origin = models.CharField(max_length=64, blank=True, db_collation="C")
    client_id = models.UUIDField(null=True, unique=True)
    state = models.CharField(max_length=8, choices=LeadState.choices, default=LeadState.RECEIVED)
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("VisitTask", null=True, on_delete=models.PROTECT, related_name="leads")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    received_on = models.DateField()
    received_at = models.DateTimeField()
    # Null: the public, without signing in.
    by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="lead_place_is_a_code", condition=Q(division_code__regex=r"^(\d{6}|\d{9}|\d{12})$")
            ),
            models.CheckConstraint(
                name="lead_anonymous_names_nobody",
                condition=Q(is_anonymous=False) | Q(reporter_name__isnull=True, reporter_phone__isnull=True),
            ),
            models.CheckConstraint(
                name="lead_public_or_staff",
                condition=Q(by_id__isnull=True, reporter="public") | Q(by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_visiting_has_a_task",
                condition=~Q(state="visiting") | Q(task__isnull=False, household__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_merged_into_another",
                condition=Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | (~Q(state="merged") & Q(merged_into=None)),
            ),
        ]
        indexes = [
            models.Index("division_code", name="lead_waiting", condition=Q(state="received")),
            models.Index("origin", "received_at", name="lead_by_origin", condition=~Q(origin="")),
        ]

    def __str__(self) -> str:
        return self.number


class LeadAnswer(models.Model):
    """What the reporter may read. Appended; the last one counts."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="answers")
    division_code = models.CharField(max_length=12, db_collation="C")
    outcome = models.CharField(max_length=14, choices=LeadOutcome.choices)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="lead_answer_known", condition=Q(outcome__in=LeadOutcome.values)),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.outcome}"
