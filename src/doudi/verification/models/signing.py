"""What people sign: the signature itself, the consent to be looked up, the pledge instead of papers."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..sources import ALL

PLACE = Q(division_code__regex=r"^\d{12}$")
DIGEST = r"^[0-9a-f]{64}$"


class Method(models.TextChoices):
    """How somebody signed."""

    DRAWN = "drawn", _("手写签名")
    TYPED = "typed", _("录入姓名")


class Capacity(models.TextChoices):
    """For whom somebody signed."""

    SELF = "self", _("本人")
    GUARDIAN = "guardian", _("监护人")


class Signature(models.Model):
    """One signature under one text. Appended, never edited; the digest binds image, text, signer and moment."""

    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("签名方式"), max_length=6, choices=Method.choices)
    typed_name = EncryptedText(_("录入的姓名"), null=True)
    image = models.ForeignKey("documents.Document", null=True, on_delete=models.PROTECT, related_name="+")
    text_key = models.CharField(max_length=20, db_collation="C")
    text_version = models.CharField(_("文本版本"), max_length=20, db_collation="C")
    # SM3 of the text as it was shown, with everything filled in: what was signed can be told from what was not.
    text_digest = models.CharField(max_length=64, db_collation="C")
    text_shown = EncryptedText(_("签署的全文"))
    digest = models.CharField(max_length=64, db_collation="C")
    signed_at = models.DateTimeField()
    witness_id = models.BigIntegerField()  # accounts.Staff before whom it was signed

    class Meta:
        constraints = [
            models.CheckConstraint(name="signature_place_is_a_village", condition=PLACE),
            models.CheckConstraint(
                name="signature_drawn_or_typed",
                condition=Q(method="drawn", image__isnull=False, typed_name__isnull=True)
                | Q(method="typed", image__isnull=True, typed_name__isnull=False),
            ),
            models.CheckConstraint(
                name="signature_digests_are_sm3", condition=Q(text_digest__regex=DIGEST, digest__regex=DIGEST)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_key} {self.text_version} {self.signed_at:%F}"


class Purpose(models.TextChoices):
    """What a consent is for; nothing is asked for anything else."""

    APPLICATION = "application", _("申请社会救助")
    REVIEW = "review", _("享受救助期间的定期核查")
    OBLIGOR = "obligor", _("核实法定赡养、抚养、扶养能力")


class ConsentQuerySet(models.QuerySet["VerificationConsent"]):
    """Filters in the language of the office."""

    def live(self, on: date) -> ConsentQuerySet:
        """In force on a day: begun, not over, not withdrawn."""
        return self.filter(withdrawn_at__isnull=True, starts_on__lte=on, ends_on__gt=on)

    def covering(self, source: str) -> ConsentQuerySet:
        return self.filter(sources__contains=[source])


class VerificationConsent(models.Model):
    """One person allows some sources to be asked about them, for a period and a purpose. Only a withdrawal is added."""

    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(_("签署身份"), max_length=8, choices=Capacity.choices)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="consent")
    sources = ArrayField(models.CharField(max_length=16), verbose_name=_("授权查询的来源"))
    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    notice_version = models.CharField(_("隐私告知版本"), max_length=20, db_collation="C")
    notice_digest = models.CharField(max_length=64, db_collation="C")
    given_on = models.DateField()
    given_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_because = models.CharField(_("撤回说明"), max_length=200, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="consent_place_is_a_village", condition=PLACE),
            models.CheckConstraint(name="consent_period_forward", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="consent_names_known_sources",
                condition=Q(sources__len__gte=1) & Q(sources__contained_by=list(ALL)),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by_id__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]
        indexes = [
            models.Index("person", "ends_on", name="consent_of_person"),
            models.Index("household", name="consent_of_household"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"SQ-{self.given_on:%Y}-{self.pk:06d}"

    def is_live(self, on: date, at: datetime | None = None) -> bool:
        """Whether it allows a question on a day."""
        return self.withdrawn_at is None and self.starts_on <= on < self.ends_on


class Pledge(models.Model):
    """A family pledges facts instead of bringing papers (告知承诺). Appended, never edited."""

    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(max_length=60, db_collation="C")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="pledge")
    statements = ArrayField(models.CharField(max_length=24), verbose_name=_("以承诺代替的材料"))
    more = EncryptedText(_("补充承诺的内容"), null=True)
    given_on = models.DateField()
    given_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="pledge_place_is_a_village", condition=PLACE),
            models.CheckConstraint(name="pledge_says_something", condition=Q(statements__len__gte=1)),
        ]
        indexes = [
            models.Index("household", name="pledge_of_household"),
            models.Index("matter", name="pledge_of_matter"),
            models.Index("given_on", "division_code", name="pledge_by_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"CN-{self.given_on:%Y}-{self.pk:06d}"


class PledgeDraw(models.Model):
    """A month's sample of pledges, so drawn that anybody can draw it again."""

    division_code = models.CharField(_("抽查范围"), max_length=12, db_collation="C")
    month = models.DateField(_("月份"))
    share_percent = models.PositiveSmallIntegerField(_("抽查比例"))
    seed = models.CharField(_("随机种子"), max_length=60)
    population = models.PositiveIntegerField(_("当月承诺数"))
    population_digest = models.CharField(max_length=64, db_collation="C")
    drawn_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by_id = models.BigIntegerField()

    class Meta:
        ordering = ("-month", "division_code")
        constraints = [
            models.CheckConstraint(name="draw_of_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="draw_share_is_percent", condition=Q(share_percent__gte=1, share_percent__lte=100)
            ),
            models.CheckConstraint(name="draw_seed_present", condition=~Q(seed="")),
            models.UniqueConstraint(name="draw_once_a_month", fields=["division_code", "month"]),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.division_code}"


class Outcome(models.TextChoices):
    """What a check of a pledge found."""

    TRUE = "true", _("属实")
    UNTRUE = "untrue", _("不实")
    UNKNOWN = "unknown", _("无法核实")


class DrawnPledge(models.Model):
    """A pledge that was drawn, and once it has been checked what came out."""

    draw = models.ForeignKey(PledgeDraw, on_delete=models.PROTECT, related_name="drawn")
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="drawn")
    division_code = models.CharField(max_length=12, db_collation="C")
    outcome = models.CharField(_("抽查结果"), max_length=8, choices=Outcome.choices, blank=True)
    note = EncryptedText(_("抽查说明"), null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("draw", "pk")
        constraints = [
            models.UniqueConstraint(name="drawn_once", fields=["draw", "pledge"]),
            models.CheckConstraint(
                name="drawn_checked_by_somebody",
                condition=Q(outcome="", checked_at__isnull=True, checked_by_id__isnull=True)
                | (~Q(outcome="") & Q(checked_at__isnull=False, checked_by_id__isnull=False, note__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.pledge_id}"
