"""The job that fills a run: slice by slice through its builder, then the gate, then what the maker is told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps

from ...building import builder_of
from ...kinds import RunState
from ...models import PaymentRun
from .common import held_fast, log, moved, staff_of
from .figures import write_figures
from .gate import look
from .starting import BUILD


class Build(Steps):
    """One township a chunk. A chunk that is done again changes nothing."""

    kind = BUILD
    title = gettext_lazy("生成发放名单")
    unit = gettext_lazy("步")

    def count(self, job: Job) -> int | None:
        run = _run_of(job)
        job.cursor = {"slices": list(builder_of(run.kind).slices(run, job.using))}
        return len(job.cursor["slices"]) + 1

    def step(self, job: Job, at: datetime) -> bool:
        by, run = staff_of(job, at), _run_of(job)
        permit(by, Permission.PAYMENT_MAKE, place=run.division_code)
        slices: list[str] = job.cursor["slices"]
        if job.done < len(slices):
            builder_of(run.kind).fill(run, slices[job.done], job.using)
        else:
            look(run, by=by, at=at, using=job.using)
        job.done += 1
        return job.done <= len(slices)

    def finish(self, job: Job, at: datetime) -> None:
        by, run = staff_of(job, at), held_fast(_run_of(job), {RunState.BUILDING})
        write_figures(run)
        run = moved(run, RunState.DRAFT)
        log(by, "built", run, {"lines": run.figures["lines"], "fen": run.figures["fen"]})
        job.result = {"url": f"/payments/runs/{run.pk}/", "label": run.number}


def _run_of(job: Job) -> PaymentRun:
    run = PaymentRun.objects.using(job.using).filter(pk=job.params["run"]).first()
    if run is None or run.state != RunState.BUILDING:
        raise JobError(_("批次已不在生成中，任务停止"))
    return run
