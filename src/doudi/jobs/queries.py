"""Reads: whose jobs, how far, what is left over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.console.components import Fact, Progress, Tab
from doudi.privacy.wall import owner_alias

from .models import OPEN, Job, JobFile, State
from .queue import held_locks


def control_alias() -> str:
    """The alias that sees every job: the owner's connection where one is configured."""
    return owner_alias()


def visible_to(staff: Any) -> QuerySet[Job]:
    """One's own jobs; whoever runs the system sees all."""
    rows = Job.objects.select_related("started_by")
    return rows if staff.may("system.run") else rows.filter(started_by_id=staff.pk)


def left_over(at: datetime) -> list[int]:
    """Open jobs that are due and that no living worker holds: new, due again, or orphaned by a killed worker."""
    using = control_alias()
    due = Q(run_after__isnull=True) | Q(run_after__lte=at)
    rows = Job.objects.using(using).filter(due, state__in=OPEN).order_by("id")
    held = held_locks(using=using)
    return [pk for pk in rows.values_list("pk", flat=True) if pk not in held]


def seconds_left(job: Job, at: datetime) -> int | None:
    """An estimate from the pace so far, None without one."""
    if job.state != State.RUNNING or not job.total or not job.done or job.started_at is None:
        return None
    spent: timedelta = at - job.started_at
    return round(spent.total_seconds() * (job.total - job.done) / job.done)


def progress_of(job: Job, at: datetime) -> Progress:
    """The job as the shared progress include wants it."""
    file = result_file(job)
    return Progress(
        title=job.title,
        state=job.state,  # type: ignore[arg-type]
        done=job.done,
        total=job.total,
        unit=job.unit,
        seconds_left=seconds_left(job, at),
        poll_url=reverse("jobs:progress", args=[job.pk]),
        cancel_url=reverse("jobs:cancel", args=[job.pk]) if job.is_open else "",
        result_url=reverse("jobs:file", args=[job.pk, file.pk]) if file else str(job.result.get("url", "")),
        result_label=file.name if file else str(job.result.get("label", "")),
        error=job.message,
    )


def files_of(job: Job) -> list[JobFile]:
    """The files to download, without the parts on the way there."""
    return list(job.files.exclude(role=JobFile.Role.PART))


def result_file(job: Job) -> JobFile | None:
    """The result of a finished job, if it left a file."""
    if job.state != State.DONE:
        return None
    return job.files.filter(role=JobFile.Role.RESULT).last()


def tabs_for(staff: Any, current: str) -> list[Tab]:
    """The saved views of the list; runs by the clock only concern whoever runs the system."""
    if not staff.may("system.run"):
        return []
    url = reverse("jobs:list")
    return [
        Tab(_("人工发起"), url, current=current != "scheduled"),
        Tab(_("定时"), f"{url}?view=scheduled", current=current == "scheduled"),
    ]


def facts_of(job: Job) -> list[Fact]:
    """What stands beside the progress."""
    return [
        Fact(_("编号"), job.pk),
        Fact(_("发起人"), job.started_by.name if job.started_by else _("系统")),
        Fact(_("发起时间"), _clock(job.created_at)),
        Fact(_("开始"), _clock(job.started_at)),
        Fact(_("结束"), _clock(job.finished_at)),
        Fact(_("需更正"), job.error_count or None),
    ]


def _clock(at: datetime | None) -> str | None:
    return f"{timezone.localtime(at):%m-%d %H:%M:%S}" if at else None
