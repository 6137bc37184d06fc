"""Leads: taken down by staff or told by anybody; tied to a household they go the way of every warning."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.policy.law import LAW26, M43, M57
from doudi.privacy.cipher import keyring
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household

from ..codes import LEAD, code_index
from ..models import (
    OPEN_TASK,
    OPEN_WARNING,
    EarlyWarning,
    Lead,
    LeadAnswer,
    LeadOutcome,
    LeadState,
    Reporter,
    Urgency,
    VisitTask,
)
from .raising import Finding, raise_findings
from .recording import next_number

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
SHORTEST, LONGEST = 8, 1000
DAYS = {Urgency.ORDINARY: 5, Urgency.SOON: 2, Urgency.NOW: 1}
"""Working days until somebody has been there (assumed: no clause sets them)."""
MOST_AN_HOUR = 5
CLAUSES = (*M57(6), *M43(11), *LAW26(39))


@dataclass(frozen=True)
class Told:
    """What somebody reports. `about`: whose family, as the reporter says it; `place`: a village, township or county."""

    reporter: str
    place: str
    about: str
    text: str
    urgency: str = Urgency.ORDINARY
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    household_number: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the reporter takes away: the number for the office, the code that alone opens the answer."""

    number: str
    code: str


def report_lead(
    *, told: Told, by: Staff, on: date, at: datetime, client_id: UUID | None = None
) -> Receipt:  # fmt: skip
    """Take a lead down. With a household in reach of somebody who works on tasks, the task is there at once.

    The same `client_id` again changes nothing; its receipt has no code, because codes are not kept.
    """
    permit(by, Permission.LEAD_WRITE, place=told.place)
    again = Lead.objects.filter(client_id=client_id).first() if client_id else None
    if again is not None:
        return Receipt(again.number, "")
    _check(told, staff=True)
    household = _household(told, by)
    with transaction.atomic():
        code = _code()
        lead = _lead(told, code, on, at)
        lead.by_id, lead.client_id = by.pk, client_id
        if household is not None:
            lead.division_code = household.division_code
        lead.save()
        _record(lead, "lead", by)
        if household is not None:
            _tie(lead, household, by, on, at)
    return Receipt(lead.number, code)


def tell(*, told: Told, address: str, on: date, at: datetime) -> Receipt:
    """The public tells, without signing in. Nothing is read back: the web may add a lead and see none."""
    _check(told, staff=False)
    origin = keyring().digest(f"lead {address} {on}".encode()) if address else ""
    with transaction.atomic():
        if _lately(origin, at) >= MOST_AN_HOUR:
            raise refuse("", _("同一网络一小时内提交得太多了。急事请直接打 12345 或到村（社区）说。"))
        code = _code()
        lead = _lead(told, code, on, at)
        lead.origin = origin
        # Without RETURNING: who may add need not be able to read.
        Lead.objects.bulk_create([lead], ignore_conflicts=True)
        _record(lead, "tell", None)
    return Receipt(lead.number, code)


def _lately(origin: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('monitoring.tell ' || %s, 0))", [origin])
        cursor.execute("SELECT doudi_leads_lately(%s, %s)", [origin, at - timedelta(hours=1)])
        return int(cursor.fetchone()[0])


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH))


def _lead(told: Told, code: str, on: date, at: datetime) -> Lead:
    known = not told.anonymous
    return Lead(
        number=next_number("XS", on), division_code=told.place, reporter=told.reporter, is_anonymous=told.anonymous,
        reporter_name=told.name.strip() or None if known else None,
        reporter_phone=told.phone.strip() or None if known else None, about=told.about.strip(),
        text=told.text.strip(), urgency=told.urgency, reply_code=code_index(code), received_on=on, received_at=at,
    )  # fmt: skip


def _check(told: Told, *, staff: bool) -> None:
    problems = Problems()
    if told.reporter not in Reporter.values or staff == (told.reporter == Reporter.PUBLIC and not staff):
        problems.add("reporter", _("请选择线索来源。"))
    if not (told.place.isascii() and told.place.isdigit() and len(told.place) in (6, 9, 12)):
        problems.add("place", _("请选择在哪个乡镇、村（社区）。"))
    if not told.about.strip() or len(told.about) > 200:
        problems.add("about", _("请写明是谁家（姓名或住处），最多 200 个字。"))
    if not SHORTEST <= len(told.text.strip()) <= LONGEST:
        problems.add("text", _("请写清什么情况，%(a)s 至 %(b)s 个字。") % {"a": SHORTEST, "b": LONGEST})
    if told.urgency not in Urgency.values:
        problems.add("urgency", _("请选择有多急。"))
    if len(told.name) > 60 or len(told.phone) > 30:
        problems.add("phone", _("姓名或电话过长，请核对。"))
    problems.refuse_if_any()


