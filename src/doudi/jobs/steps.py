"""What a context writes to get a long job: a `Steps` object, registered once, and perhaps a schedule."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from .models import Job


class JobError(Exception):
    """The job cannot go on; the text is shown to the person who started it: what happened, what to do next."""


class Steps(ABC):
    """One kind of long work, cut into chunks.

    Each call of `step` runs in one transaction together with the checkpoint, as the staff member who started the job
    (row-level security in force) or, with `system = True`, as the owner on the alias `job.using`. Whatever is raised
    rolls the chunk back. Aim at chunks below one second: cancelling and stopping wait for the chunk at hand.
    """

    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    unit: ClassVar[str | Promise] = ""
    system: ClassVar[bool] = False

    def count(self, job: Job) -> int | None:
        """How many units there are, asked once before the first chunk; None when unknown."""
        return None

    @abstractmethod
    def step(self, job: Job, at: datetime) -> bool:
        """Do the next chunk after `job.cursor`; set `job.cursor`, raise `job.done`; True while more is left."""

    def finish(self, job: Job, at: datetime) -> None:  # noqa: B027  a hook: most kinds have nothing to add
        """Called in the transaction of the last chunk: totals into `job.result`, files attached."""


@dataclass(frozen=True)
class Schedule:
    """A system job started by the clock; `cron` is read in UTC. Missed while the workers were down: run once."""

    kind: str
    cron: str
    params: Mapping[str, Any] = field(default_factory=dict)


_steps: dict[str, Steps] = {}
_schedules: dict[str, Schedule] = {}


def register(*kinds: Steps) -> None:
    """Make kinds of job known, from `AppConfig.ready()`; a kind registered twice is replaced."""
    _steps.update((one.kind, one) for one in kinds)


def steps_of(kind: str) -> Steps:
    """The steps of a kind. KeyError if no context registered it."""
    return _steps[kind]


def schedule(kind: str, cron: str, **params: Any) -> None:
    """Start a registered system kind by the clock, from `AppConfig.ready()`."""
    if not steps_of(kind).system:
        raise ValueError(f"{kind}: only a system job can be started by the clock")
    _schedules[kind] = Schedule(kind, cron, params)


def schedules() -> list[Schedule]:
    """Every schedule."""
    return list(_schedules.values())
