"""A document row says what a file is, whose it is and where it belongs; the bytes lie encrypted beside the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText


class Kind(models.TextChoices):
    """What a document proves."""

    IDENTITY = "identity", _("身份证件")
    DISABILITY = "disability", _("残疾证明")
    ILLNESS = "illness", _("疾病诊断、病历")
    INCOME = "income", _("收入证明")
    EXPENSE = "expense", _("支出票据")
    PROPERTY = "property", _("财产证明")
    CONSENT = "consent", _("授权书、承诺书")
    PHOTO = "photo", _("入户照片")
    BANK_CARD = "bank_card", _("银行卡、存折")
    IMPORT = "import", _("导入的名册")
    OTHER = "other", _("其他材料")


class Retention(models.TextChoices):
    """How long a document is kept."""

    CASE = "case", _("随档案保存")
    YEAR = "year", _("一年")
    MONTH = "month", _("三十天")


RETENTION_DAYS: dict[Retention, int | None] = {Retention.CASE: None, Retention.YEAR: 366, Retention.MONTH: 30}


class DocumentQuerySet(models.QuerySet["Document"]):
    """Filters in the language of the office."""

    def kept(self) -> DocumentQuerySet:
        return self.filter(discarded_at__isnull=True)

    def of(self, owner_kind: str, owner_id: str) -> DocumentQuerySet:
        return self.kept().filter(owner_kind=owner_kind, owner_id=owner_id)


class Document(models.Model):
    """One file in one matter. Equal files are stored once; each matter has its own row."""

    # Keyed digest of the content: the name of the encrypted object, and no hint at what is in it.
    digest = models.CharField(max_length=64, db_collation="C")
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = EncryptedText(_("文件名"))  # file names carry people's names
    kind = models.CharField(_("材料类别"), max_length=20, choices=Kind.choices)
    owner_kind = models.CharField(max_length=30, db_collation="C")
    owner_id = models.CharField(max_length=40, db_collation="C")
    division_code = models.CharField(max_length=12, db_collation="C")
    retention = models.CharField(max_length=10, choices=Retention.choices, default=Retention.CASE)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)
    discard_reason = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"]),
            models.Index(fields=["digest"]),
            models.Index(fields=["division_code"]),
        ]
        constraints = [
            models.CheckConstraint(name="document_digest_is_sm3", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="document_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="document_known_kind", condition=Q(kind__in=[k.value for k in Kind])),
            models.CheckConstraint(
                name="document_known_retention", condition=Q(retention__in=[r.value for r in Retention])
            ),
            models.CheckConstraint(
                name="document_discard_has_reason",
                condition=Q(discarded_at__isnull=True, discard_reason="")
                | (Q(discarded_at__isnull=False) & ~Q(discard_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"
