"""A job and the files it leaves. The queue underneath only wakes workers; this table is what is true."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

ERRORS_KEPT = 1000


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("排队")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有做完")
    CANCELLED = "cancelled", _("已取消")


# The one table of moves. Back to waiting is a retry: automatic after a passing fault, by hand after a failure.
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.FAILED, State.CANCELLED}),
    State.RUNNING: frozenset({State.WAITING, State.DONE, State.FAILED, State.CANCELLED}),
    State.FAILED: frozenset({State.WAITING}),
    State.DONE: frozenset(),
    State.CANCELLED: frozenset(),
}
OPEN = frozenset({State.WAITING, State.RUNNING})
OVER = frozenset(State) - OPEN


def into(state: State) -> list[str]:
    """The states from which `state` may be reached."""
    return [origin.value for origin, targets in MOVES.items() if state in targets]


class Job(models.Model):
    """One run of a kind of long work. `cursor` and `done` are committed together with the effects of each chunk."""

    kind = models.CharField(max_length=40, db_collation="C")
    title = models.CharField(_("任务"), max_length=120)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=12, blank=True, db_collation="C")
    # A system job runs as the owner of the tables; any other as its staff member, behind row-level security.
    is_system = models.BooleanField(default=False)
    is_scheduled = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Raised by every checkpoint and every move: a chunk that finds another number is rolled back whole.
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=10, blank=True)
    cursor = models.JSONField(default=dict)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    error_count = models.BigIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    run_after = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["started_by", "-id"]),
            models.Index(name="jobs_open", fields=["id"], condition=Q(state__in=["waiting", "running"])),
        ]
        constraints = [
            models.CheckConstraint(name="job_known_state", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(
                name="job_finished_when_over",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_started_when_running",
                condition=~Q(state__in=["running", "done"]) | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(done__gte=0) & (Q(total__isnull=True) | Q(done__lte=F("total"))),
            ),
            models.CheckConstraint(name="job_failed_says_why", condition=~Q(state="failed") | ~Q(message="")),
            models.CheckConstraint(
                name="job_of_staff_or_system", condition=Q(is_system=True) | Q(started_by__isnull=False)
            ),
            models.UniqueConstraint(
                name="job_one_open_run_of_a_schedule",
                fields=["kind"],
                condition=Q(is_scheduled=True, state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether there is work left."""
        return self.state in OPEN

    @property
    def using(self) -> str:
        """The database alias that this job was read from; system steps pass it on to every query."""
        return self._state.db or "default"

    def report(self, *, row: int | None, message: str, field: str = "", code: str = "") -> None:
        """Note what is wrong with a row of the input. No personal data in `message`: name the row and the field."""
        self.error_count += 1
        if len(self.errors) < ERRORS_KEPT:
            entry: dict[str, Any] = {"row": row, "field": field, "message": message, "code": code}
            self.errors.append({k: v for k, v in entry.items() if v not in ("", None)})


class JobFile(models.Model):
    """A file that a job made, encrypted on disk: the result, the rows to correct, or a part on the way there."""

    class Role(models.TextChoices):
        """What the file is for."""

        RESULT = "result", _("结果")
        CORRECTION = "correction", _("需更正的行")
        PART = "part", _("中间文件")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=12, choices=Role.choices)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    blob = models.UUIDField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="job_file_known_role", condition=Q(role__in=["result", "correction", "part"])),
            models.CheckConstraint(name="job_file_has_size", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name
