"""Help in an emergency: how much the rulebook proposes, who may decide it, and what was given before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.money import format_yuan
from doudi.policy import PolicyError
from doudi.policy.schemes.temporary import RAPID_FROM, TemporaryAssistance, temporary_assistance
from doudi.rulebook.queries.book import county_book

from ..models import Application, Conclusion, Determination
from ..programmes import TEMPORARY

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Proposal:
    """What may be given at most, and whether the township decides it alone."""

    most_fen: int
    township_decides: bool
    rapid: bool
    basis: TemporaryAssistance


def proposal(*, place: str, on: date, severity: str, people: int) -> Proposal:
    """The rulebook's ceiling for an emergency. From 2026-01-29 it is a small-sum rapid assistance (TR26)."""
    rapid = on >= RAPID_FROM
    told = temporary_assistance(
        county_book().parameters, place=place, on=on, kind="emergency", severity=severity, persons=people, rapid=rapid
    )
    return Proposal(told.amount_fen, told.township_decides, rapid, told)


def ceiling(application: Application, severity: str, at: datetime | None = None) -> Proposal:
    """The most that one application of the expenditure type may be given, by the rules of its day of acceptance."""
    told = temporary_assistance(
        county_book(at).parameters, place=application.division_code,
        on=application.accepted_on or application.opened_on,
        kind="expenditure", severity=severity, persons=application.people_count or 1,
    )  # fmt: skip
    return Proposal(told.amount_fen, told.township_decides, False, told)


def ceilings_words(application: Application, severities: Mapping[str, str | Promise]) -> str:
    """The ceiling of each severity, for whoever types the amount."""
    try:
        most = {label: ceiling(application, key).most_fen for key, label in severities.items()}
    except PolicyError as error:
        return str(error)
    return "；".join(_("%(label)s最多 %(most)s 元") % {"label": k, "most": format_yuan(v)} for k, v in most.items())


def ceiling_words(application: Application) -> str:
    """What may be given at most, for whoever types the amount; what is missing where it cannot be told."""
    on = application.accepted_on or application.opened_on
    place, people = application.division_code, application.people_count or 1
    try:
        told = proposal(place=place, on=on, severity=application.severity or "light", people=people)
    except PolicyError as error:
        return str(error)
    said = {"most": format_yuan(told.most_fen), "n": people}
    if told.township_decides:
        return _("最多 %(most)s 元（%(n)s 人），乡镇可以直接决定") % said
    return _("最多 %(most)s 元（%(n)s 人），超过乡镇额度的报市民政局") % said


def given_before(application: Application, on: date) -> Sequence[Determination]:
    """Temporary assistance for the same household or people within twelve months: shown, never a silent bar."""
    people = application.people.values_list("person_id", flat=True)
    same = Q(application__people__person__in=list(people))
    if application.household_id:
        same |= Q(application__household=application.household_id)
    rows = Determination.objects.filter(
        same, programme__in=TEMPORARY, conclusion=Conclusion.GRANT, on__gt=on - YEAR, corrected_by__isnull=True
    )
    return list(rows.exclude(application=application).distinct().order_by("-on"))


def may_decide(application: Application, by: Staff, township_decides: bool) -> str:
    """'' if this person may decide the amount, else who may, in words (SEED-二(六): graded approval)."""
    place = application.division_code
    if by.may(Permission.CASE_CONFIRM, place) or (
        township_decides and (by.may(Permission.CASE_HANDLE, place) or by.may(Permission.CASE_APPROVE, place))
    ):
        return ""
    return _("金额超过乡镇审批额度，须由市民政局审批。")
