"""What the county's watch finds becomes work that people do or put off; no state may be a wrong one."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db.models import Count, Q

from doudi.accounts.models import Staff
from doudi.jobs import actions as jobs
from doudi.monitoring import rounds
from doudi.monitoring.actions.disposing import Choice, dispose
from doudi.monitoring.actions.escalating import late_tasks
from doudi.monitoring.actions.visits import report_visit
from doudi.monitoring.models import OPEN_TASK, EarlyWarning, TaskState, VisitTask, WarningState
from doudi.monitoring.queries.field import pack_of
from tests.conftest import VILLAGE
from tests.payments.world import at

from .faults import Trouble

ENDS = ("false", "already_helped", "refused")


@dataclass
class Watch:
    """The watch, the coordinator who goes, the clerk who decides."""

    chance: Random
    trouble: Trouble
    coordinator: Staff
    clerk: Staff
    done: Counter[str] = field(default_factory=Counter)

    def month(self, month: date) -> None:
        """The rounds run on the ninth; people work on the eleventh; a round tells on the 28th what is late."""
        self._round(rounds.WatchChanged.kind, month.replace(day=9))
        for task in VisitTask.objects.filter(state__in=OPEN_TASK).select_related("household__head").order_by("pk"):
            if self.chance.random() < 0.7:
                self._work(task, month.replace(day=11))
        self._round(rounds.TendTasks.kind, month.replace(day=28))

    def _round(self, kind: str, day: date) -> None:
        job = jobs.start(kind, by_id=None, at=at(day))
        self.trouble.work(job.pk, at(day), forks=False)

    def _work(self, task: VisitTask, day: date) -> None:
        if task.state != TaskState.VISITED:
            version = pack_of(task, day).version
            goes = self.coordinator if task.division_code == VILLAGE else self.clerk
            report_visit(
                number=task.number, version=version, answers={}, disposition="false", note="看过", by=goes,
                visited_at=at(day) - timedelta(hours=1), place="", on=day, at=at(day), client_id=uuid.UUID(int=task.pk),
            )  # fmt: skip
            self.done["visited"] += 1
        if self.chance.random() < 0.8:
            end = self.chance.choice(ENDS)
            dispose(number=task.number, choice=Choice(end, "入户核实过"), by=self.clerk, on=day, at=at(day))
            self.done[end] += 1

    def wrong(self, on: date) -> list[str]:
        """Tasks and warnings in a state that cannot be, and late tasks of which nobody was told."""
        tasks = VisitTask.objects.annotate(raised=Count("warnings", filter=Q(warnings__state=WarningState.RAISED)))
        known = {*TaskState.values}
        found = [f"task {t.number}: {t.state}" for t in tasks if t.state not in known]
        found += [f"task {t.number}: open and closed" for t in tasks if (t.state in OPEN_TASK) == bool(t.closed_on)]
        # Whoever was visited is decided upon, also when what was warned of has passed meanwhile.
        waiting = [t for t in tasks if t.state in OPEN_TASK and t.state != TaskState.VISITED]
        found += [f"task {t.number}: open about nothing" for t in waiting if not t.raised]
        lost = EarlyWarning.objects.filter(state=WarningState.RAISED).exclude(task__state__in=OPEN_TASK)
        found += [f"warning {w.pk}: nobody's task" for w in lost]
        silent = late_tasks(on).filter(escalations__isnull=True)
        return found + [f"task {t.number}: late, and nobody was told" for t in silent]
