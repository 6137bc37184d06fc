"""The worker process: takes jobs from the queue, finds orphaned ones, starts scheduled ones, stops politely."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from . import queries, queue, steps, tasks

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5
STALLED_SECONDS = 30
# Python looks for rubbish after so many new objects (its own number is 700): a chunk makes millions and drops them.
OBJECTS_BETWEEN_LOOKS = 500_000
MISSED_SCHEDULE_SECONDS = 400 * 86400  # a schedule missed while all workers were down still runs once


class WorkerCannotSeeJobs(RuntimeError):
    """The worker's connection is behind row-level security and would never see a job."""


def run(concurrency: int = 1, stop_when_idle: bool = False) -> None:
    """Work until SIGTERM or SIGINT, which let the chunk at hand finish; with `stop_when_idle` until all is done."""
    check_sight()
    collect_seldom()
    _register_schedules()
    app.perform_import_paths()
    asyncio.run(_Worker(concurrency, stop_when_idle).run())


def collect_seldom() -> None:
    """Python's search for rubbish, which a job's own objects set off again and again, comes seldom (decision 0104)."""
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 5, 100)


def sweep() -> int:
    """Ring for every open job that no living worker holds; returns how many."""
    using = queries.control_alias()
    left = queries.left_over(timezone.now())
    for job_id in left:
        queue.ring(job_id, using=using)
    return len(left)


def check_sight() -> None:
    """Stop with a sentence instead of waiting for ever: the control connection must see every job."""
    with connections[queries.control_alias()].cursor() as cursor:
        cursor.execute("SELECT row_security_active('jobs_job')")
        if (cursor.fetchone() or [True])[0]:
            raise WorkerCannotSeeJobs("Set DATABASE_OWNER_URL: the worker must see the jobs of all staff.")


def _register_schedules() -> None:
    known = {key[1] for key in app.periodic_registry.periodic_tasks}
    for plan in steps.schedules():
        if plan.kind not in known:
            app.periodic_registry.register_task(
                task=tasks.tick, cron=plan.cron, periodic_id=plan.kind,
                configure_kwargs={"task_kwargs": {"kind": plan.kind}, "queueing_lock": f"tick-{plan.kind}"},
            )  # fmt: skip


class _Worker:
    """One run of the worker's event loop."""

    def __init__(self, concurrency: int, stop_when_idle: bool) -> None:
        self.concurrency = concurrency
        self.stop_when_idle = stop_when_idle
        self.stopping = threading.Event()
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until asked to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=self.concurrency + 3)
        app.periodic_defaults["max_delay"] = MISSED_SCHEDULE_SECONDS
        with app.replace_connector(connector):
            async with app.open_async():
                await self._serve()

    def stop(self) -> None:
        """Finish the chunk at hand and end."""
        self.stopping.set()
        if self._task is not None:
            self._task.cancel()

    async def _serve(self) -> None:
        sweeper = asyncio.create_task(self._sweep_for_ever())
        try:
            while not self.stopping.is_set():
                # Started again when a side task of the queue fell over, e.g. because PostgreSQL was restarted.
                await self._work()
                if self.stop_when_idle and not await _in_thread(_due_jobs):
                    break
        finally:
            sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await sweeper

    async def _work(self) -> None:
        await self._sweep()
        options: dict[str, Any] = {
            "concurrency": self.concurrency,
            "wait": not self.stop_when_idle,
            "install_signal_handlers": False,
            "delete_jobs": "always",
            "additional_context": {"stopping": self.stopping},
            "stalled_worker_timeout": STALLED_SECONDS,
            "fetch_job_polling_interval": SWEEP_SECONDS,
        }
        self._task = asyncio.create_task(app.run_worker_async(**options))
        with suppress(asyncio.CancelledError):
            await self._task

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self._sweep()

    async def _sweep(self) -> None:
        try:
            await _in_thread(sweep)
            await _clear_stalled(app)
        except Exception:
            log.exception("sweep failed, next one in %s s", SWEEP_SECONDS)
            await asyncio.sleep(1)


async def _clear_stalled(queue_app: App) -> None:
    """Entries of killed workers: a tick is rung again, a run is dropped because the sweep rings for its job."""
    manager = queue_app.job_manager
    for entry in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if entry.task_name == tasks.tick.name:
            await manager.retry_job(entry)
        else:
            await manager.finish_job(entry, status=Status.FAILED, delete_job=True)


def _due_jobs() -> bool:
    return bool(queries.left_over(timezone.now()))


async def _in_thread(call: Any) -> Any:
    def clean() -> Any:
        close_old_connections()
        try:
            return call()
        finally:
            close_old_connections()

    return await sync_to_async(clean, thread_sensitive=False)()
