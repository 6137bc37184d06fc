"""A run begins, is built anew, is given up."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards.models import AwardChange
from doudi.jobs import actions as jobs
from doudi.jobs.models import OPEN as JOB_OPEN
from doudi.jobs.models import Job
from doudi.jobs.runner import run as run_job
from doudi.registry.actions.refusal import Problems, refuse

from ...kinds import BEFORE_LOCK, LOCKED_STATES, Afterwards, LineState, RunKind, RunState
from ...models import IndexRelease, Office, PaymentLine, PaymentRun
from ...months import next_month
from ...queries.runs_clock import pay_by_of
from ..numbering import RUN, next_number
from .common import held_fast, log, moved, reasoned

BUILD = "payments.build"
OPEN = (*BEFORE_LOCK, RunState.LOCKING)


def start_run(
    *, county: str, kind: RunKind, month: date, by: Staff, on: date, at: datetime, release: IndexRelease | None = None
) -> PaymentRun:
    """A list of a month, and the job that fills it."""
    place = county.ljust(12, "0")
    permit(by, Permission.PAYMENT_MAKE, place=place)
    _may_start(county, kind, month, on)
    try:
        with transaction.atomic():
            run = PaymentRun.objects.create(
                county=county, division_code=place, number=next_number(RUN[kind], county, month), kind=kind,
                month=month, pay_by=pay_by_of(kind, month, release), release=release, made_by_id=by.pk, made_at=at,
                figures=_beginning(on),
            )  # fmt: skip
            _set_off(run, by, at)
            log(by, "start", run, {"kind": kind, "month": f"{month:%Y-%m}"})
    except IntegrityError as error:
        if "run_one_open_a_month" not in str(error):
            raise
        raise refuse("month", _("这个月的批次已经在办理，请打开它继续。")) from error
    return run


def rebuild(*, run: PaymentRun, by: Staff, on: date, at: datetime, version: int | None = None) -> PaymentRun:
    """Bring a draft to what awards and accounts say now."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.DRAFT}, version)
        run = moved(run, RunState.BUILDING, figures=run.figures | _beginning(on))
        _set_off(run, by, at)
        log(by, "rebuild", run)
    return run


def build_on(*, run: PaymentRun, by: Staff, at: datetime) -> PaymentRun:
    """Build on with a new job, where the last one was stopped."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    with transaction.atomic():
        run = held_fast(run, {RunState.BUILDING})
        if job_is_open(run):
            raise refuse("", _("名单还在生成，请稍等。"))
        _set_off(run, by, at)
        log(by, "build_on", run)
    return run


def cancel(*, run: PaymentRun, because: str, by: Staff, at: datetime, version: int | None = None) -> PaymentRun:
    """Give up a run before it is locked. What it held comes again in the next."""
    permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
    because = reasoned(because)
    with transaction.atomic():
        run = held_fast(run, BEFORE_LOCK, version)
        if run.job_id:
            jobs.cancel(job_id=run.job_id, at=at)
        if run.state not in (RunState.DRAFT, RunState.BUILDING):
            run = moved(run, RunState.DRAFT)
        lines = PaymentLine.objects.filter(run=run, state__in=[LineState.READY, LineState.HELD])
        lines.update(state=LineState.DROPPED, dropped_because=_("批次作废"), afterwards=Afterwards.LATER)
        run = moved(run, RunState.CANCELLED, note=because)
        log(by, "cancel", run, {"because": because})
    return run


def job_is_open(run: PaymentRun) -> bool:
    """Whether the job of a run still has work to do."""
    return Job.objects.filter(pk=run.job_id or 0, state__in=JOB_OPEN).exists()


def finish_jobs(run: PaymentRun, at: datetime) -> PaymentRun:
    """Let the job of a run end here and now, as whoever started it: for simulations and tests, without a worker."""
    if run.job_id is not None:
        run_job(run.job_id, clock=lambda: at)
    return PaymentRun.objects.get(pk=run.pk)


def _set_off(run: PaymentRun, by: Staff, at: datetime) -> None:
    title = _("生成 %(number)s") % {"number": run.number}
    job = jobs.start(BUILD, by_id=by.pk, at=at, params={"run": run.pk}, title=title, place=run.division_code)
    run.job_id = job.pk
    run.save(update_fields=["job_id"])


def _beginning(on: date) -> dict[str, object]:
    """The day accounts and payees are read, and the last change of an award: later ones are not in the list."""
    return {"on": f"{on}", "seen_change": AwardChange.objects.aggregate(last=Max("pk"))["last"] or 0}


def _may_start(county: str, kind: RunKind, month: date, on: date) -> None:
    problems = Problems()
    office = Office.objects.filter(county=county).first()
    if office is None:
        problems.add("month", _("还没有设定从哪个月起用本系统发放，请财政先设定。"))
    elif month < office.first_month:
        problems.add("month", _("这个月由原系统发放；本系统从 %(m)s 起发放。") % {"m": f"{office.first_month:%Y-%m}"})
    if month.day != 1:
        problems.add("month", _("请填写当月 1 日。"))
    elif month > next_month(on):
        problems.add("month", _("最多提前一个月生成，请到时再办。"))
    if kind == RunKind.MONTHLY:
        _in_order(county, month, problems)
    problems.refuse_if_any()


def _in_order(county: str, month: date, problems: Problems) -> None:
    """Months one after the other: what an open list holds, a later one cannot know."""
    rows = PaymentRun.objects.filter(county=county, kind=RunKind.MONTHLY)
    earlier = rows.filter(state__in=OPEN, month__lt=month).order_by("month").first()
    if earlier is not None:
        said = {"n": earlier.number}
        problems.add("month", _("上一批次 %(n)s 还没有锁定，请先办完或作废。") % said)
    if rows.filter(state__in=[*LOCKED_STATES, *OPEN], month__gt=month).exists():
        problems.add("month", _("更晚的月份已经在发放；漏发的月份会进入下一批次，不必补建。"))
