"""Builders for emergencies and reserve funds: a township with money, somebody in need, a press of the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.casework.actions.opening import Need
from doudi.casework.models import Origin, PlaceBasis
from doudi.casework.programmes import Programme
from doudi.payments.actions import relief, reserve, reserve_topups
from doudi.payments.actions.relief import Help
from doudi.payments.actions.relief_paying import Handing
from doudi.payments.kinds import PaymentForm
from doudi.payments.models import ReliefAsk, ReliefPayment, ReserveFund
from doudi.verification.actions.signing import Mark
from tests.conftest import VILLAGE

from .world import DAY, at, funded

TOWNSHIP = f"{VILLAGE[:9]}000"
MILLION = 1_000_000_00
STANDARD = 74400  # one person, lightly hit: the urban dibao standard of a month
LIMIT = 300_000  # what a township decides alone


@dataclass
class Town:
    """A township with a reserve fund, and the people around it."""

    finance: Staff
    clerk: Staff
    head: Staff
    reviewer: Staff
    fund: ReserveFund

    @property
    def left(self) -> int:
        """What the fund's account says."""
        return reserve.balance(self.fund)


def a_town(staff_with: Callable[..., Staff], fen: int = 1_000_000, year_money: int = MILLION, on: date = DAY) -> Town:
    """A fund opened by finance, filled by the three."""
    finance, clerk = staff_with(Role.FINANCE), staff_with(Role.TOWNSHIP_CLERK)
    head, reviewer = staff_with(Role.TOWNSHIP_HEAD), staff_with(Role.COUNTY_REVIEWER)
    pot = funded(finance, year_money, budget=True, year=on.year)
    fund = reserve.open_reserve(
        place=VILLAGE, fund=pot, target_fen=2_000_000, keeper_id=clerk.pk, by=finance, on=on, at=at(on)
    )
    town = Town(finance, clerk, head, reviewer, fund)
    if fen:
        topped_up(town, fen, on=on)
    return town


def topped_up(town: Town, fen: int, on: date = DAY) -> None:
    """Asked, approved, paid."""
    asked = reserve_topups.ask(fund=town.fund, fen=fen, because="汛期将至", by=town.clerk, at=at(on))
    reserve_topups.decide(top_up=asked, fen=fen, note="", by=town.reviewer, at=at(on))
    reserve_topups.pay(top_up=asked, by=town.finance, on=on, at=at(on))


def handing(**changes: Any) -> Handing:
    """Cash into the hand of whoever typed their name."""
    said = {"form": PaymentForm.CASH, "receiver": "赵启明", "mark": Mark("typed", name="赵启明"), "token": uuid4()}
    return Handing(**said | changes)


def an_emergency(by: Staff, fen: int = STANDARD, on: date = DAY, **changes: Any) -> ReliefPayment | ReliefAsk:
    """A stranger is helped. Fields of the need, of the handing over, or of the help itself may be changed."""
    need = {
        "programme": Programme.TEMPORARY_EMERGENCY, "place_basis": PlaceBasis.EMERGENCY, "place": VILLAGE,
        "stranger": "赵启明，外省过路司机", "people_count": 1, "severity": "light", "origin": Origin.FOUND,
    }  # fmt: skip
    need |= {k: changes.pop(k) for k in list(changes) if k in Need.__dataclass_fields__ and k != "people"}
    hand = handing(**{k: changes.pop(k) for k in list(changes) if k in Handing.__dataclass_fields__})
    said = {"need": Need(**need), "amount_fen": fen, "handing": hand, "heard_at": at(on, 3)}
    return relief.help_now(said=Help(**said | changes), by=by, on=on, at=at(on))
