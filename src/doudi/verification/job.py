"""Running a round: one question a chunk, so that a withdrawal stops the very next one; then answers, then limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit, scope_of
from doudi.jobs import actions as jobs
from doudi.jobs.models import OPEN as JOB_OPEN
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps
from doudi.kernel.calendar import MissingYear
from doudi.privacy.cipher import keyring

from .actions import answering, reporting
from .actions.requests import RUN
from .connectors import NoNetwork, named
from .connectors.port import Malformed, Unreachable
from .connectors.port import Ticket as PortTicket
from .models import ASKED, OPEN, Query, QueryState, Request, Stray, Ticket

TICKETS_A_CHUNK = 15


class RunRequest(Steps):
    """Sends what waits, takes in what has come, lets limits run out; when nothing is open the report is made."""

    kind = RUN
    title = gettext_lazy("信息核对")
    unit = "项"

    def count(self, job: Job) -> int | None:
        return Query.objects.filter(request=job.params["request"], state__in=OPEN).count()

    def step(self, job: Job, at: datetime) -> bool:
        by, on = self._staff(job, at), timezone.localdate(at)
        request = Request.objects.select_related("household").get(pk=job.params["request"])
        if request.closed_at is not None:
            return False
        try:
            return self._next(job, request, by, on, at)
        except NoNetwork:
            raise JobError(_("没有配置省级核对网络，也没有收到过部门数据，无法查询。请系统管理员配置后再试")) from None
        except MissingYear as missing:
            raise JobError(str(missing)) from missing
        except Unreachable:
            job.report(row=None, message=_("省级核对网络没有响应，已排队，稍后自动再试"))
            return False

    def finish(self, job: Job, at: datetime) -> None:
        by, on = self._staff(job, at), timezone.localdate(at)
        request = Request.objects.get(pk=job.params["request"])
        open_now = Query.objects.filter(request=request, state__in=OPEN).count()
        if request.closed_at is None and not open_now:
            reporting.make(request=request, by=by, on=on, at=at)
        job.result = {"open": open_now, "url": f"/verification/requests/{request.pk}/", "label": request.number}

    def _next(self, job: Job, request: Request, by: Staff, on: date, at: datetime) -> bool:
        waiting = Query.objects.filter(request=request, state=QueryState.WAITING)
        query = waiting.select_related("person", "request", "consent").order_by("pk").first()
        if query is not None:
            # Its own savepoint: an unreachable network leaves what the chunk did before.
            with transaction.atomic():
                answering.send(query=query, by=by, on=on, at=at)
            job.done = min(job.done + 1, job.total or 0)
            return True
        return _polled(job, request, by, on, at)

    def _staff(self, job: Job, at: datetime) -> Staff:
        staff = job.started_by
        assert isinstance(staff, Staff)
        staff.scope = scope_of(staff, at)
        try:
            permit(staff, Permission.VERIFICATION_RUN, place=job.place)
        except NotPermitted as no:
            raise JobError(_("发起人已没有“向数据来源发起查询”的权限，任务停止")) from no
        return staff


def _polled(job: Job, request: Request, by: Staff, on: date, at: datetime) -> bool:
    """Take in the answers to the next few tickets; at the end let limits run out."""
    rows = Ticket.objects.filter(query__request=request, query__state__in=ASKED, pk__gt=job.cursor.get("after", 0))
    tickets = list(
        rows.select_related("query__person", "query__request", "query__consent").order_by("pk")[:TICKETS_A_CHUNK]
    )
    if tickets:
        job.cursor = {"after": tickets[-1].pk}
        _take_in(tickets, by, on, at)
        return True
    return _expired(request, by, on, at)


def _take_in(tickets: Sequence[Ticket], by: Staff, on: date, at: datetime) -> None:
    for name in sorted({t.connector for t in tickets}):
        connector = named(name)
        asked = [
            PortTicket(t.number, answering.question_of(t.query, t.reference)) for t in tickets if t.connector == name
        ]
        for reply in connector.poll(asked, at) if connector else []:
            if isinstance(reply, Malformed):
                _unreadable(reply, name, tickets, at)
            else:
                answering.receive(reply=reply, connector=name, by=by, on=on, at=at)


def _unreadable(problem: Malformed, connector: str, tickets: Sequence[Ticket], at: datetime) -> None:
    """List an answer that does not read as one, with its question if the ticket could be read."""
    number = str(problem.args[0]) if problem.args else ""
    query = next((t.query for t in tickets if t.number == number), None)
    place = (query or tickets[0].query).division_code
    digest = keyring().digest("\n".join(map(str, problem.args)).encode())
    answering.noted(place, query, connector, number, Stray.Why.MALFORMED, digest, at)


def _expired(request: Request, by: Staff, on: date, at: datetime) -> bool:
    """Let limits run out; True if something is to be asked again."""
    late = Query.objects.filter(request=request, state__in=ASKED, due_on__lt=on).select_related("request")
    moved = [answering.expire(query=query, by=by, on=on, at=at) for query in late]
    return any(query.state == QueryState.WAITING for query in moved)


class GoOn(Steps):
    """Every few minutes: rounds with open questions and no job go on, in the name of whoever started them."""

    kind = "verification.go_on"
    title = gettext_lazy("继续进行中的核对")
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        busy = set(
            Job.objects.using(job.using).filter(kind=RUN, state__in=JOB_OPEN).values_list("params__request", flat=True)
        )
        rows = Request.objects.using(job.using).filter(closed_at__isnull=True, run_by_id__isnull=False)
        started = 0
        for request in rows.exclude(pk__in=busy):
            if Staff.objects.using(job.using).filter(pk=request.run_by_id or 0, is_active=True).exists():
                title = str(_("信息核对：%(number)s") % {"number": request.number})
                jobs.start(RUN, by_id=request.run_by_id, at=at, params={"request": request.pk},
                           place=request.division_code, title=title, using=job.using)  # fmt: skip
                started += 1
        job.result = {"started": started}
        return False
