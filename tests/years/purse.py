"""The reserve fund of a township: two hands in it at once, month after month. The truth is what was told as paid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from doudi.accounts.models import Staff
from doudi.payments.actions import reserve, reserve_topups
from doudi.payments.models import Fund, ReserveFund
from tests.conftest import VILLAGE
from tests.payments.relief_world import an_emergency
from tests.payments.world import at

from .racing import race

FULL = 600_000
HELP = (20_000, 60_000)


@dataclass
class Purse:
    """The purse, who keeps it, and what must be in it."""

    chance: Random
    clerk: Staff
    head: Staff
    reviewer: Staff
    finance: Staff
    pot: Fund
    opened_on: date
    left: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.fund: ReserveFund = reserve.open_reserve(
            place=VILLAGE, fund=self.pot, target_fen=2_000_000, keeper_id=self.clerk.pk, by=self.finance,
            on=self.opened_on, at=at(self.opened_on),
        )  # fmt: skip

    def month(self, month: date) -> None:
        """Two emergencies at once, from a purse that may hold enough for one; filled up when it is nearly empty."""
        day = month.replace(day=15)
        if self.left < HELP[0] or self.chance.random() < 0.1:
            self._filled(day)
        asked = [self.chance.randrange(*HELP, 100) for _hand in range(2)]
        tokens = [UUID(int=self.chance.getrandbits(128)) for _hand in range(2)]
        told = race(
            self.chance, [(self.clerk, self._helps(fen, day, token)) for fen, token in zip(asked, tokens, strict=True)]
        )
        self.left -= sum(fen for fen, said in zip(asked, told, strict=True) if said == "done")
        self.done.update("paid" if said == "done" else "told that it is empty" for said in told)
        assert all(said == "done" or "备用金只剩" in said for said in told), told
        assert "done" in told or min(asked) > self.left, f"there was enough for one: {told}"

    def _helps(self, fen: int, day: date, token: UUID):  # type: ignore[no-untyped-def]
        return lambda: an_emergency(self.clerk, fen=fen, on=day, token=token)

    def _filled(self, day: date) -> None:
        fen = FULL - self.left
        asked = reserve_topups.ask(fund=self.fund, fen=fen, because="备用金快用完了", by=self.clerk, at=at(day))
        reserve_topups.decide(top_up=asked, fen=fen, note="", by=self.reviewer, at=at(day))
        reserve_topups.pay(top_up=asked, by=self.finance, on=day, at=at(day))
        self.left += fen
        self.done["filled"] += 1

    def wrong(self) -> list[str]:
        """The purse against the truth."""
        has = reserve.balance(self.fund)
        return [f"the purse holds {has}, by truth {self.left}"] if has != self.left else []
