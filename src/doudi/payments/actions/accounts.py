"""Benefit accounts: entered, changed, checked by somebody else, read in full for a reason. Superseded, never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.documents import actions as documents
from doudi.documents.models import Kind
from doudi.documents.owners import Owner
from doudi.documents.sniffing import Refused as FileRefused
from doudi.privacy.fields import blind
from doudi.registry.actions.appending import append, supersede
from doudi.registry.actions.recording import one_at_a_time
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Person

from ..holders import difference, number_of
from ..models import ACCOUNT_INDEX, BenefitAccount, Institution

SHORTEST_REASON = 4


@dataclass(frozen=True)
class Paper:
    """A photo or scan of the card or book."""

    source: BinaryIO
    name: str


def register_account(
    *, number: str, holder: str, bank: str, because: str, by: Staff, on: date, at: datetime,
    person: Person | None = None, institution: Institution | None = None, differs_because: str = "",
    paper: Paper | None = None,
) -> BenefitAccount:  # fmt: skip
    """The account of a person or an institution from a day on; an earlier one ends that day and is followed.

    A name that differs is refused unless it is said why; then, as after a change, somebody else has to check it.
    """
    owner = _owner(person, institution)
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE, place=owner.division_code)
    digits = _checked(number, holder, bank, because, differs_because, owner, on)
    with transaction.atomic():
        one_at_a_time(f"benefit account {type(owner).__name__} {owner.pk}")
        before = BenefitAccount.objects.known().on(on).filter(person=person, institution=institution).first()
        if before is not None:
            _end(before, digits, holder, on, at)
        document = _kept(paper, owner, by, at) if paper else None
        try:
            row = BenefitAccount.objects.create(
                person=person, institution=institution, holder=holder.strip(), number=digits,
                number_index=blind(digits, purpose=ACCOUNT_INDEX), tail=digits[-4:], bank=bank.strip()[:60],
                because=because.strip()[:200], follows=before, differs_because=differs_because.strip()[:200],
                must_be_checked=before is not None or bool(differs_because.strip()), document_id=document,
                division_code=owner.division_code, starts_on=on, recorded_at=at, recorded_by_id=by.pk,
            )  # fmt: skip
        except IntegrityError as error:
            raise refuse("on", _("这一天之后已经登记过账户，请从今天起更换。")) from error
        _record("change_account" if before else "register_account", row, by)
    return row


def _owner(person: Person | None, institution: Institution | None) -> Person | Institution:
    owner = person or institution
    if owner is None or (person is not None and institution is not None):
        raise ValueError("an account belongs to a person or to an institution")
    return owner


def _kept(paper: Paper, owner: Person | Institution, by: Staff, at: datetime) -> int:
    """A document of the person, so that it goes with them to another place; of the home otherwise."""
    kind = "person" if isinstance(owner, Person) else "institution"
    whose = Owner(kind, str(owner.pk), owner.division_code, str(owner.name))
    try:
        kept = documents.store(
            by=by, source=paper.source, name=paper.name, kind=Kind.BANK_CARD, owner=whose, at=at
        )  # fmt: skip
    except FileRefused as refused:
        raise refuse("paper", str(refused)) from refused
    return int(kept.pk)


def _checked(
    number: str, holder: str, bank: str, because: str, differs_because: str, owner: Person | Institution, on: date
) -> str:
    """Everything that is wrong at once; the digits."""
    problems, digits = Problems(), ""
    try:
        digits = number_of(number)
    except ValueError as problem:
        problems.add("number", str(problem))
    if not holder.strip():
        problems.add("holder", _("请填写户名。"))
    elif (odd := difference(holder, str(owner.name))) and len(differs_because.strip()) < SHORTEST_REASON:
        problems.add("holder", _("%(odd)s。确实如此的，请写明原因，由另一人复核。") % {"odd": odd})
    elif not odd and differs_because.strip():
        problems.add("differs_because", _("户名与姓名一致，不用写原因。"))
    if not bank.strip():
        problems.add("bank", _("请填写开户行。"))
    if len(because.strip()) < 2:
        problems.add("because", _("请写明登记或更换的原因。"))
    if isinstance(owner, Person) and owner.death_date and owner.death_date <= on:
        problems.add("", _("本人已经去世，不能登记账户。请改为其他成员领取。"))
    problems.refuse_if_any()
    return digits


def _end(before: BenefitAccount, digits: str, holder: str, on: date, at: datetime) -> None:
    if (str(before.number), str(before.holder)) == (digits, holder.strip()):
        raise refuse("number", _("与现在的账户相同，没有变化。"))
    supersede(before, at)
    if before.starts_on < on:
        append(before, by=None, at=at, ends_on=on, recorded_by_id=before.recorded_by_id)


def check_account(*, account: BenefitAccount, because: str, by: Staff, at: datetime) -> BenefitAccount:
    """Somebody other than who entered it has looked at the evidence: money may go there."""
    permit(by, Permission.PAYMENT_CHECK, place=account.division_code)
    if len(because.strip()) < SHORTEST_REASON:
        raise refuse("because", _("请写明怎样核实的，至少 4 个字。"))
    if account.recorded_by_id == by.pk:
        raise refuse("", _("账户是您登记的，要由另一人复核。"))
    with transaction.atomic():
        rows = BenefitAccount.objects.known().filter(pk=account.pk, checked_at__isnull=True)
        if not rows.update(checked_by_id=by.pk, checked_at=at):
            raise refuse("", _("账户刚有变化（已复核或已更换），请刷新后查看。"))
        _record("check_account", account, by, purpose=because.strip()[:200])
    account.refresh_from_db()
    return account


def end_account(*, account: BenefitAccount, because: str, by: Staff, on: date, at: datetime) -> BenefitAccount | None:
    """The account is used no longer from a day on, and none follows."""
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE, place=account.division_code)
    if len(because.strip()) < SHORTEST_REASON:
        raise refuse("because", _("请写明停用的原因，至少 4 个字。"))
    with transaction.atomic():
        supersede(account, at)
        left = None
        if account.starts_on < on:
            left = append(account, by=by, at=at, ends_on=on, recorded_by_id=account.recorded_by_id)
        _record("end_account", account, by, purpose=because.strip()[:200])
    return left


def revealed_account(*, account: BenefitAccount, purpose: str, by: Staff) -> str:
    """The whole number, for a reason that goes on record."""
    permit(by, Permission.PERSON_REVEAL, place=account.division_code)
    permit(by, Permission.PAYMENT_READ, place=account.division_code)
    with transaction.atomic():
        _record("reveal_account", account, by, purpose=purpose)
    return str(account.number)


def open_institution(*, name: str, place: str, by: Staff) -> Institution:
    """A home that may receive care money."""
    permit(by, Permission.BENEFIT_ACCOUNT_WRITE, place=place)
    if not name.strip():
        raise refuse("name", _("请填写机构名称。"))
    try:
        with transaction.atomic():
            home = Institution.objects.create(division_code=place.ljust(12, "0"), name=name.strip()[:80])
            record(
                by=by, action="payment.open_institution",
                subject=Subject("institution", str(home.pk), home.division_code),
            )  # fmt: skip
    except IntegrityError as error:
        raise refuse("name", _("这里已经有同名的机构。")) from error
    return home


def _record(action: str, row: BenefitAccount, by: Staff, purpose: str = "") -> None:
    """Who was told what about whose account; never the number."""
    kind, pk = ("person", row.person_id) if row.person_id else ("institution", row.institution_id)
    record(
        by=by, action=f"payment.{action}", subject=Subject(kind, str(pk), row.division_code), purpose=purpose,
        after={"number": str(row.number), "holder": str(row.holder)}, detail={"account": row.pk},
    )  # fmt: skip
