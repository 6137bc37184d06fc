"""Double entry in integer fen: accounts, entries, postings. Appended, never edited; a correction is a reversing entry.

The database keeps the books honest by itself (`ledger.sql`): postings of an entry sum to zero in the statement that
writes them, balances follow in the same statement, and a balance that may not run below zero does not.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..kinds import MAY_BE_NEGATIVE, Book, EntryKind, Programme, Source


class Fund(models.Model):
    """A pot of money of one source, spent in the order of `rank`."""

    county = models.CharField(max_length=6, db_collation="C")
    code = models.CharField(_("代码"), max_length=20, db_collation="C")
    name = models.CharField(_("资金名称"), max_length=80)
    source = models.CharField(_("来源"), max_length=12, choices=Source.choices)
    rank = models.PositiveSmallIntegerField(_("支出顺序"), default=100)
    # What it may be spent on; empty is everything.
    programmes = models.JSONField(_("用途"), default=list)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ("county", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="fund_code_once_a_county"),
            models.CheckConstraint(name="fund_known_source", condition=Q(source__in=Source.values)),
            models.CheckConstraint(name="fund_county", condition=Q(county__regex=r"^\d{6}$")),
        ]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """One account of the ledger. `balance_fen` is written by the database alone, with the postings."""

    county = models.CharField(max_length=6, db_collation="C")
    # The place it belongs to: the county, or the township of a reserve fund; 12 digits.
    division_code = models.CharField(max_length=12, db_collation="C")
    book = models.CharField(_("科目"), max_length=12, choices=Book.choices)
    fund = models.ForeignKey(Fund, null=True, on_delete=models.PROTECT, related_name="+")
    # Budgets and payments are kept by programme, budgets also by year; '' and 0 where neither matters.
    programme = models.CharField(max_length=20, blank=True, choices=Programme.choices)
    year = models.PositiveSmallIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "book", "fund", "programme", "year"],
                nulls_distinct=False,
                name="account_once",
            ),
            models.CheckConstraint(name="account_known_book", condition=Q(book__in=Book.values)),
            models.CheckConstraint(
                name="account_not_below_zero",
                condition=Q(balance_fen__gte=0) | Q(book__in=sorted(b.value for b in MAY_BE_NEGATIVE)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.fund_id or ''} {self.programme} {self.year or ''}"


class Entry(models.Model):
    """A set of postings that sums to zero: one event, on one day, done by one person."""

    county = models.CharField(max_length=6, db_collation="C")
    division_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    # What it follows from: ('run', '12'), ('relief', '7'), … ; the pair with `step` is written at most once.
    about = models.CharField(max_length=20, db_collation="C")
    about_id = models.CharField(max_length=40, db_collation="C")
    step = models.CharField(max_length=60, db_collation="C")
    text = models.CharField(_("摘要"), max_length=200)
    postings_count = models.PositiveIntegerField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)  # accounts.Staff; null is the system

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["about", "about_id", "step"], name="entry_once_a_step"),
            models.CheckConstraint(
                name="entry_reversal_names_one", condition=Q(kind="reversal") ^ Q(reverses__isnull=True)
            ),
            models.CheckConstraint(name="entry_has_two_sides", condition=Q(postings_count__gte=2)),
        ]
        indexes = [models.Index("county", "on", name="entry_by_day")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Posting(models.Model):
    """An amount on an account: above zero in, below zero out. Whom it concerns is told where it concerns somebody."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    fen = models.BigIntegerField()
    division_code = models.CharField(max_length=12, db_collation="C")
    household_id = models.BigIntegerField(null=True)
    # The payment line or relief payment behind it, as ('line', 5) in short: 'line:5'.
    origin = models.CharField(max_length=30, blank=True, db_collation="C")

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(name="posting_not_zero", condition=~Q(fen=0))]
        indexes = [
            models.Index("household_id", name="posting_by_household", condition=Q(household_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.account_id} {self.fen}"
