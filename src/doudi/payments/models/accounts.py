"""Where money goes: benefit cards, institutions, care agreements, and who is paid for an award."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import BlindIndex, EncryptedText
from doudi.registry.models.dated import CODE, PERIOD, Dated, forward, same

ACCOUNT_INDEX = "benefit_account"


class Institution(models.Model):
    """A home that supports tekun people and receives their care money."""

    division_code = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(_("供养机构"), max_length=80)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ("division_code", "name")
        constraints = [models.UniqueConstraint(fields=["division_code", "name"], name="institution_once_a_place")]

    def __str__(self) -> str:
        return self.name


class BenefitAccount(Dated):
    """A bank account (一卡通) of a person or of an institution, for a period. Superseded, never edited.

    A change is `checked` by somebody other than who entered it before money goes there unheld.
    """

    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    holder = EncryptedText()
    number = EncryptedText()
    number_index = BlindIndex(purpose=ACCOUNT_INDEX)
    tail = models.CharField(_("末四位"), max_length=4, db_collation="C")
    bank = models.CharField(_("开户行"), max_length=60)
    because = models.CharField(_("登记或更换原因"), max_length=200)
    # The account before this one, where it follows another: then the change is looked at before money goes there.
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # Why the holder's name is not the person's, character by character; then somebody else must look at it.
    differs_because = models.CharField(_("户名不同的原因"), max_length=200, blank=True)
    # A change of account or a name that differs: no money goes there before it is checked, unless released by hand.
    must_be_checked = models.BooleanField(default=False)
    # The paper that shows it: a copy of the card or book.
    document_id = models.BigIntegerField(null=True)
    checked_by_id = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *forward("benefit_account"),
            models.CheckConstraint(
                name="benefit_account_odd_is_checked",
                condition=Q(must_be_checked=True) | (Q(differs_because="") & Q(follows__isnull=True)),
            ),
            models.CheckConstraint(name="benefit_account_place", condition=CODE),
            models.CheckConstraint(
                name="benefit_account_of_one",
                condition=Q(person__isnull=False, institution__isnull=True)
                | Q(person__isnull=True, institution__isnull=False),
            ),
            models.CheckConstraint(
                name="benefit_account_checked_by_another",
                condition=Q(checked_by_id__isnull=True, checked_at__isnull=True)
                | (Q(checked_by_id__isnull=False, checked_at__isnull=False)
                   & (Q(recorded_by_id__isnull=True) | ~Q(checked_by_id=models.F("recorded_by_id")))),
            ),
            ExclusionConstraint(
                name="benefit_account_one_a_person",
                expressions=[(same("person"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, person__isnull=False),
            ),
            ExclusionConstraint(
                name="benefit_account_one_an_institution",
                expressions=[(same("institution"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, institution__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index("number_index", name="benefit_account_by_number")]

    def __str__(self) -> str:
        return f"…{self.tail}"


class Payee(Dated):
    """Who receives what an award pays, where it is not the person or the head: another member, a carer, a home.

    `portion` care with an institution is institutional support; with a person it is the agreement on care at home
    (委托照料服务协议), whose number stands in `agreement`.
    """

    award = models.ForeignKey("awards.Award", on_delete=models.PROTECT, related_name="+")
    portion = models.CharField(max_length=8, choices=[("main", _("本人")), ("care", _("照料护理费"))])
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(_("协议编号"), max_length=40, blank=True)
    because = models.CharField(_("原因"), max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *forward("payee"),
            models.CheckConstraint(
                name="payee_is_one",
                condition=Q(person__isnull=False, institution__isnull=True)
                | Q(person__isnull=True, institution__isnull=False, portion="care"),
            ),
            ExclusionConstraint(
                name="payee_main_one_a_day",
                expressions=[(same("award"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, portion="main"),
            ),
            ExclusionConstraint(
                name="payee_care_one_a_day",
                expressions=[(same("award"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True, portion="care"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.portion}"
