"""Trouble under a job, by seed: killed with -9, a statement too slow, a lock not given, a disk that is full.

What is counted is statements, never time: the same seed strikes at the same statement on any machine. After the blow
the job is taken up again, as a worker does, and must come to the same end.
"""

from __future__ import annotations

import errno
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection, connections

from doudi.jobs import actions as jobs
from doudi.jobs.models import Job, State
from doudi.jobs.queue import LOCK_CLASS
from doudi.jobs.runner import run
from doudi.privacy import sealed_files

LATEST = 60  # statements: longer than most jobs of a small county
HELD = 0x79656172  # an advisory lock that somebody else never gives
Execute = Callable[..., Any]


class Torn(BaseException):
    """The process is gone: nobody catches this."""


@dataclass
class Trouble:
    """What befalls the jobs of a county. `how_often`: the share of jobs that are struck at least once."""

    chance: Random
    how_often: float = 0.5
    struck: Counter[str] = field(default_factory=Counter)

    def work(self, job: int, moment: datetime, *, forks: bool = True) -> Job:
        """A job with whatever befalls it, to its end. AssertionError if it does not come to a good one."""
        while self.chance.random() < self.how_often:
            blows = (self.killed if forks else self.torn, self.slow, self.locked_out, self.full)
            self.chance.choice(blows)(job, moment, self.chance.randint(1, LATEST))
        return finished(job, moment)

    def killed(self, job: int, moment: datetime, statement: int) -> None:
        """A process of its own does the job and is killed with -9 before a statement."""
        connections.close_all()
        child = os.fork()
        if child == 0:
            _in_the_child(job, moment, statement)
        _pid, status = os.waitpid(child, 0)
        self.struck["killed -9"] += os.WIFSIGNALED(status)

    def torn(self, job: int, moment: datetime, statement: int) -> None:
        """The same for jobs whose libraries have threads, which no fork survives: the connection is torn instead."""
        try:
            with connection.execute_wrapper(_before(statement, _tear)):
                run(job, clock=lambda: moment)
        except Torn:
            self.struck["torn off"] += 1

    def slow(self, job: int, moment: datetime, statement: int) -> None:
        """The server gives up on a statement that takes too long, in the middle of a chunk."""
        with connection.execute_wrapper(_before(statement, self._give_up)):
            run(job, clock=lambda: moment)

    def locked_out(self, job: int, moment: datetime, statement: int) -> None:
        """Somebody else holds what a statement needs."""
        other = connection.copy()
        try:
            other.cursor().execute("SELECT pg_advisory_lock(%s)", [HELD])
            with connection.execute_wrapper(_before(statement, self._ask_for_it)):
                run(job, clock=lambda: moment)
        finally:
            other.close()

    def full(self, job: int, moment: datetime, statement: int) -> None:
        """No space is left while a file is written; the job fails, and somebody presses "go on"."""
        with _no_space(self.struck):
            run(job, clock=lambda: moment)
        jobs.try_again(job_id=job)

    def _give_up(self) -> None:
        self.struck["statement too slow"] += 1
        _instead("SET LOCAL statement_timeout = 1", "SELECT pg_sleep(5)")

    def _ask_for_it(self) -> None:
        self.struck["lock not given"] += 1
        _instead("SET LOCAL lock_timeout = 1", f"SELECT pg_advisory_xact_lock({HELD})")


def finished(job: int, moment: datetime) -> Job:
    """Taken up like a worker does: when whoever had it is gone for good."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, job])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job])
    run(job, clock=lambda: moment)
    row = Job.objects.get(pk=job)
    assert row.state == State.DONE, f"job {job} {row.kind}: {row.state} {row.message}"
    return row


def _in_the_child(job: int, moment: datetime, statement: int) -> None:
    """Does not come back: the job ends, or the process."""
    try:
        with connection.execute_wrapper(_before(statement, _kill)):
            run(job, clock=lambda: moment)
    finally:
        os._exit(0)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _tear() -> None:
    connection.close()
    raise Torn


def _before(statement: int, what: Callable[[], None]) -> Execute:
    """Do something once before the n-th statement of a transaction."""
    left = [statement]

    def wrapper(execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            left[0] -= 1
            if left[0] == 0:
                what()
        return execute(sql, params, many, context)

    return wrapper


def _instead(limit: str, what: str) -> None:
    """On the bare connection: the cursor that is at work may be one of the server's, which only fetches."""
    with connection.wrap_database_errors:
        connection.connection.execute(limit)
        connection.connection.execute(what)


@contextmanager
def _no_space(struck: Counter[str]) -> Iterator[None]:
    """Every sealed file ends with what a full disk says."""
    whole = sealed_files.write

    def write(*_said: Any, **_more: Any) -> None:
        struck["disk full"] += 1
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sealed_files.write = write
    try:
        yield
    finally:
        sealed_files.write = whole
