"""What was noticed, kept until somebody has looked into it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UnusualReading(models.Model):
    """Somebody read files that no work explains. Holds numbers of events and files, nobody's name."""

    class Sign(models.TextChoices):
        """What stood out; see `rule.Sign`."""

        BURST = "burst", _("一天看得太多")
        DRIP = "drip", _("几周里一直在看")
        VILLAGE = "village", _("一个村挨家看")
        AGAIN = "again", _("反复看同一户")
        CROWD = "crowd", _("多人看同一户")

    class Outcome(models.TextChoices):
        """What it turned out to be."""

        WORK = "work", _("属于工作")
        REMINDED = "reminded", _("已提醒本人")
        REFERRED = "referred", _("移交纪检")

    staff_id = models.BigIntegerField(_("谁看的"))
    role = models.CharField(_("角色"), max_length=60)
    division_code = models.CharField(_("在哪里工作"), max_length=12, db_collation="C")
    sign = models.CharField(_("哪里反常"), max_length=8, choices=Sign.choices)
    since = models.DateField(_("从哪天起"))
    on = models.DateField(_("到哪天"))
    files = models.PositiveIntegerField(_("没有业务依据的档案（份）"))
    usual = models.DecimalField(_("通常（份）"), max_digits=7, decimal_places=1)
    events = models.JSONField(_("依据的查阅记录"), default=list)
    found_at = models.DateTimeField(_("何时发现"))
    outcome = models.CharField(_("查明的结果"), max_length=8, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(_("何时处理"), null=True)
    settled_by_id = models.BigIntegerField(_("谁处理的"), null=True)
    settled_note = models.CharField(_("查明的情况"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff_id", "sign", "on"], name="unusual_once_a_day"),
            models.UniqueConstraint(
                fields=["staff_id", "sign"], name="unusual_one_open", condition=Q(settled_at__isnull=True)
            ),
            models.CheckConstraint(
                name="unusual_settled_by_another_with_a_note",
                condition=Q(settled_at__isnull=True, settled_by_id__isnull=True, settled_note="", outcome="")
                | (
                    Q(settled_at__isnull=False, settled_by_id__isnull=False)
                    & ~Q(settled_note="")
                    & ~Q(outcome="")
                    & ~Q(settled_by_id=models.F("staff_id"))
                ),
            ),
        ]
        indexes = [models.Index(fields=["-on", "-id"], name="unusual_newest")]

    def __str__(self) -> str:
        return f"{self.on:%F} {self.sign} {self.staff_id}"
