"""Who receives what an award pays, where it is not the person: another member, a carer under agreement, a home."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.awards.models import Award
from doudi.registry.actions.appending import append, supersede
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Membership, Person

from ..kinds import Portion
from ..models import Institution, Payee


def name_payee(
    *, award: Award, portion: str, because: str, by: Staff, on: date, at: datetime, person: Person | None = None,
    institution: Institution | None = None, agreement: str = "",
) -> Payee:  # fmt: skip
    """From a day on this portion of the award goes to somebody; who received it before ends that day."""
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE, place=award.division_code)
    _check(award, portion, person, institution, agreement, because, on)
    with transaction.atomic():
        one_at_a_time(f"payee {award.pk} {portion}")
        _make_room(award, portion, on, at)
        row = Payee.objects.create(
            award=award, portion=portion, person=person, institution=institution, agreement=agreement.strip()[:40],
            because=because.strip()[:200], division_code=award.division_code, starts_on=on, recorded_at=at,
            recorded_by_id=by.pk,
        )  # fmt: skip
        _record("name_payee", row, by)
    return row


def end_payee(*, payee: Payee, because: str, by: Staff, on: date, at: datetime) -> None:
    """From a day on the portion goes where it would go anyway."""
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE, place=payee.division_code)
    if len(because.strip()) < 4:
        raise refuse("because", _("请写明原因，至少 4 个字。"))
    with transaction.atomic():
        _end(payee, on, at)
        _record("end_payee", payee, by, purpose=because.strip()[:200])


def _check(
    award: Award, portion: str, person: Person | None, institution: Institution | None, agreement: str, because: str,
    on: date,
) -> None:  # fmt: skip
    problems = Problems()
    if portion not in Portion.values:
        problems.add("portion", _("请选择本人部分或照料护理费。"))
    if (person is None) == (institution is None):
        problems.add("person", _("请选择一位收款人或一家机构。"))
    if institution is not None and portion != Portion.CARE:
        problems.add("institution", _("机构只能代收照料护理费，本人部分发给本人或家庭成员。"))
    if institution is not None and not institution.is_open:
        problems.add("institution", _("这家机构已经停用。"))
    if person is not None and portion == Portion.MAIN and not _is_member(person, award, on):
        problems.add("person", _("本人部分只能由同户家庭成员代领。"))
    if person is not None and person.death_date and person.death_date <= on:
        problems.add("person", _("收款人已经去世，请另选。"))
    if person is not None and portion == Portion.CARE and not agreement.strip():
        problems.add("agreement", _("请填写委托照料服务协议编号。"))
    if len(because.strip()) < 4:
        problems.add("because", _("请写明原因，至少 4 个字。"))
    problems.refuse_if_any()


def _is_member(person: Person, award: Award, on: date) -> bool:
    return Membership.objects.known().on(on).filter(person=person, household=award.household_id).exists()


def _make_room(award: Award, portion: str, on: date, at: datetime) -> None:
    """Whoever was to receive it on or after that day does so no longer."""
    for row in Payee.objects.known().filter(award=award, portion=portion):
        if row.ends_on is None or row.ends_on > on:
            _end(row, on, at)


def _end(row: Payee, on: date, at: datetime) -> None:
    supersede(row, at)
    if row.starts_on < on:
        append(row, by=None, at=at, ends_on=on, recorded_by_id=row.recorded_by_id)


def _record(action: str, row: Payee, by: Staff, purpose: str = "") -> None:
    subject = Subject("award", str(row.award_id), row.division_code)
    detail = {"portion": row.portion, "person": row.person_id, "institution": row.institution_id}
    record(by=by, action=f"payment.{action}", subject=subject, purpose=purpose, detail=detail)
