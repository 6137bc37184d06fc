"""The one door through which a task moves: the table of moves is read here and nowhere else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from doudi.registry.actions.refusal import refuse

from ..models import MOVES, TaskState, VisitTask


def move(task: VisitTask, to: TaskState, *, using: str = "default", **changes: Any) -> VisitTask:
    """Move a locked task; Refused if the table does not know the move. Every move is a new version."""
    if to not in MOVES[TaskState(task.state)]:
        said = {"now": TaskState(task.state).label, "to": to.label}
        raise refuse("", _("任务现在是“%(now)s”，不能改为“%(to)s”，请刷新后查看。") % said)
    task.state, task.version = to, task.version + 1
    for name, value in changes.items():
        setattr(task, name, value)
    task.save(using=using, update_fields=["state", "version", *changes])
    return task
