"""Accounts and payees read: of a household, those that wait for a second look, institutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards.models import Award
from doudi.registry.models import Household, Membership, Person

from ..banking.codes import code_of
from ..holders import Sign, compared
from ..kinds import LineState
from ..models import BenefitAccount, Institution, Payee, PaymentLine, Transfer


@dataclass(frozen=True)
class Card:
    """A person of a household with their account of the day, if they have one."""

    person: Person
    account: BenefitAccount | None


def cards_of(home: Household, on: date) -> list[Card]:
    """The living members of a household, head first, each with their account."""
    members = Membership.objects.known().on(on).filter(household=home, person__death_date__isnull=True)
    people = [one.person for one in members.select_related("person").order_by("pk")]
    people.sort(key=lambda person: person.pk != home.head_id)
    rows = BenefitAccount.objects.known().on(on).filter(person__in=people)
    accounts = {row.person_id: row for row in rows}
    return [Card(person, accounts.get(person.pk)) for person in people]


def history_of(home: Household) -> QuerySet[BenefitAccount, Any]:
    """Every account that members of a household ever had, newest first."""
    people = Membership.objects.known().filter(household=home).values("person_id")
    rows = BenefitAccount.objects.known().filter(person__in=people).select_related("person")
    return rows.order_by("-starts_on", "-pk")


def waiting_for_check(staff: Staff) -> QuerySet[BenefitAccount, Any]:
    """Changed accounts and odd names that nobody else has looked at yet, oldest first."""
    rows: QuerySet[BenefitAccount, Any] = BenefitAccount.objects.known().filter(
        must_be_checked=True, checked_at__isnull=True
    )
    rows = staff.scope.narrow(rows, Permission.PAYMENT_READ)
    return rows.select_related("person", "institution", "follows").order_by("recorded_at", "pk")


def names_beside(account: BenefitAccount) -> list[Sign]:
    """The holder's name beside the owner's, character by character."""
    return compared(str(account.holder), owner_name(account))


def owner_name(account: BenefitAccount) -> str:
    """Whose account it is."""
    return str(account.person.name if account.person else account.institution or "")


def payees_of(awards: Sequence[Award], on: date) -> QuerySet[Payee, Any]:
    """Who receives portions of these awards now or later."""
    rows = Payee.objects.known().filter(award__in=awards).exclude(ends_on__lte=on)
    return rows.select_related("award", "person", "institution").order_by("award_id", "portion", "starts_on")


def institutions(county: str) -> QuerySet[Institution, Any]:
    """The homes of a county."""
    return Institution.objects.filter(division_code__startswith=county).order_by("-is_open", "name")


def sendable_accounts(line: PaymentLine, on: date) -> list[tuple[str, str]]:
    """Accounts a line that failed may be sent to: the one it had, and those of the family that may be used."""
    found: dict[int, BenefitAccount] = {}
    rows = BenefitAccount.objects.known().on(on).select_related("person", "institution")
    if line.household is not None:
        for card in cards_of(line.household, on):
            if card.account is not None:
                found[card.account.pk] = card.account
    if line.account is not None and line.account.institution_id:
        found |= {row.pk: row for row in rows.filter(institution=line.account.institution_id)}
    options = [(str(row.pk), _label(row)) for row in found.values()]
    if line.account is not None and line.account.pk not in found:
        options.append((str(line.account.pk), _("原账户 …%(tail)s（已更换）") % {"tail": line.account.tail}))
    return options


def _label(row: BenefitAccount) -> str:
    said = {"name": owner_name(row), "bank": row.bank, "tail": row.tail}
    text = _("%(name)s %(bank)s …%(tail)s") % said
    return _("%(text)s（还没有复核）") % {"text": text} if row.must_be_checked and not row.checked_at else text


@dataclass(frozen=True)
class LastFailure:
    """The newest payment of a household that did not arrive, in words."""

    line: PaymentLine
    why: str
    transfer: Transfer


def last_failure(home: Household) -> LastFailure | None:
    """What did not arrive and is not settled yet."""
    rows = Transfer.objects.filter(line__household=home, line__state=LineState.FAILED).select_related("line")
    one = rows.order_by("-pk").first()
    return LastFailure(one.line, str(code_of(one.code).words), one) if one else None
