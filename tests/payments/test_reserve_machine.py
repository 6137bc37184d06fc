"""Any order of acts on a reserve fund: it is never below zero and always what a plain sum says it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from doudi.payments.actions import reserve, reserve_counting, reserve_topups
from doudi.payments.kinds import Book
from doudi.payments.models import Account, Posting
from doudi.payments.queries.checking import check
from doudi.registry.actions.refusal import Refused

from .relief_world import MILLION, STANDARD, a_town, an_emergency
from .world import DAY, at

pytestmark = pytest.mark.django_db
FEN = st.integers(1, 300_000)


class Acts(RuleBasedStateMachine):
    """A township, its county and its finance bureau, doing what they do in any order."""

    staff_with: Any

    @initialize()
    def open(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.town = a_town(self.staff_with, fen=0)
        self.left = self.missing = self.paid = self.surplus = 0
        self.papers = 0

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def reference(self) -> str:
        self.papers += 1
        return f"凭证-{self.papers}"

    @rule(fen=FEN, cut=st.sampled_from([0, 1, 2]))
    def top_up(self, fen: int, cut: int) -> None:
        said = {"at": at(DAY)}
        one = reserve_topups.ask(fund=self.town.fund, fen=fen, because="不够", by=self.town.clerk, **said)
        approved = fen * (2 - cut) // 2
        reserve_topups.decide(top_up=one, fen=approved, note="核定", by=self.town.reviewer, **said)
        if approved:
            reserve_topups.pay(top_up=one, by=self.town.finance, on=DAY, **said)
        self.left += approved

    @rule(fen=st.integers(1, STANDARD))
    def help(self, fen: int) -> None:
        if fen > self.left:
            with pytest.raises(Refused, match="备用金只剩"):
                an_emergency(self.town.clerk, fen)
            return
        an_emergency(self.town.clerk, fen)
        self.left, self.paid = self.left - fen, self.paid + fen

    @rule(fen=FEN)
    def give_back(self, fen: int) -> None:
        said = {"fund": self.town.fund, "fen": fen, "by": self.town.finance, "on": DAY, "at": at(DAY)}
        if fen > self.left:
            with pytest.raises(Refused, match="备用金只剩"):
                reserve.give_back(reference=self.reference(), **said)
            return
        reserve.give_back(reference=self.reference(), **said)
        self.left -= fen

    @rule(gap=st.integers(-50_000, 50_000))
    def count(self, gap: int) -> None:
        there = max(self.left + gap, 0)
        said = {"on": DAY, "at": at(DAY), "counted_fen": there}
        one = reserve_counting.count(fund=self.town.fund, explained="清点差额", by=self.town.clerk, **said)
        reserve_counting.confirm_count(count=one, by=self.town.head, **said)
        more = there - self.left
        back = min(max(more, 0), self.missing)
        self.missing += max(-more, 0) - back
        self.surplus += max(more, 0) - back
        self.left = there

    @invariant()
    def the_purse_is_what_the_sum_says(self) -> None:
        if not hasattr(self, "town"):
            return
        posted = sum(Posting.objects.filter(account=self.town.fund.account_id).values_list("fen", flat=True))
        assert self.town.left == posted == self.left >= 0
        assert reserve.missing(self.town.fund) == self.missing

    @invariant()
    def the_budget_it_holds_is_its_money_and_what_is_missing(self) -> None:
        if not hasattr(self, "town"):
            return
        books = {
            b: sum(Account.objects.filter(book=b, programme="temporary").values_list("balance_fen", flat=True))
            for b in (Book.AVAILABLE, Book.COMMITTED, Book.SPENT)
        }
        assert books[Book.COMMITTED] == self.left + self.missing
        assert books[Book.SPENT] == self.paid
        assert sum(books.values()) == MILLION + self.surplus

    @invariant()
    def the_books_hold(self) -> None:
        assert not hasattr(self, "town") or check() == []


def test_any_order_of_acts_keeps_the_purse_right(staff_with) -> None:
    Acts.staff_with = staticmethod(staff_with)
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=15,
            stateful_step_count=10,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
