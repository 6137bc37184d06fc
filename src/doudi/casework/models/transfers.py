"""A family moves: within the county everything goes along; to another county a package goes, and no month is lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from .applications import CODE, Application


class Transfer(models.Model):
    """One handing over: within the county done at once, out of it waiting for the other county's first month."""

    class Kind(models.TextChoices):
        WITHIN = "within", _("县内移交")
        OUT = "out", _("移交外县")
        IN = "in", _("外县转入")

    class State(models.TextChoices):
        WAITING = "waiting", _("等接收地确定起始月")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="transfers")
    from_place = models.CharField(max_length=60)
    to_place = models.CharField(max_length=60)
    from_code = models.CharField(max_length=12, db_collation="C", blank=True)
    to_code = models.CharField(max_length=12, db_collation="C", blank=True)
    # The first month that the receiving place pays; the month before it is the last one paid by the sending place.
    first_month = models.DateField(null=True)
    # Coming in: what was received there, in words and in fen.
    before_programme = models.CharField(max_length=20, blank=True)
    before_number = models.CharField(max_length=32, blank=True)
    before_fen = models.BigIntegerField(null=True)
    package = EncryptedText(null=True)  # JSON: everything the next county needs
    package_digest = models.CharField(max_length=64, db_collation="C", blank=True)
    document = models.BigIntegerField(null=True)  # documents.Document: the other place's letter
    reason = EncryptedText()
    begun_on = models.DateField()
    begun_at = models.DateTimeField()
    begun_by_id = models.BigIntegerField()
    ended_on = models.DateField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    ended_because = EncryptedText(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="transfer_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="transfer_whole_month", condition=Q(first_month__isnull=True) | Q(first_month__day=1)
            ),
            models.CheckConstraint(
                name="transfer_out_done_with_a_month",
                condition=~Q(kind="out", state="done") | Q(first_month__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_ended_with_a_day",
                condition=Q(state="waiting", ended_on__isnull=True) | (~Q(state="waiting") & Q(ended_on__isnull=False)),
            ),
            models.UniqueConstraint(fields=["household"], name="transfer_one_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"YJ-{self.begun_on:%Y}-{self.pk:06d}"
