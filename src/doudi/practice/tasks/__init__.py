"""The tasks in the order of the office."""

from __future__ import annotations

from collections.abc import Mapping

from ..questions import Task
from . import acceptance, decisions, limits, means, notices, relief

TASKS: Mapping[str, Task] = {
    task.key: task
    for task in (
        acceptance.PLACE, acceptance.PAPERS, means.FAMILY, means.INCOME, means.ASSETS, means.PROGRAMME,
        limits.LIMITS, notices.NOTICE, decisions.DECISION, decisions.LETTER, relief.RELIEF, decisions.LATER,
    )
}  # fmt: skip


def tasks_of(topic: str) -> list[Task]:
    """The tasks of a topic, or all of them."""
    return [task for task in TASKS.values() if not topic or task.topic == topic]
