"""Starting a recalculation, and settling what it found."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.models import OPEN, Job

from ..models import Recalculation, RecalculationFinding

RECALCULATE, RECALCULATE_ALL = "awards.recalculate", "awards.recalculate_all"
SHORTEST_NOTE = 4


@transaction.atomic
def recalculate(*, place: str, by: Staff, on: date, at: datetime) -> Recalculation:
    """Decide every running award of a place again; the result is a list, no award changes."""
    permit(by, Permission.AWARD_WRITE, place=place)
    last = Recalculation.objects.filter(place=place, finished_at__isnull=True).order_by("-pk").first()
    if last is not None and Job.objects.filter(pk=last.job_id or 0, state__in=[s.value for s in OPEN]).exists():
        raise Refused(_("这里的重新测算正在进行，请稍等"))
    job = jobs.start(RECALCULATE, by_id=by.pk, at=at, place=place)
    run = open_run(job_id=job.pk, on=on, at=at, place=place, by=by.pk)
    record(by=by, action="award.recalculate", detail={"run": run.pk, "place": place})
    return run


def open_run(
    *, job_id: int, on: date, at: datetime, place: str = "", by: int | None = None, using: str = "default"
) -> Recalculation:
    """The row of a run; without a place the whole county, as the clock starts it."""
    said = {"place": place or str(settings.DOUDI_COUNTY), "on": on, "started_at": at, "started_by_id": by}
    return Recalculation.objects.using(using).create(job_id=job_id, **said)


@transaction.atomic
def settle(*, finding: RecalculationFinding, note: str, by: Staff, at: datetime) -> RecalculationFinding:
    """Say what came of a finding: a review opened, a change made, or why nothing was done."""
    if not by.may(Permission.CASE_HANDLE, finding.division_code):
        permit(by, Permission.AWARD_WRITE, place=finding.division_code)
    # Only the finding is locked: a township clerk settles it, but may not change the award beside it.
    rows = RecalculationFinding.objects.select_for_update(of=("self",)).select_related("award")
    locked = rows.filter(pk=finding.pk).first()
    if locked is None or locked.settled_at is not None:  # behind the wall, what is settled cannot be locked any more
        raise Refused(_("这一条已经有人处理过，请刷新页面"))
    if len(note.strip()) < SHORTEST_NOTE:
        raise Refused(_("请写明处理情况，至少 %(n)s 个字") % {"n": SHORTEST_NOTE}, "note")
    said = {"settled_at": at, "settled_by_id": by.pk, "settled_note": note.strip()[:300]}
    RecalculationFinding.objects.filter(pk=locked.pk).update(**said)
    award = locked.award
    subject = Subject("household", str(award.household_id), award.division_code)
    detail = {"award": award.number, "finding": locked.pk}
    record(by=by, action="award.settle_finding", subject=subject, detail=detail)
    locked.refresh_from_db()
    return locked
