"""The states of a referral and the one table of its moves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a referral stands."""

    SENT = "sent", _("待答复")
    ACCEPTED = "accepted", _("办理中")
    REFUSED = "refused", _("未接收")
    GIVEN = "given", _("已给予")
    NOT_GIVEN = "not_given", _("未给予")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = (State.SENT, State.ACCEPTED)


class Move(models.TextChoices):
    """What somebody does with it."""

    SEND = "send", _("转出")
    ACCEPT = "accept", _("接收")
    REFUSE = "refuse", _("不接收")
    GIVE = "give", _("给予帮扶")
    GIVE_NOTHING = "give_nothing", _("办结未给予")
    WITHDRAW = "withdraw", _("撤回")
    ESCALATE = "escalate", _("超期提醒")


class Reason(models.TextChoices):
    """Why a department does not help; the sender decides what next by it."""

    NOT_ELIGIBLE = "not_eligible", _("不符合本部门条件")
    ALREADY = "already", _("已在享受")
    NOT_OURS = "not_ours", _("不属于本部门职责")
    UNREACHABLE = "unreachable", _("联系不上本人")
    DECLINED = "declined", _("本人不需要")
    OTHER = "other", _("其他")


@dataclass(frozen=True)
class Way:
    """From which states a move leads where; None leaves the state as it is."""

    before: frozenset[State]
    after: State | None


MOVES: dict[Move, Way] = {
    Move.ACCEPT: Way(frozenset({State.SENT}), State.ACCEPTED),
    Move.REFUSE: Way(frozenset({State.SENT}), State.REFUSED),
    Move.GIVE: Way(frozenset(OPEN), State.GIVEN),
    Move.GIVE_NOTHING: Way(frozenset({State.ACCEPTED}), State.NOT_GIVEN),
    Move.WITHDRAW: Way(frozenset(OPEN), State.WITHDRAWN),
    Move.ESCALATE: Way(frozenset(OPEN), None),
}


def may(move: Move, state: str) -> bool:
    """Whether a move is open to a referral in this state."""
    return state in MOVES[move].before
