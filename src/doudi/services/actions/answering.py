"""What a department does with what was put to it. Only the department asked may answer, where its role reaches."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit
from doudi.registry.actions.refusal import Problems

from ..limits import GIVE_WORKDAYS, LARGEST_FEN
from ..models import Referral
from ..moves import Move, Reason
from .moving import clean_words, due, locked, moved


def answers_for(by: Staff, referral: Referral) -> bool:
    """Whether somebody sits in the department asked, for that place."""
    held = [h for h in by.scope.held if h.role.value == referral.department]
    return any(referral.division_code.startswith(h.place) for h in held)


def permit_department(by: Staff, referral: Referral) -> None:
    """Stop whoever is not the department asked."""
    permit(by, Permission.REFERRAL_ANSWER, place=referral.division_code)
    if not answers_for(by, referral):
        raise NotPermitted(Permission.REFERRAL_ANSWER, referral.division_code)


def accept(*, referral: Referral, by: Staff, on: date, at: datetime, note: str = "") -> Referral:
    """The department takes it on; from now it has the longer time to help."""
    permit_department(by, referral)
    problems = Problems()
    note = clean_words(note, "note", problems)
    problems.refuse_if_any()
    with transaction.atomic():
        row = locked(referral, Move.ACCEPT)
        moved(row, Move.ACCEPT, by=by, on=on, at=at, note=note, due_on=due(on, GIVE_WORKDAYS), escalated_on=None)
    return row


def refuse(*, referral: Referral, reason: str, by: Staff, on: date, at: datetime, note: str = "") -> Referral:
    """The department does not take it on, and says why."""
    return _without(Move.REFUSE, referral, reason, note, by, on, at)


def give_nothing(*, referral: Referral, reason: str, by: Staff, on: date, at: datetime, note: str = "") -> Referral:
    """Taken on, looked into, nothing given: the reason decides what civil affairs does next."""
    return _without(Move.GIVE_NOTHING, referral, reason, note, by, on, at)


def _without(move: Move, referral: Referral, reason: str, note: str, by: Staff, on: date, at: datetime) -> Referral:
    permit_department(by, referral)
    problems = Problems()
    if reason not in Reason.values:
        problems.add("reason", _("请选择原因。"))
    note = clean_words(note, "note", problems, required=reason == Reason.OTHER)
    problems.refuse_if_any()
    with transaction.atomic():
        row = locked(referral, move)
        moved(row, move, by=by, on=on, at=at, note=note, reason=reason, answer=note or None, closed_on=on)
    return row


def give(
    *,
    referral: Referral,
    what: str,
    given_on: date,
    by: Staff,
    on: date,
    at: datetime,
    fen: int | None = None,
    note: str = "",
) -> Referral:
    """The department has helped: with what, with how much if it was money, and when."""
    permit_department(by, referral)
    problems = Problems()
    what = clean_words(what, "what", problems, required=True)
    note = clean_words(note, "note", problems)
    if given_on > on:
        problems.add("given_on", _("给予日期晚于今天，请核对。"))
    if fen is not None and not 0 < fen <= LARGEST_FEN:
        problems.add("fen", _("金额应大于 0，并核对单位（元）。没有给钱的不填。"))
    problems.refuse_if_any()
    with transaction.atomic():
        row = locked(referral, Move.GIVE)
        moved(row, Move.GIVE, by=by, on=on, at=at, note=note, given_what=what, given_fen=fen, given_on=given_on,
              answer=note or None, closed_on=on)  # fmt: skip
    return row
