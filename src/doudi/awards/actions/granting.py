"""Granting: a determination becomes an award."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.checks import check_open
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Household

from ..entitlements import Entitlement
from ..kinds import LETTERS, Act, Programme
from ..models import Award, AwardLine, AwardMember
from ..months import month_of, next_month
from .checks import check_lines, check_not_covered, check_people
from .recording import Why, Work, check_month, keep
from .refusal import guarded

EARLIEST = date(2021, 1, 1)  # rules.md §1: no day before it is decided


def grant(
    *,
    entitlement: Entitlement,
    determination: str,
    digest: str,
    by: Staff,
    on: date,
    at: datetime,
    starts_on: date | None = None,
    review_by: date | None = None,
    note: str = "",
) -> Award:
    """Grant what a determination says, from the month after it (M57-21, M43-17) unless `starts_on` says otherwise.

    The category in the registry is entered by whoever determines (`registry.actions.determine_status`).
    """
    household = Household.objects.get(pk=entitlement.household)
    permit(by, Permission.AWARD_WRITE, place=household.division_code)
    start = starts_on or next_month(on)
    problems = Problems()
    check_open(household, problems, on)
    if not determination.strip() or not digest.strip():
        problems.add("determination", _("待遇须依据一个决定，请给出决定编号和摘要。"))
    _check_days(start, review_by, problems)
    _check_entitlement(entitlement, on, problems)
    check_not_covered(entitlement.people, (start, None), problems)
    problems.refuse_if_any()
    with guarded():
        award = _award(
            entitlement, household, start, determination=determination.strip(), determination_digest=digest.strip(),
            review_by=review_by, granted_on=on, granted_at=at, granted_by_id=by.pk,
        )  # fmt: skip
        award.save()
        work = Work(award, by, on, at)
        for person in entitlement.people:
            work.put(AwardMember(award=award, person_id=person, starts_on=start))
        put_lines(work, entitlement, start, None)
        why = Why("determined", determination, note, entitlement.person)
        keep(work, Act.GRANT, why, fen=(0, entitlement.fen_month), from_month=start)
    return award


def _check_days(start: date, review_by: date | None, problems: Problems) -> None:
    if check_month(start, problems, "starts_on") and start < EARLIEST:
        problems.add("starts_on", _("起始月早于 2021 年 1 月，请核对年份。"))
    if review_by is not None and review_by <= start:
        problems.add("review_by", _("核查日期应晚于起始月。"))


def put_lines(work: Work, entitlement: Entitlement, start: date, until: date | None) -> None:
    """Write the lines of an entitlement for some months."""
    for line in entitlement.lines:
        row = AwardLine(
            award=work.award, kind=line.kind, person_id=line.person, fen_month=line.fen_month, reason=line.reason,
            clauses=list(line.clauses), parameters=list(line.parameters), starts_on=start, ends_on=until,
        )  # fmt: skip
        work.put(row)


def _award(entitlement: Entitlement, household: Household, start: date, **said: Any) -> Award:
    place, programme = household.division_code, entitlement.programme
    return Award(
        number=_number(programme, place, start), division_code=place, programme=programme, household=household,
        person_id=entitlement.person, support_setting=entitlement.support_setting or "", starts_on=start, **said,
    )  # fmt: skip


def _number(programme: Programme, place: str, start: date) -> str:
    """The next number of the county, programme and month; the next asker waits for our transaction."""
    with connection.cursor() as cursor:
        prefix = f"{LETTERS[programme]}DY-{month_of(start):%Y%m}-"
        cursor.execute("SELECT doudi_next_award_number(%s, %s)", [place[:6], prefix])
        return str(cursor.fetchone()[0])


def _check_entitlement(entitlement: Entitlement, on: date, problems: Problems) -> None:
    people, programme = entitlement.people, entitlement.programme
    if not people or len(set(people)) < len(people):
        problems.add("people", _("保障对象为空或写了两次，请核对。"))
    if programme != Programme.DIBAO and len(people) != 1:
        problems.add("people", _("%(p)s按人认定，须选定一人。") % {"p": programme.label})
    if (programme == Programme.TEKUN) != (entitlement.support_setting is not None):
        problems.add("support_setting", _("特困人员须选定集中或分散供养，其他项目不选。"))
    check_people(people, entitlement.household, on, problems)
    check_lines(programme, entitlement.lines, people, problems)
