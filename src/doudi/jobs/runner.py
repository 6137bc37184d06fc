"""Runs one job, chunk by chunk, exactly once.

Three things together make it so. The effects of a chunk and the checkpoint commit in one transaction. The checkpoint
is written only if the job still has the version that the chunk began with, so a chunk that was overtaken (cancelled,
or run elsewhere) is rolled back whole. And a session lock keeps a second worker away as long as the first one lives;
PostgreSQL frees it the moment the worker's connection dies, which is also how orphaned jobs are recognised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.privacy.wall import WEB_ROLE

from .models import Job, State, into
from .queries import control_alias
from .queue import LOCK_CLASS
from .steps import JobError, Steps, steps_of

log = logging.getLogger(__name__)

PASSING = (OperationalError, InterfaceError)  # connection lost, deadlock, lock or statement timeout
ATTEMPTS_WITHOUT_PROGRESS = 6
LONGEST_PAUSE_SECONDS = 60


class Overtaken(Exception):
    """The job was cancelled or moved while the chunk ran; the chunk is rolled back."""


def never() -> bool:
    """The default answer to 'shall I stop?'."""
    return False


def run(job_id: int, *, stopping: Callable[[], bool] = never, clock: Callable[[], datetime] = timezone.now) -> None:
    """Run a job until it is over, `stopping` says so, or a fault: then it waits for its next attempt."""
    control = control_alias()
    job = Job.objects.using(control).filter(pk=job_id).first()
    if job is None or not job.is_open:
        return
    using = control if job.is_system else "default"
    with _alone(job_id, using) as alone:
        if alone:
            _run_chunks(job_id, using, stopping, clock)


def _run_chunks(job_id: int, using: str, stopping: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    try:
        while not stopping() and _chunk(job_id, using, clock()):
            pass
    except Overtaken:
        log.info("job %s: overtaken, chunk rolled back", job_id)
    except PASSING as error:
        log.warning("job %s: %s", job_id, error)
        _drop_broken_connection(using)
        _pause(job_id, clock())
    except JobError as error:
        _fail(job_id, str(error), clock())
    except Exception:
        log.exception("job %s failed", job_id)
        _fail(job_id, _("程序出错，已做完的部分有效。请把任务编号 %(id)s 告诉系统管理员") % {"id": job_id}, clock())


def _chunk(job_id: int, using: str, at: datetime) -> bool:
    """One transaction: open the job, or do its next chunk; True while there is more."""
    with transaction.atomic(using=using), _standing_as(_staff_of(job_id), using):
        job = Job.objects.using(using).select_related("started_by").filter(pk=job_id).first()
        if job is None or not job.is_open:
            return False
        if job.started_by is not None and not job.started_by.is_active:
            raise JobError(_("发起人的账号已停用，任务停止"))
        return _advance(job, at)


def _staff_of(job_id: int) -> int | None:
    """In whose name the job runs; None for a system job, whoever pressed the button."""
    rows = Job.objects.using(control_alias()).filter(pk=job_id, is_system=False)
    return rows.values_list("started_by_id", flat=True).first()


def _advance(job: Job, at: datetime) -> bool:
    steps, version = _steps(job), job.version
    if job.state == State.WAITING:
        _open(job, steps, at)
        more = True
    else:
        more = steps.step(job, at)
        job.attempts = 0
        if not more:
            steps.finish(job, at)
            job.state, job.finished_at = State.DONE, at
    _checkpoint(job, version, at)
    return more


def _steps(job: Job) -> Steps:
    try:
        steps = steps_of(job.kind)
    except KeyError:
        raise JobError(_("本版本不认识这种任务：%(kind)s") % {"kind": job.kind}) from None
    if steps.system != job.is_system:
        raise JobError(_("任务的身份与种类不符"))
    return steps


def _open(job: Job, steps: Steps, at: datetime) -> None:
    job.state, job.run_after = State.RUNNING, None
    if job.started_at is None:
        job.started_at = at
        job.total = steps.count(job)


CHECKPOINT = (
    "state", "total", "done", "cursor", "result", "errors", "error_count", "attempts",
    "started_at", "finished_at", "run_after",
)  # fmt: skip


def _checkpoint(job: Job, version: int, at: datetime) -> None:
    values = {name: getattr(job, name) for name in CHECKPOINT}
    rows = Job.objects.using(job.using).filter(pk=job.pk, version=version)
    if not rows.update(**values, heartbeat_at=at, version=version + 1):
        raise Overtaken


@contextmanager
def _alone(job_id: int, using: str) -> Iterator[bool]:
    """Hold the job's session lock on the connection that does the work; False if another worker has it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, job_id])
        row = cursor.fetchone()
    held = connection.connection
    try:
        yield bool(row and row[0])
    finally:
        # A connection that was lost has given the lock back already.
        if row and row[0] and connection.connection is held and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job_id])


@contextmanager
def _standing_as(staff_id: int | None, using: str) -> Iterator[None]:
    """Be the web role asking for a staff member until the end of the block; without one, stay the owner."""
    if staff_id is None:
        yield
        return
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('doudi.staff', true), '')")
        role, staff = cursor.fetchone() or ("", "")
        cursor.execute("SELECT set_config('doudi.staff', %s, true)", [str(staff_id)])
        if role != WEB_ROLE:
            cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")
    yield
    # Only reached when all went well: a rollback takes both settings back by itself.
    with connections[using].cursor() as cursor:
        if role != WEB_ROLE:
            cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SELECT set_config('doudi.staff', %s, true)", [staff])


def _drop_broken_connection(using: str) -> None:
    connection = connections[using]
    if not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _pause(job_id: int, at: datetime) -> None:
    """After a passing fault: wait, twice as long each time, and give up after too many without progress."""
    rows = Job.objects.using(control_alias()).filter(pk=job_id)
    attempts = (rows.values_list("attempts", flat=True).first() or 0) + 1
    if attempts >= ATTEMPTS_WITHOUT_PROGRESS:
        _fail(job_id, _("数据库一直没有响应，已做完的部分有效。请稍后点“接着做”"), at)
        return
    pause = timedelta(seconds=min(2**attempts, LONGEST_PAUSE_SECONDS))
    rows.filter(state__in=[State.WAITING, State.RUNNING]).update(
        state=State.WAITING, attempts=attempts, run_after=at + pause, version=F("version") + 1
    )


def _fail(job_id: int, message: str, at: datetime) -> None:
    rows = Job.objects.using(control_alias()).filter(pk=job_id, state__in=into(State.FAILED))
    rows.update(state=State.FAILED, message=message[:500], finished_at=at, run_after=None, version=F("version") + 1)
