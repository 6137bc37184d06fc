"""Monitoring's own rounds, as jobs: everybody at night, changed households after a file, late tasks each morning.

A chunk is one township, or some households: what it finds, its tasks and its checkpoint commit together, so that a run
killed anywhere goes on where it was and makes nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from doudi.accounts.scope import within
from doudi.feeds.queries.batches import landed_at
from doudi.jobs.models import Job
from doudi.jobs.queries import control_alias
from doudi.jobs.steps import Steps
from doudi.places.queries import children

from .actions.escalating import CHUNK, late_tasks, note_help, tend
from .actions.raising import Raised, raise_findings
from .codes import LEAD
from .models import OPEN_TASK, ChangedHousehold, EarlyWarning, VisitTask, WarningState
from .queries.planning import plan
from .sources import findings_of_households, findings_of_place

HOUSEHOLDS_A_CHUNK = 1_000
PLANS_A_CHUNK = 10
NO_LEAD = ~Q(indicator__startswith=LEAD)
"""A lead does not lapse because the departments' data do not show it."""


class WatchAll(Steps):
    """Every indicator over every household, a township a chunk. The questions of new tasks are `WatchChanged`'s."""

    kind = "monitoring.watch"
    title = _("全市监测")
    unit = "个乡镇街道"
    system = True

    def count(self, job: Job) -> int:
        return len(_townships(job.using))

    def step(self, job: Job, at: datetime) -> bool:
        places, done, on = _townships(job.using), int(job.cursor.get("places", 0)), timezone.localdate(at)
        if done >= len(places):
            return False
        found = findings_of_place(places[done], on, using=job.using)
        raised = raise_findings(found, looked=within(places[done]) & NO_LEAD, by=None, on=on, at=at, using=job.using)
        job.cursor, job.done = {"places": done + 1}, done + 1
        job.result = _sum(job.result, raised)
        return True


class WatchChanged(Steps):
    """The indicators over the households that a department's file has changed; then the questions of new tasks.

    Thousands of tasks take minutes to plan. Only this round plans, and the clock runs it once at a time: so one slot of
    the worker is always free for a file that somebody waits for, and no task is planned twice.
    """

    kind = "monitoring.watch_changed"
    title = _("监测数据有变化的家庭")
    unit = "户"
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        on, waiting = timezone.localdate(at), ChangedHousehold.objects.using(job.using)
        rows = list(waiting.order_by("pk")[:HOUSEHOLDS_A_CHUNK])
        if not rows:
            return plan_some(on, job.using)
        ids = sorted({row.household_id for row in rows})
        found = findings_of_households(ids, on, using=job.using)
        looked = Q(household__in=ids) & NO_LEAD
        raised = raise_findings(found, looked=looked, by=None, on=on, at=at, using=job.using)
        waiting.filter(pk__in=[row.pk for row in rows]).delete()
        job.done += len(ids)
        job.result = _sum(job.result, raised)
        return True


class TendTasks(Steps):
    """Late tasks are told to the township's head, then to the county; help that has arrived is noted."""

    kind = "monitoring.tend"
    title = _("核对入户任务时限并提醒")
    unit = "件"
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        on, after = timezone.localdate(at), int(job.cursor.get("after", 0))
        if not after:
            note_help(using=job.using)
        rows = list(late_tasks(on, using=job.using).filter(pk__gt=after).order_by("pk")[:CHUNK])
        job.result = {"told": int((job.result or {}).get("told", 0)) + tend(rows, on=on, at=at, using=job.using)}
        job.done += len(rows)
        job.cursor = {"after": rows[-1].pk} if rows else job.cursor
        return len(rows) == CHUNK


def arrived(batch_id: int, household_ids: Sequence[int], on: date, at: datetime) -> None:
    """Called by feeds when a batch has landed, in its transaction: these households are looked at again soon.

    As the owner of the tables, as feeds lands: the worker's own role holds no right without somebody signed in.
    """
    with connections[control_alias()].cursor() as cursor:
        cursor.execute(
            """INSERT INTO monitoring_changedhousehold (household_id, batch_id, at)
            SELECT DISTINCT household, %s::bigint, %s::timestamptz FROM unnest(%s::bigint[]) AS household ORDER BY 1""",
            [batch_id, at, list(household_ids)],
        )


def objection(batch_id: int, household_ids: Sequence[int]) -> str:
    """Why a batch may not be taken back: somebody has verified a warning that came after it. '' if nobody has.

    Counted as the owner: whoever takes a batch back need not be allowed to read warnings.
    """
    owner = control_alias()
    if (landed := landed_at(batch_id, owner)) is None:
        return ""  # what was never let in has led to nothing
    rows = EarlyWarning.objects.using(owner).filter(household__in=household_ids, state=WarningState.VERIFIED)
    verified = rows.filter(raised_at__gte=landed).values("household").distinct().count()
    said = gettext("这批数据引出的预警已有 %(n)s 户核实处置，不能撤回。请报送更正后的文件。")
    return said % {"n": verified} if verified else ""


def plan_some(on: date, using: str) -> bool:
    """Plan the questions of a few tasks; True while more wait."""
    waiting = (
        VisitTask.objects.using(using).filter(state__in=OPEN_TASK, questions__isnull=True).order_by("due_on", "pk")
    )
    rows = list(waiting[:PLANS_A_CHUNK])
    for task in rows:
        task.questions = plan(task.household_id, on, using=using)
    VisitTask.objects.using(using).bulk_update(rows, ["questions"])
    return len(rows) == PLANS_A_CHUNK


def _townships(using: str) -> list[str]:
    return list(children(settings.DOUDI_COUNTY).using(using).order_by("code").values_list("code", flat=True))


def _sum(result: dict[str, int] | None, raised: Raised) -> dict[str, int]:
    return {name: int((result or {}).get(name, 0)) + n for name, n in vars(raised).items()}
