"""One household, one task: who goes, by when, what is asked, what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from .warnings import PLACE, Outcome


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("待派单")
    ASSIGNED = "assigned", _("已派单")
    VISITED = "visited", _("已到户")
    CLOSED = "closed", _("已办结")
    WITHDRAWN = "withdrawn", _("不再需要")


# The one table of moves. Assigned to assigned: to somebody else. Back from visited: the visit left it open.
MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({
        TaskState.ASSIGNED, TaskState.VISITED, TaskState.CLOSED, TaskState.WITHDRAWN,
    }),
    TaskState.ASSIGNED: frozenset({
        TaskState.ASSIGNED, TaskState.VISITED, TaskState.CLOSED, TaskState.WITHDRAWN,
    }),
    TaskState.VISITED: frozenset({TaskState.VISITED, TaskState.ASSIGNED, TaskState.CLOSED}),
    TaskState.CLOSED: frozenset({TaskState.OPEN, TaskState.ASSIGNED}),
    TaskState.WITHDRAWN: frozenset(),
}  # fmt: skip
OPEN_TASK = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.VISITED)


def into(state: TaskState) -> list[str]:
    """The states from which `state` may be reached."""
    return [origin.value for origin, targets in MOVES.items() if state in targets]


class Disposition(models.TextChoices):
    """What is done about a household; the coded end of a task."""

    APPLY_POLICY = "apply_policy", _("落实救助政策")
    PUSH_DEPARTMENT = "push_department", _("转有关部门")
    CASE_CONFERENCE = "case_conference", _("提交一事一议")
    VERIFY_AND_END = "verify_and_end", _("核实后按程序处理待遇")
    FALSE = "false", _("情况不属实")
    ALREADY_HELPED = "already_helped", _("已在救助")
    REFUSED = "refused", _("本人不愿意")
    MOVED = "moved", _("已搬走")
    DIED = "died", _("已去世")
    CANNOT_FIND = "cannot_find", _("找不到人")


class VisitTask(models.Model):
    """The one open piece of work about a household. A warning joins it; a second is never made beside it."""

    number = models.CharField(_("任务编号"), max_length=20, unique=True, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    coordinator = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    # Null: the working calendar of that year is not published yet.
    due_on = models.DateField(_("核实时限"), null=True)
    # Keys of facts that the rulebook wants to know, in its order. Null: not planned yet.
    questions = models.JSONField(null=True)
    # How many warnings are open: the list sorts and filters by it without opening what is encrypted.
    signals = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=TaskState.choices, default=TaskState.OPEN)
    assigned_at = models.DateTimeField(null=True)
    visited_on = models.DateField(null=True)
    proposed = models.CharField(_("入户人员建议"), max_length=16, choices=Disposition.choices, blank=True)
    disposition = models.CharField(_("处置"), max_length=16, choices=Disposition.choices, blank=True)
    outcome = models.CharField(_("是否属实"), max_length=8, choices=Outcome.choices, blank=True)
    note = EncryptedText(_("说明"), null=True)
    # Number of the case, referral or review that it led to.
    led_to = models.CharField(_("转入"), max_length=60, blank=True, db_collation="C")
    helped_on = models.DateField(_("救助落实日"), null=True)
    closed_on = models.DateField(null=True)
    closed_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = [
            models.CheckConstraint(name="task_place_is_a_village", condition=PLACE),
            models.CheckConstraint(name="task_known_state", condition=Q(state__in=TaskState.values)),
            models.CheckConstraint(
                name="task_assigned_to_somebody", condition=~Q(state="assigned") | Q(coordinator__isnull=False)
            ),
            models.CheckConstraint(
                name="task_closed_with_what_came_of_it",
                condition=Q(state="closed", closed_on__isnull=False, closed_by_id__isnull=False,
                            disposition__in=Disposition.values, outcome__in=Outcome.values)
                | Q(state="withdrawn", closed_on__isnull=False, disposition="", outcome="")
                | Q(state__in=["open", "assigned", "visited"], closed_on=None, disposition="", outcome=""),
            ),
            models.CheckConstraint(
                name="task_visited_on_a_day", condition=~Q(state="visited") | Q(visited_on__isnull=False)
            ),
            models.CheckConstraint(
                name="task_false_led_to_nothing", condition=~Q(outcome="false") | Q(led_to="", helped_on=None)
            ),
            models.UniqueConstraint(
                name="task_one_open_a_household", fields=["household"],
                condition=Q(state__in=["open", "assigned", "visited"]),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("division_code", "due_on", name="task_open", condition=Q(
                state__in=["open", "assigned", "visited"])),
            models.Index("coordinator", name="task_of_coordinator", condition=Q(
                state__in=["open", "assigned", "visited"])),
            models.Index("household", name="task_of_household"),
            models.Index("closed_on", name="task_closed"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class VisitReport(models.Model):
    """What one visit brought, as it was reported. Appended; `client_id` makes a repeated upload harmless.

    Answers become statements of the registry at once where the reporter may write files, else when a clerk settles
    the task: `entered_at`.
    """

    task = models.ForeignKey(VisitTask, on_delete=models.PROTECT, related_name="reports")
    division_code = models.CharField(max_length=12, db_collation="C")
    client_id = models.UUIDField(unique=True)
    version_seen = models.BigIntegerField()
    answers = EncryptedText()
    disposition = models.CharField(max_length=16, choices=Disposition.choices)
    note = EncryptedText(null=True)
    place = EncryptedText(_("定位"), null=True)
    visited_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    by_id = models.BigIntegerField()
    entered_at = models.DateTimeField(null=True)
    entered_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="visit_report_place_is_a_village", condition=PLACE),
            models.CheckConstraint(
                name="visit_report_entered_by_somebody",
                condition=Q(entered_at=None, entered_by_id=None)
                | Q(entered_at__isnull=False, entered_by_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.visited_at:%F}"


class Level(models.TextChoices):
    """Who is told that a task is late."""

    HEAD = "head", _("乡镇分管领导")
    COUNTY = "county", _("市民政局")


class Escalation(models.Model):
    """A notice that a task is late, once a level and deadline. Appended."""

    task = models.ForeignKey(VisitTask, on_delete=models.PROTECT, related_name="escalations")
    division_code = models.CharField(max_length=12, db_collation="C")
    level = models.CharField(max_length=6, choices=Level.choices)
    due_on = models.DateField()
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(name="monitoring_escalation_place", condition=PLACE),
            models.UniqueConstraint(name="monitoring_escalation_once", fields=["task", "level", "due_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.level}"
