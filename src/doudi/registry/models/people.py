"""People, households, who belongs to which and since when, and where people are registered and live."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import BlindIndex, EncryptedText

from .dated import CODE, PERIOD, Dated, forward, same


class Sex(models.IntegerChoices):
    """GB/T 2261.1, the two values a resident ID can carry."""

    MALE = 1, _("男")
    FEMALE = 2, _("女")


class Person(models.Model):
    """A person as the county knows them. Corrections leave a `Revision`; a merged person points to the survivor."""

    division_code = models.CharField(_("管理地"), max_length=12, db_collation="C")
    name = models.CharField(_("姓名"), max_length=60, db_collation="C")
    # What a clerk types: full pinyin without spaces and its initials, lower case.
    pinyin = models.CharField(max_length=200, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")
    resident_id = EncryptedText(_("身份证号"), null=True)
    resident_id_index = BlindIndex(purpose="resident_id", null=True)
    sex = models.SmallIntegerField(_("性别"), choices=Sex.choices)
    birth_date = models.DateField(_("出生日期"))
    ethnicity = models.CharField(_("民族"), max_length=2, blank=True)
    phone = EncryptedText(_("电话"), null=True)
    phone_index = BlindIndex(purpose="phone", null=True)
    death_date = models.DateField(_("死亡日期"), null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="person_sex_known_code", condition=Q(sex__in=[1, 2])),
            models.CheckConstraint(name="person_name_present", condition=~Q(name="")),
            models.CheckConstraint(
                name="person_no_death_before_birth",
                condition=Q(death_date__isnull=True) | Q(death_date__gte=F("birth_date")),
            ),
            models.CheckConstraint(
                name="person_id_with_its_index",
                condition=Q(resident_id__isnull=True, resident_id_index__isnull=True)
                | Q(resident_id__isnull=False, resident_id_index__isnull=False),
            ),
            models.CheckConstraint(
                name="person_phone_with_its_index",
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
            ),
            models.CheckConstraint(
                name="person_not_merged_into_self",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
            # One living record per number and county; county first, so that rows can be distributed by county.
            models.UniqueConstraint(
                Left("division_code", 6),
                "resident_id_index",
                name="person_number_once_a_county",
                condition=Q(merged_into__isnull=True, resident_id_index__isnull=False),
            ),
        ]
        indexes = [
            models.Index("name", "division_code", name="person_by_name"),
            models.Index("initials", "division_code", name="person_by_initials"),
            models.Index("pinyin", "division_code", name="person_by_pinyin"),
            models.Index("resident_id_index", name="person_by_number"),
            models.Index("phone_index", name="person_by_phone", condition=Q(phone_index__isnull=False)),
            models.Index("division_code", name="person_by_place"),
        ]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """A family as one file: its number never changes, its members do."""

    number = models.CharField(_("户编号"), max_length=20, db_collation="C")
    division_code = models.CharField(_("管理地"), max_length=12, db_collation="C")
    address = models.CharField(_("住址"), max_length=120, blank=True)
    head = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="headed")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_because = models.CharField(max_length=120, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="household_place_is_a_village", condition=CODE),
            models.UniqueConstraint(Left("division_code", 6), "number", name="household_number_once_a_county"),
            models.CheckConstraint(
                name="household_closed_with_reason",
                condition=Q(closed_on__isnull=True, closed_because="")
                | (Q(closed_on__isnull=False) & ~Q(closed_because="")),
            ),
            models.CheckConstraint(
                name="household_closed_after_opened",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]
        indexes = [
            models.Index("division_code", "number", name="household_by_place"),
            models.Index("number", name="household_by_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Membership(Dated):
    """A person in a household for a period. The database refuses two households on one day."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(_("与户主关系"), max_length=2)  # GB/T 4761
    # Belongs to the family living together in the sense of M57-7 ¶1; null = not known.
    co_resident = models.BooleanField(_("共同生活"), null=True)

    class Meta:
        constraints = [
            *forward("membership"),
            models.CheckConstraint(name="membership_place_is_a_village", condition=CODE),
            ExclusionConstraint(
                name="membership_one_household_a_day",
                expressions=[(same("person"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ∈ {self.household_id}"


class Residence(Dated):
    """Where a person is registered (hukou), lives, or holds a residence permit, for a period."""

    class Kind(models.TextChoices):
        """Which tie to the place."""

        HUKOU = "hukou", _("户籍")
        USUAL = "usual", _("经常居住")
        PERMIT = "permit", _("居住证")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    # Any division in the country: 6 to 12 digits.
    place_code = models.CharField(max_length=12, db_collation="C")
    address = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            *forward("residence"),
            models.CheckConstraint(name="residence_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="residence_known_kind", condition=Q(kind__in=["hukou", "usual", "permit"])),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.place_code}"
