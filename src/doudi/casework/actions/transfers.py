"""A family moves. Within the county its file goes along at once; to another county and from one, no month is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject, digest_of
from doudi.awards import actions as awards
from doudi.awards.actions import Why
from doudi.awards.models import Award
from doudi.awards.months import next_month
from doudi.places.queries import place_name
from doudi.registry.actions import end_status, move_household
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household, LowIncomeStatus

from ..models import Application, Origin, Transfer
from ..queries.evaluation import canonical
from ..queries.transfers import open_cases, package_of, running_awards
from .moving import move
from .opening import Need, open_application

SHORTEST = 4


@dataclass(frozen=True)
class Before:
    """What a family received where it comes from. `last_month`: the last one paid there."""

    place: str
    programme: str
    number: str
    fen: int | None
    last_month: date
    document: int | None = None


def move_within(
    *, household: Household, to_code: str, reason: str, by: Staff, on: date, at: datetime, address: str = ""
) -> Transfer:
    """To another village of the county: file, cases, reviews and awards go along, and the award goes on unbroken."""
    permit(by, Permission.CASE_CHECK, place=household.division_code)
    origin = household.division_code
    cases = open_cases(household)
    with transaction.atomic():
        for application in cases:
            move(application, "hand_over", by=by, on=on, at=at, note=reason, data={"to": to_code})
        row = Transfer.objects.create(
            kind=Transfer.Kind.WITHIN, state=Transfer.State.DONE, division_code=origin, household=household,
            application=cases[0] if cases else None, from_place=place_name(origin), to_place=place_name(to_code),
            from_code=origin, to_code=to_code, first_month=next_month(on), reason=reason.strip(), begun_on=on,
            begun_at=at, begun_by_id=by.pk, ended_on=on, ended_by_id=by.pk,
        )  # fmt: skip
        move_household(household=household, to_code=to_code, reason=reason, address=address, by=by, on=on, at=at)
        _record(row, "move_within", by, origin=origin, to=to_code, cases=[c.number for c in cases])
    row.division_code = to_code
    return row


def begin_out(*, household: Household, to_place: str, reason: str, by: Staff, on: date, at: datetime) -> Transfer:
    """To another county: the package is made, open cases go with it; the award goes on until it begins there."""
    permit(by, Permission.CASE_CHECK, place=household.division_code)
    _check_out(household, to_place, reason)
    package = canonical(package_of(household, on))
    cases = [c for c in open_cases(household) if c.stage not in ("draft", "papers")]
    with transaction.atomic():
        waits = bool(running_awards(household, on))
        row = Transfer.objects.create(
            kind=Transfer.Kind.OUT, state=Transfer.State.WAITING, division_code=household.division_code,
            household=household, application=cases[0] if cases else None,
            from_place=place_name(household.division_code), to_place=to_place.strip(),
            from_code=household.division_code, package=package, package_digest=digest_of(json.loads(package)),
            reason=reason.strip(), begun_on=on, begun_at=at, begun_by_id=by.pk,
        )  # fmt: skip
        for application in cases:
            move(application, "transfer_out", by=by, on=on, at=at, note=reason, data={"transfer": row.number})
        _record(row, "transfer_out", by, awards=waits)
    return row


def _check_out(household: Household, to_place: str, reason: str) -> None:
    problems = Problems()
    if len(to_place.strip()) < 2:
        problems.add("to_place", _("请填写接收的县（市、区）。"))
    if len(reason.strip()) < SHORTEST:
        problems.add("reason", _("请写明移交的原因，至少 4 个字。"))
    if household.closed_on is not None:
        problems.add("", _("该户已销户，不能移交。"))
    if Transfer.objects.filter(household=household, state=Transfer.State.WAITING).exists():
        problems.add("", _("该户正在移交外县，不用重复办理。"))
    problems.refuse_if_any()


def complete_out(
    *, transfer: Transfer, first_month: date, by: Staff, on: date, at: datetime, document: int | None = None
) -> Transfer:
    """The other county begins with a month: here the month before is the last. By another person than began it."""
    permit(by, Permission.CASE_CONFIRM, place=transfer.division_code)
    with transaction.atomic():
        row = _waiting(transfer)
        _check_complete(row, first_month, by, on)
        for award in running_awards(row.household, on):
            _end(award, first_month, row, by, on, at)
        row.state, row.first_month, row.document = Transfer.State.DONE, first_month, document
        row.ended_on, row.ended_by_id = on, by.pk
        row.save()
        _record(row, "transfer_done", by, first_month=f"{first_month:%Y-%m}")
    return row


def _waiting(transfer: Transfer) -> Transfer:
    row = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if row.kind != Transfer.Kind.OUT or row.state != Transfer.State.WAITING:
        raise refuse("", _("这次移交已经办结。"))
    return row


def _check_complete(row: Transfer, first_month: date, by: Staff, on: date) -> None:
    problems = Problems()
    if row.begun_by_id == by.pk:
        problems.add("", _("移交是您发起的，须由另一人办结。"))
    if first_month.day != 1:
        problems.add("first_month", _("待遇按整月计算，请填写当月 1 日。"))
    # This month may have been paid here already: the other county begins with the next at the earliest.
    elif first_month < next_month(on):
        said = {"m": f"{next_month(on):%Y-%m}"}
        problems.add("first_month", _("本月由我市发放，接收地最早自 %(m)s 起发放；请与对方商定起始月。") % said)
    problems.refuse_if_any()


def _end(award: Award, first_month: date, row: Transfer, by: Staff, on: date, at: datetime) -> None:
    begins = max(first_month, award.starts_on)
    awards.end(award=award, from_month=begins, why=Why("moved_away", row.number), by=by, on=on, at=at)
    statuses = LowIncomeStatus.objects.known().filter(
        household=row.household, person=award.person, category=award.programme, ends_on=None, starts_on__lt=begins
    )
    for status in statuses:
        end_status(status=status, reason=_("移交外县"), by=by, on=begins, at=at)


def cancel_out(*, transfer: Transfer, reason: str, by: Staff, on: date, at: datetime) -> Transfer:
    """The family stays, or the other county does not take it over: the award simply goes on."""
    permit(by, Permission.CASE_CHECK, place=transfer.division_code)
    if len(reason.strip()) < SHORTEST:
        raise refuse("reason", _("请写明取消的原因，至少 4 个字。"))
    with transaction.atomic():
        row = _waiting(transfer)
        row.state, row.ended_on, row.ended_by_id = Transfer.State.CANCELLED, on, by.pk
        row.ended_because = reason.strip()
        row.save()
        _record(row, "transfer_cancel", by)
    return row


def come_in(*, need: Need, before: Before, by: Staff, on: date, at: datetime) -> Application:
    """From another county: an application that knows what was received, so that no month is lost or doubled."""
    assert need.household is not None
    _check_before(before)
    told = Need(**{**need.__dict__, "origin": Origin.TRANSFER})
    with transaction.atomic():
        application = open_application(need=told, by=by, on=on, at=at)
        row = Transfer.objects.create(
            kind=Transfer.Kind.IN, state=Transfer.State.DONE, division_code=application.division_code,
            household=need.household, application=application, from_place=before.place.strip(),
            to_place=place_name(application.division_code), to_code=application.division_code,
            first_month=next_month(before.last_month), before_programme=before.programme,
            before_number=before.number.strip(), before_fen=before.fen, document=before.document,
            reason=_("外县转入"), begun_on=on, begun_at=at, begun_by_id=by.pk, ended_on=on, ended_by_id=by.pk,
        )  # fmt: skip
        _record(row, "transfer_in", by, application=application.number)
    return application


def _check_before(before: Before) -> None:
    problems = Problems()
    if len(before.place.strip()) < 2:
        problems.add("place", _("请填写从哪个县（市、区）转入。"))
    if before.last_month.day != 1:
        problems.add("last_month", _("请填写原来发放到哪个月（当月 1 日）。"))
    if before.fen is not None and before.fen <= 0:
        problems.add("fen", _("原来的月金额应大于 0；不清楚的留空。"))
    if not before.programme.strip() or not before.number.strip():
        problems.add("number", _("请填写原待遇的项目和编号。"))
    problems.refuse_if_any()


def _record(row: Transfer, action: str, by: Staff, **detail: object) -> None:
    audit.record(
        by=by, action=f"case.{action}", detail={"transfer": row.number, **detail},
        subject=Subject("household", str(row.household_id), row.division_code),
    )  # fmt: skip


def opened(*, transfer: Transfer, by: Staff, form: str = "") -> None:
    """Somebody looked at a transfer, or took its package in a form: on the record."""
    permit(by, Permission.CASE_CHECK if form else Permission.CASE_READ, place=transfer.division_code)
    subject = Subject("household", str(transfer.household_id), transfer.division_code)
    detail = {"transfer": transfer.number, "form": form}
    audit.record(by=by, action="transfer.print" if form else "transfer.read", subject=subject, detail=detail)