def _household(told: Told, by: Staff) -> Household | None:
    if not told.household_number.strip():
        return None
    rows = by.scope.narrow(Household.objects.all(), Permission.PERSON_READ)
    found = rows.filter(number=told.household_number.strip().upper(), closed_on=None).first()
    if found is None:
        raise refuse("household_number", _("辖区内没有这个户编号，请核对；不知道编号可以不填。"))
    if not _works_there(by, found.division_code):
        raise refuse("household_number", _("您不负责这户的核实，请不填户编号，由乡镇认领。"))
    return found


def _works_there(by: Staff, place: str) -> bool:
    return by.may(Permission.MONITORING_HANDLE, place) or by.may(Permission.MONITORING_VISIT, place)


def link_lead(*, lead: Lead, household: Household, by: Staff, on: date, at: datetime) -> VisitTask:
    """It is this family: the lead becomes a warning in the household's one task."""
    permit(by, Permission.MONITORING_HANDLE, place=lead.division_code)
    permit(by, Permission.MONITORING_HANDLE, place=household.division_code)
    with transaction.atomic():
        lead = _received(lead)
        return _tie(lead, household, by, on, at)


def merge_lead(*, lead: Lead, into: Lead, by: Staff, on: date, at: datetime) -> Lead:
    """Two reports of the same: the reporter of this one reads the answer of the other."""
    permit(by, Permission.MONITORING_HANDLE, place=lead.division_code)
    permit(by, Permission.MONITORING_HANDLE, place=into.division_code)
    with transaction.atomic():
        lead = _received(lead)
        if into.pk == lead.pk or into.state == LeadState.MERGED:
            raise refuse("into", _("请选择另一条没有并入别处的线索。"))
        lead.state, lead.merged_into = LeadState.MERGED, into
        lead.save(update_fields=["state", "merged_into"])
        _record(lead, "merge_lead", by, into=into.number)
    return lead


def answer_lead(*, lead: Lead, outcome: str, by: Staff, on: date, at: datetime) -> LeadAnswer:
    """Close a lead that leads to no household, with the coded answer that its reporter reads."""
    permit(by, Permission.MONITORING_HANDLE, place=lead.division_code)
    if outcome not in LeadOutcome.values:
        raise refuse("outcome", _("请选择答复。"))
    with transaction.atomic():
        return _answer(_received(lead), outcome, by, on, at)


def answer_leads_of(task: VisitTask, outcome: LeadOutcome, *, by: Staff, on: date, at: datetime) -> int:
    """What came of a task is the answer to every lead in it."""
    rows = Lead.objects.select_for_update().filter(task=task, state=LeadState.VISITING)
    return len([_answer(lead, outcome, by, on, at) for lead in rows])


def _answer(lead: Lead, outcome: str, by: Staff, on: date, at: datetime) -> LeadAnswer:
    lead.state = LeadState.ANSWERED
    lead.save(update_fields=["state"])
    _record(lead, "answer_lead", by, outcome=outcome)
    return LeadAnswer.objects.create(
        lead=lead, division_code=lead.division_code, outcome=outcome, on=on, at=at, by_id=by.pk
    )


def _received(lead: Lead) -> Lead:
    locked = Lead.objects.select_for_update().get(pk=lead.pk)
    if locked.state != LeadState.RECEIVED:
        raise refuse("", _("这条线索现在是“%(now)s”，请刷新后查看。") % {"now": locked.get_state_display()})
    return locked


def _tie(lead: Lead, household: Household, by: Staff, on: date, at: datetime) -> VisitTask:
    indicator = f"{LEAD}{lead.reporter}"
    before = EarlyWarning.objects.filter(household=household, person=None, indicator=indicator, state__in=OPEN_WARNING)
    others = list(Lead.objects.filter(task__warnings__in=before, reporter=lead.reporter).order_by("pk"))
    finding = Finding(
        household_id=household.pk, person_id=None, indicator=indicator, group="help",
        sentence="；".join(str(one.text) for one in (*others, lead)),
        evidence=json.dumps({"leads": [one.number for one in (*others, lead)]}),
        clauses=tuple(c.key for c in CLAUSES), deadline_days=DAYS[Urgency(lead.urgency)],
    )  # fmt: skip
    raise_findings([finding], looked=None, by=by, on=on, at=at)
    task = VisitTask.objects.get(household=household, state__in=OPEN_TASK)
    lead.household, lead.task, lead.state = household, task, LeadState.VISITING
    lead.division_code = household.division_code
    lead.save(update_fields=["household", "task", "state", "division_code"])
    _record(lead, "link_lead", by, task=task.number)
    return task


def _record(lead: Lead, name: str, by: Staff | None, **detail: object) -> None:
    subject = (
        Subject("household", str(lead.household_id), lead.division_code)
        if lead.household_id
        else Subject("lead", lead.number, lead.division_code)
    )
    audit.record(by=by, action=f"monitoring.{name}", subject=subject, detail={"lead": lead.number, **detail})


def opened(*, lead: Lead, by: Staff) -> None:
    """Somebody looked at a lead: on the record."""
    permit(by, Permission.MONITORING_READ, place=lead.division_code)
    _record(lead, "read_lead", by)
