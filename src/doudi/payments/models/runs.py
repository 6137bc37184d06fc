"""A payment run: the list of a month, its lines with their why, what stopped a line, and whom a line is for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.registry.models.dated import CODE

from ..kinds import (
    BEFORE_LOCK,
    Afterwards,
    Change,
    HoldReason,
    LineKind,
    LineState,
    Portion,
    Programme,
    RunKind,
    RunState,
)
from .accounts import BenefitAccount
from .ledger import Fund

LARGEST_FEN = 10**9


class PaymentRun(models.Model):
    """A list of payments that three people make, check and approve; locked, it never changes again."""

    county = models.CharField(max_length=6, db_collation="C")
    division_code = models.CharField(max_length=12, db_collation="C")
    number = models.CharField(_("批次编号"), max_length=24, db_collation="C")
    kind = models.CharField(max_length=14, choices=RunKind.choices)
    month = models.DateField(_("月份"))
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.BUILDING)
    version = models.PositiveIntegerField(default=1)
    pay_by = models.DateField(_("最迟发放"))
    job_id = models.BigIntegerField(null=True)
    # The subsidy decision (index month) behind a price-subsidy run.
    release = models.ForeignKey("payments.IndexRelease", null=True, on_delete=models.PROTECT, related_name="runs")
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    checked_by_id = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    approved_by_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # Control totals and the SM3 digest of the locked list.
    lines_count = models.PositiveIntegerField(null=True)
    total_fen = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True, db_collation="C")
    # What the maker was told: changes against last month, township totals; without anybody in it.
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-month", "-id")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="run_number_once_a_county"),
            models.UniqueConstraint(
                fields=["county", "kind", "month"],
                name="run_one_open_a_month",
                condition=Q(state__in=sorted(s.value for s in (*BEFORE_LOCK, RunState.LOCKING))),
            ),
            models.CheckConstraint(name="run_known_state", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(name="run_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="run_three_people",
                condition=(Q(checked_by_id__isnull=True) | ~Q(checked_by_id=F("made_by_id")))
                & (Q(approved_by_id__isnull=True)
                   | (Q(checked_by_id__isnull=False) & ~Q(approved_by_id=F("made_by_id"))
                      & ~Q(approved_by_id=F("checked_by_id")))),
            ),
            models.CheckConstraint(
                name="run_locked_with_totals",
                condition=~Q(state__in=["locked", "sent", "done"])
                | (Q(approved_by_id__isnull=False, lines_count__isnull=False, total_fen__isnull=False) & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="run_subsidy_names_its_index",
                condition=Q(kind="price_subsidy", release__isnull=False)
                | (~Q(kind="price_subsidy") & Q(release__isnull=True)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class PaymentLine(models.Model):
    """One amount for one account: what an award pays in a month, or once. `parts` says why, part by part.

    `division_code` is the village responsible when the line was made; it follows the household no further.
    """

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="lines")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=8, choices=LineKind.choices)
    programme = models.CharField(max_length=20, choices=Programme.choices)
    residence = models.CharField(max_length=8, blank=True)
    award = models.ForeignKey("awards.Award", null=True, on_delete=models.PROTECT, related_name="+")
    portion = models.CharField(max_length=8, choices=Portion.choices, default=Portion.MAIN)
    # The determination of temporary assistance paid through the bank (an approved instalment).
    relief = models.ForeignKey("payments.ReliefPayment", null=True, on_delete=models.PROTECT, related_name="lines")
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.PROTECT, related_name="+")
    # The month it is for: this month, or an earlier one for what was missed or raised later.
    month = models.DateField()
    # What is due, less what is kept back for a recovery, is what is paid.
    due_fen = models.BigIntegerField()
    kept_fen = models.BigIntegerField(default=0)
    fen = models.BigIntegerField()
    # [{kind, person, fen, reason, clauses, parameters}] and, for arrears, {"due", "paid"} in `why`.
    parts = models.JSONField(default=list)
    why = models.JSONField(default=dict)
    people_count = models.PositiveSmallIntegerField(default=1)
    change = models.CharField(max_length=10, choices=Change.choices, default=Change.SAME)
    before_fen = models.BigIntegerField(null=True)
    account = models.ForeignKey(BenefitAccount, null=True, on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.READY)
    # Why it is not paid, where it is dropped or closed: I5 wants a recorded reason; and whether the month comes again.
    dropped_because = models.CharField(max_length=200, blank=True)
    afterwards = models.CharField(max_length=8, choices=Afterwards.choices, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="line_place_is_a_village", condition=CODE),
            models.CheckConstraint(name="line_known_state", condition=Q(state__in=LineState.values)),
            models.CheckConstraint(name="line_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="line_adds_up",
                condition=Q(fen=F("due_fen") - F("kept_fen"), kept_fen__gte=0, fen__gte=0, due_fen__gt=0,
                            due_fen__lt=LARGEST_FEN),
            ),
            models.CheckConstraint(
                name="line_follows_from_something",
                condition=Q(kind__in=["monthly", "arrears"], award__isnull=False, relief__isnull=True)
                | Q(kind="once", relief__isnull=False, award__isnull=True)
                | Q(kind="subsidy", relief__isnull=True),
            ),
            models.CheckConstraint(
                name="line_unpaid_says_why",
                condition=Q(state__in=["dropped", "closed"]) ^ Q(dropped_because=""),
            ),
            models.CheckConstraint(
                name="line_locked_has_account_and_fund",
                condition=~Q(state__in=["locked", "paid", "failed"])
                | Q(fen=0)
                | Q(account__isnull=False, fund__isnull=False),
            ),
            models.CheckConstraint(
                name="line_afterwards_of_unpaid", condition=Q(afterwards="") | Q(state__in=["dropped", "closed"])
            ),
            # A part of approved help goes to the bank once.
            models.UniqueConstraint(
                fields=["relief"],
                name="line_one_of_a_relief",
                condition=Q(relief__isnull=False) & ~Q(state__in=["dropped", "closed"]),
            ),
            # I4, I5: a month of an award is paid once; what comes later for that month is arrears.
            models.UniqueConstraint(
                fields=["award", "month", "portion"],
                name="line_one_month_of_an_award",
                condition=Q(kind="monthly") & ~Q(state__in=["dropped", "closed"]),
            ),
            models.UniqueConstraint(
                fields=["run", "award", "month", "portion", "kind"],
                name="line_once_a_run",
                condition=Q(award__isnull=False) & ~Q(state__in=["dropped", "closed"]),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("run", "state", "division_code", name="line_by_run"),
            models.Index("award", "month", name="line_by_award", condition=Q(award__isnull=False)),
            models.Index("household", "month", name="line_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.pk} {self.fen}"


class LinePerson(models.Model):
    """A person a line is for: nobody gets two base payments of a month, nor two subsidies of an index month (I4)."""

    line = models.ForeignKey(PaymentLine, on_delete=models.CASCADE, related_name="people")
    division_code = models.CharField(max_length=12, db_collation="C")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    # 'base' for a month of basic support, 'subsidy' for a price subsidy, 'topup' for what a corrected index adds to it.
    what = models.CharField(max_length=8)
    # Falls with the line: what is dropped or closed stands in nobody's way.
    counts = models.BooleanField(default=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month", "what"], name="line_person_once_a_month", condition=Q(counts=True)
            ),
            models.CheckConstraint(name="line_person_known", condition=Q(what__in=["base", "subsidy", "topup"])),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month:%Y-%m} {self.what}"


class Hold(models.Model):
    """Something the gate stopped a line for; released by a person with a reason, or the line is dropped."""

    line = models.ForeignKey(PaymentLine, on_delete=models.CASCADE, related_name="holds")
    division_code = models.CharField(max_length=12, db_collation="C")
    reason = models.CharField(max_length=20, choices=HoldReason.choices)
    # What was seen, without names or numbers of people: {"on": …, "of": …}
    seen = models.JSONField(default=dict)
    # What the hold rests on, in short: released once, it is not raised again for the same facts.
    facts = models.CharField(max_length=64, blank=True, db_collation="C")
    # The gate looked again and found it no longer so; nobody decided anything.
    is_gone = models.BooleanField(default=False)
    at = models.DateTimeField()
    released_because = models.CharField(max_length=200, blank=True)
    released_by_id = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["line", "reason", "facts"], name="hold_once_for_the_same_facts"),
            models.CheckConstraint(
                name="hold_released_with_reason",
                condition=Q(released_by_id__isnull=True, released_at__isnull=True, released_because="")
                | (Q(released_by_id__isnull=False, released_at__isnull=False) & ~Q(released_because="")),
            ),
            models.CheckConstraint(name="hold_known_reason", condition=Q(reason__in=HoldReason.values)),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.reason}"
