"""The two tasks that the queue knows: run a job, and start a scheduled one."""

from __future__ import annotations

import threading

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from . import actions, runner, steps


@app.task(name="doudi.jobs.tasks.run_job", pass_context=True)
def run_job(context: JobContext, job_id: int) -> None:
    """Run one job until it is over or the worker stops."""
    stopping: threading.Event = context.additional_context["stopping"]
    runner.run(job_id, stopping=stopping.is_set)


@app.task(name="doudi.jobs.tasks.tick")
def tick(timestamp: int, kind: str) -> None:
    """Start a job by the clock."""
    plan = next((one for one in steps.schedules() if one.kind == kind), None)
    if plan is not None:
        actions.start_scheduled(plan, at=timezone.now())
