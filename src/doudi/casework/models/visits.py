"""How a family's circumstances were looked into: visits, neighbours, letters, an appraisal, a check by the county."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..programmes import Programme
from .applications import Application


class HomeVisit(models.Model):
    """A visit by at least two investigators, signed by both sides (M57-16). Appended; another visit, another row."""

    class Kind(models.TextChoices):
        HOME = "home", _("入户调查")
        REMOTE = "remote", _("远程调查（突发事件期间）")
        COUNTY = "county", _("市级入户抽查")
        FOLLOW_UP = "follow_up", _("跟进救助回访")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="visits")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    at = models.DateTimeField()  # when it took place
    place = models.CharField(_("地点"), max_length=120)
    first_name = models.CharField(_("调查人一"), max_length=60)
    second_name = models.CharField(_("调查人二"), max_length=60)
    first_id = models.BigIntegerField(null=True)  # accounts.Staff, where the investigator is one
    second_id = models.BigIntegerField(null=True)
    # One paragraph a point: dwelling, work, water and power, what the neighbours say …
    findings = EncryptedText()
    # Whether what the family declared is so: matches, differs (with words in findings), cannot tell.
    result = models.CharField(
        max_length=8,
        choices=[("matches", _("与申报一致")), ("differs", _("与申报不一致")), ("unclear", _("还不能确定"))],
    )
    family_signature = models.BigIntegerField(null=True)  # verification.Signature
    # Nobody could sign: why, in words.
    unsigned_because = models.CharField(max_length=120, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visit_by_two",
                condition=~Q(first_name="") & ~Q(second_name="") & ~Q(first_name=F("second_name")),
            ),
            models.CheckConstraint(
                name="visit_signed_or_said_why", condition=Q(family_signature__isnull=False) | ~Q(unsigned_because="")
            ),
            models.CheckConstraint(
                name="visit_place_in_pairs",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]
        indexes = [models.Index("application", name="visit_of_application")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.on}"


class Enquiry(models.Model):
    """A word from outside: a neighbour asked, a letter answered, an appraisal held in the village."""

    class Kind(models.TextChoices):
        NEIGHBOUR = "neighbour", _("邻里访问")
        LETTER = "letter", _("信函索证")
        APPRAISAL = "appraisal", _("民主评议")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="enquiries")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    asked = EncryptedText()  # who was asked: names of neighbours, an office, the members of the panel
    said = EncryptedText()
    # Of an appraisal: how many of the panel found the circumstances as declared.
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_against = models.PositiveSmallIntegerField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enquiry_appraisal_counted",
                condition=(Q(kind="appraisal", votes_for__isnull=False, votes_against__isnull=False))
                | (~Q(kind="appraisal") & Q(votes_for__isnull=True, votes_against__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class CheckDraw(models.Model):
    """A seeded draw of cases for a county visit. Anybody can draw again from seed and list, and get the same."""

    programme = models.CharField(max_length=24)
    place = models.CharField(max_length=6, db_collation="C")
    drawn_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by_id = models.BigIntegerField()
    seed = models.CharField(max_length=64)
    share_percent = models.PositiveSmallIntegerField()
    numbers = models.JSONField()  # every case that could be drawn, in order
    chosen = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draw_share_in_percent", condition=Q(share_percent__gte=1) & Q(share_percent__lte=100)
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.drawn_on}"

    @property
    def label(self) -> str:
        """What was drawn from, in words."""
        return str(Programme(self.programme).label)
