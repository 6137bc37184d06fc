"""An award, whom it covers, and the months in which it is not paid."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from doudi.registry.models.dated import CODE, PERIOD, Dated, forward, same

from ..kinds import Programme, State, SupportSetting


def whole_months(name: str) -> models.CheckConstraint:
    """Begins and ends on the first of a month."""
    return models.CheckConstraint(
        name=f"{name}_whole_months", condition=Q(starts_on__day=1) & (Q(ends_on__isnull=True) | Q(ends_on__day=1))
    )


class AwardQuerySet(models.QuerySet["Award"]):
    """Filters in the language of the office."""

    def on(self, day: date) -> AwardQuerySet:
        """Neither ended nor still to begin on a day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def not_ended(self, day: date) -> AwardQuerySet:
        """In force on a day or later; an award that was annulled before it began is not."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on"))

    def with_suspension(self, day: date) -> AwardQuerySet:
        """Each with `suspended`: whether payment rests on a day."""
        rows = Suspension.objects.known().on(day).filter(award=OuterRef("pk"))
        return self.annotate(suspended=Exists(rows))

    def in_state(self, state: State, day: date) -> AwardQuerySet:
        """Those that stand so on a day; the same as `Award.state`, in SQL."""
        if state == State.PENDING:
            return self.not_ended(day).filter(starts_on__gt=day)
        if state == State.ENDED:
            return self.filter(Q(ends_on__lte=day) | Q(ends_on=F("starts_on")))
        rows = self.on(day).with_suspension(day)
        if state == State.SUSPENDED:
            return rows.filter(Q(suspended=True))
        phasing = Q(phase_out_from__isnull=False, phase_out_from__lte=day)
        return rows.filter(phasing if state == State.PHASING_OUT else ~phasing).filter(~Q(suspended=True))


class Award(models.Model):  # type: ignore[django-manager-missing]
    """An ongoing entitlement of a household, or of one person in it. What it pays stands in its lines.

    An award that ends on the day it starts never held: its determination was annulled before.
    """

    number = models.CharField(_("待遇编号"), max_length=24, db_collation="C")
    division_code = models.CharField(_("管理地"), max_length=12, db_collation="C")
    programme = models.CharField(_("救助项目"), max_length=20, choices=Programme.choices)
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    # Individual dibao and tekun belong to a person; null for the award of a household.
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    support_setting = models.CharField(_("供养方式"), max_length=12, choices=SupportSetting.choices, blank=True)
    # The determination that granted it: its number and the digest of its answer. A room above keeps it.
    determination = models.CharField(_("决定编号"), max_length=32, db_collation="C")
    determination_digest = models.CharField(max_length=64, db_collation="C")
    starts_on = models.DateField(_("起始月"))
    ends_on = models.DateField(_("终止月"), null=True)
    ended_because = models.CharField(_("终止原因"), max_length=20, blank=True)
    phase_out_from = models.DateField(_("渐退期起始月"), null=True)
    review_by = models.DateField(_("下次核查"), null=True)
    granted_on = models.DateField()
    granted_at = models.DateTimeField()
    granted_by_id = models.BigIntegerField()  # accounts.Staff
    version = models.PositiveIntegerField(default=1)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(name="award_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="award_known_programme", condition=Q(programme__in=Programme.values)),
            models.CheckConstraint(
                name="award_of_household_or_person",
                condition=Q(programme="dibao", person__isnull=True) | (~Q(programme="dibao") & Q(person__isnull=False)),
            ),
            models.CheckConstraint(
                name="award_setting_of_tekun",
                condition=Q(programme="tekun", support_setting__in=SupportSetting.values)
                | (~Q(programme="tekun") & Q(support_setting="")),
            ),
            models.CheckConstraint(
                name="award_determined", condition=~Q(determination="") & ~Q(determination_digest="")
            ),
            whole_months("award"),
            models.CheckConstraint(
                name="award_forward", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="award_ended_because",
                condition=Q(ends_on__isnull=True, ended_because="") | (Q(ends_on__isnull=False) & ~Q(ended_because="")),
            ),
            # Only somebody who can work is phased out, within the award, and then it ends.
            models.CheckConstraint(
                name="award_phase_out_inside",
                condition=Q(phase_out_from__isnull=True)
                | Q(
                    ~Q(programme="tekun"),
                    phase_out_from__day=1,
                    phase_out_from__gte=F("starts_on"),
                    phase_out_from__lt=F("ends_on"),
                    ends_on__isnull=False,
                ),
            ),
            models.UniqueConstraint(Left("division_code", 6), "number", name="award_number_once_a_county"),
            ExclusionConstraint(
                name="award_one_dibao_a_household",
                expressions=[(same("household"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(programme="dibao"),
            ),
        ]
        indexes = [
            models.Index("division_code", "programme", "number", name="award_by_place"),
            models.Index("household", name="award_by_household"),
            models.Index("person", name="award_by_person", condition=Q(person__isnull=False)),
            models.Index("determination", name="award_by_determination"),
            models.Index("review_by", "division_code", name="award_by_review", condition=Q(ends_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number

    def state(self, on: date, *, suspended: bool) -> State:
        """How it stands on a day; whether payment rests is known from `Suspension`."""
        if self.ends_on is not None and self.ends_on <= max(on, self.starts_on):
            return State.ENDED
        if on < self.starts_on:
            return State.PENDING
        if suspended:
            return State.SUSPENDED
        phasing = self.phase_out_from is not None and self.phase_out_from <= on
        return State.PHASING_OUT if phasing else State.ACTIVE


class AwardMember(Dated):
    """A person an award covers, for a period. Nobody is covered by two awards on one day.

    All three programmes are basic support and exclude one another (M57-8, M43-27): the database refuses both.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            *forward("award_member"),
            whole_months("award_member"),
            ExclusionConstraint(
                name="award_member_one_award_a_day",
                expressions=[(same("person"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} ∈ {self.award_id}"


class Suspension(Dated):
    """Months in which an award goes on but is not paid."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=20)

    class Meta:
        ordering = ("pk",)
        constraints = [
            *forward("suspension"),
            whole_months("suspension"),
            models.CheckConstraint(name="suspension_reasoned", condition=~Q(reason="")),
            ExclusionConstraint(
                name="suspension_once_a_day",
                expressions=[(same("award"), RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} {self.starts_on}"
