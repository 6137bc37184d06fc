"""Who goes: the village's coordinator with the fewest open tasks, never one who is too near; or whom a clerk names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import GRANTS, Permission
from doudi.accounts.roles import Role
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import Refused, refuse

from ..models import OPEN_TASK, TaskState, VisitTask
from ..queries.involvement import involved, is_involved
from .moving import move
from .recording import record

LARGEST = 200


def assign_by_workload(tasks: Sequence[VisitTask], *, on: date, at: datetime, using: str = "default") -> int:
    """Send each task to the coordinator of its village with the least to do; those without one wait at the township."""
    villages = {task.division_code for task in tasks}
    held = Assignment.objects.using(using).in_force(at).filter(role=Role.COORDINATOR, division_code__in=villages)
    who: dict[str, set[int]] = defaultdict(set)
    for place, staff in held.filter(staff__is_active=True).values_list("division_code", "staff_id"):
        who[place].add(staff)
    everybody = set().union(*who.values()) if who else set()
    load = _load(everybody, using)
    near = involved(everybody, [task.household_id for task in tasks], on, using=using)
    sent = 0
    for task in tasks:
        free = [one for one in who[task.division_code] if (one, task.household_id) not in near]
        if free:
            chosen = min(free, key=lambda one: (load[one], one))
            load[chosen] += 1
            move(task, TaskState.ASSIGNED, using=using, coordinator_id=chosen, assigned_at=at)
            sent += 1
    return sent


def _load(staff: Collection[int], using: str) -> dict[int, int]:
    rows = VisitTask.objects.using(using).filter(coordinator__in=staff, state__in=OPEN_TASK)
    told = rows.order_by().values("coordinator_id").annotate(n=Count("pk"))
    return defaultdict(int, {row["coordinator_id"]: row["n"] for row in told})


@dataclass
class Sent:
    """What a clerk's choice of several tasks came to."""

    done: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def assign(*, numbers: Sequence[str], to: int | None, by: Staff, on: date, at: datetime) -> Sent:
    """Send tasks to somebody (None: each to its village's coordinator with the least to do), each by itself."""
    permit(by, Permission.MONITORING_HANDLE)
    sent = Sent()
    rows = by.scope.narrow(VisitTask.objects.all(), Permission.MONITORING_HANDLE)
    for task in rows.filter(number__in=list(numbers)[:LARGEST]).order_by("pk"):
        try:
            with transaction.atomic():
                _assign_one(task, to, by, on, at)
            sent.done.append(task.number)
        except Refused as no:
            sent.skipped.append((task.number, str(no)))
    return sent


def _assign_one(task: VisitTask, to: int | None, by: Staff, on: date, at: datetime) -> None:
    permit(by, Permission.MONITORING_HANDLE, place=task.division_code)
    task = VisitTask.objects.select_for_update().get(pk=task.pk)
    if to is None:
        if not assign_by_workload([task], on=on, at=at):
            raise refuse("to", _("本村没有可以派的协理员，请指定人员。"))
    else:
        if to not in may_go(task, at):
            raise refuse("to", _("所选人员不负责这个村，请另选。"))
        if is_involved(to, task.household_id, on):
            raise refuse("to", _("所选人员是这户成员或近亲属，请另选。"))
        move(task, TaskState.ASSIGNED, coordinator_id=to, assigned_at=at)
    record(task, "assign", by, to=task.coordinator_id)


def may_go(task: VisitTask, at: datetime) -> dict[int, str]:
    """Who may be sent to a household: those who visit there, by their names."""
    roles = [role.value for role in GRANTS[Permission.MONITORING_VISIT]]
    above = [task.division_code, task.division_code[:9], task.division_code[:6]]
    rows = Assignment.objects.in_force(at).filter(role__in=roles, division_code__in=above, staff__is_active=True)
    return dict(rows.order_by("-division_code", "staff__name").values_list("staff_id", "staff__name"))
