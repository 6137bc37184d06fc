"""What was known, what the rulebook said, what the township thought, what was decided. Appended, never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..programmes import Decider, Programme
from .applications import Application


class Conclusion(models.TextChoices):
    """What an opinion proposes and a determination decides."""

    GRANT = "grant", _("确认")
    REFUSE = "refuse", _("不予确认")


class FactSnapshot(models.Model):
    """The facts of a household as they were put before the rulebook, with the source of each."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="snapshots")
    division_code = models.CharField(max_length=12, db_collation="C")
    on = models.DateField()  # the day whose rules decide: that of acceptance
    taken_at = models.DateTimeField()
    facts = EncryptedText()  # JSON in the shape of FILE.json (rules.md §3)
    sources = EncryptedText()  # JSON: reason key → source, row, recorded at
    names = EncryptedText()  # JSON: id in the facts → name
    digest = models.CharField(max_length=64, db_collation="C")  # keyed SM3 of facts and sources

    def __str__(self) -> str:
        return f"{self.application_id} {self.taken_at:%F}"


class Opinion(models.Model):
    """The township's initial review: the rulebook's answer beside the officer's."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    division_code = models.CharField(max_length=12, db_collation="C")
    programme = models.CharField(max_length=24, choices=Programme.choices)
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    conclusion = models.CharField(max_length=8, choices=Conclusion.choices)
    snapshot = models.ForeignKey(FactSnapshot, on_delete=models.PROTECT, related_name="+")
    rulebook_version = models.CharField(max_length=80)
    known_at = models.DateTimeField()  # the county's published values as known at this moment
    # What the rulebook says of it: true, false, or null where it cannot tell.
    rulebook_says = models.BooleanField(null=True)
    amount_fen_month = models.BigIntegerField(null=True)
    amount_fen_once = models.BigIntegerField(null=True)  # temporary assistance: people say how much, below a ceiling
    reason = EncryptedText(_("理由"), null=True)
    # Named matters a person must judge, with the answer given: {"key": "answer"}; words about people go into `reason`.
    judgements = models.JSONField(default=dict)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    on = models.DateField()
    second_id = models.BigIntegerField(null=True)
    second_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opinion_two_people", condition=Q(second_id__isnull=True) | ~Q(second_id=F("by_id"))
            ),
            models.CheckConstraint(
                name="opinion_second_with_a_moment",
                condition=Q(second_id__isnull=True, second_at__isnull=True)
                | Q(second_id__isnull=False, second_at__isnull=False),
            ),
            # Against the rulebook, or where it cannot tell, only with a reason.
            models.CheckConstraint(
                name="opinion_against_the_rulebook_reasoned",
                condition=Q(conclusion="grant", rulebook_says=True)
                | Q(conclusion="refuse", rulebook_says=False)
                | Q(reason__isnull=False),
            ),
            models.CheckConstraint(
                name="opinion_amount_positive", condition=Q(amount_fen_month__isnull=True) | Q(amount_fen_month__gte=0)
            ),
            models.CheckConstraint(
                name="opinion_once_positive", condition=Q(amount_fen_once__isnull=True) | Q(amount_fen_once__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.conclusion}"

    @property
    def against(self) -> bool:
        """Whether the officer does not follow the rulebook; where it cannot tell, any conclusion is a person's."""
        return self.rulebook_says is None or self.rulebook_says != (self.conclusion == Conclusion.GRANT)


class Determination(models.Model):
    """The decision, with everything that is needed to make it again: facts, day, rules, values, evidence."""

    number = models.CharField(max_length=32, unique=True, db_collation="C")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="determinations")
    division_code = models.CharField(max_length=12, db_collation="C")
    programme = models.CharField(max_length=24, choices=Programme.choices)
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    conclusion = models.CharField(max_length=8, choices=Conclusion.choices)
    decider = models.CharField(max_length=12, choices=Decider.choices)
    opinion = models.ForeignKey(Opinion, null=True, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(FactSnapshot, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    rules_on = models.DateField()  # the day whose rules decided
    rulebook_version = models.CharField(max_length=80)
    known_at = models.DateTimeField()
    # The rulebook's whole answer as canonical JSON; its keyed digest proves a replay to the byte.
    answer = EncryptedText()
    answer_digest = models.CharField(max_length=64, db_collation="C")
    findings = EncryptedText()  # JSON tree: conditions, values, clauses, arithmetic
    parameters = models.JSONField()  # [{name, residence, value, since, source, unconfirmed}]
    evidence = models.JSONField()  # [{kind, id, digest}]: documents, report, visit, notice
    amount_fen_month = models.BigIntegerField(null=True)
    amount_fen_once = models.BigIntegerField(null=True)  # temporary assistance
    award = models.CharField(max_length=32, blank=True)  # number of the award it granted
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = EncryptedText(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="determination_amount_positive",
                condition=(Q(amount_fen_month__isnull=True) | Q(amount_fen_month__gte=0))
                & (Q(amount_fen_once__isnull=True) | Q(amount_fen_once__gt=0)),
            ),
            # In an emergency help comes before any file is complete; every other decision rests on kept facts.
            models.CheckConstraint(
                name="determination_on_kept_facts",
                condition=Q(snapshot__isnull=False) | Q(programme="temporary_emergency"),
            ),
            models.CheckConstraint(
                name="determination_not_corrects_itself", condition=Q(corrects__isnull=True) | ~Q(corrects=F("id"))
            ),
        ]
        indexes = [models.Index("application", name="determination_of_application")]

    def __str__(self) -> str:
        return self.number
