"""Work for the coordinator of the demo: `python -m tests.stories.fieldwork tasks 6`, `… visited RW-…`.

`tasks` sends the coordinator to so many households of their village; `visited` is the clerk who was there first;
`landed` tells what has arrived of a task; `settled` waits for the departments' files that came.
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import Any

COORDINATOR, CLERK = "xieliyuan", "jingban"


def main() -> None:
    """Do what is asked and say what came of it as one line of JSON."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    what, argument = sys.argv[1], sys.argv[2]
    said = {"tasks": tasks, "visited": visited, "landed": landed, "settled": settled}[what](argument)
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def somebody(username: str) -> Any:
    """A member of staff with their scope."""
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.scope import scope_of

    staff = Staff.objects.get(username=username)
    staff.scope = scope_of(staff, timezone.now())
    return staff


def tasks(count: str) -> dict[str, Any]:
    """The numbers of open tasks of the coordinator, at least so many."""
    from django.db.models import F
    from django.utils import timezone

    from doudi.monitoring.actions.raising import raise_findings
    from doudi.monitoring.models import VisitTask
    from doudi.registry.models import Household

    by, now = somebody(COORDINATOR), timezone.now()
    village = by.scope.own_places[0]
    mine = VisitTask.objects.filter(coordinator=by, state="assigned")
    homes = Household.objects.filter(division_code=village, closed_on=None).exclude(
        pk__in=VisitTask.objects.values("household_id")
    )
    missing = max(0, int(count) - mine.count())
    found = [finding(home.pk, i) for i, home in enumerate(homes.order_by("pk")[:missing])]
    raise_findings(found, looked=None, by=None, on=timezone.localdate(now), at=now)
    # Stories may run again on the same county: a small village has no more households, so some are visited once more.
    again = VisitTask.objects.filter(coordinator=by, state="visited").order_by("pk")[
        : max(0, int(count) - mine.count())
    ]
    VisitTask.objects.filter(pk__in=[task.pk for task in again]).update(state="assigned", version=F("version") + 1)
    return {"numbers": list(mine.order_by("due_on", "pk").values_list("number", flat=True)), "village": village}


def settled(_nothing: str) -> dict[str, Any]:
    """Every file that came has landed: a fact that changes under a visit is a conflict, and here only one is wanted."""
    from django.db import connection

    from doudi.jobs import runner
    from doudi.jobs.models import Job
    from doudi.jobs.queue import LOCK_CLASS

    waiting = Job.objects.filter(kind__startswith="feeds.", state__in=("waiting", "running")).order_by("pk")
    done = 0
    while (job := waiting.first()) is not None:
        with connection.cursor() as cursor:  # whoever has it holds this lock until the end
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, job.pk])
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job.pk])
        runner.run(job.pk)
        done += 1
    return {"waited_for": done}


def finding(household: int, place: int) -> Any:
    """A heavy medical cost that the hotline heard of: the county's own watch, which runs meanwhile, lets it stand."""
    from doudi.monitoring.actions.raising import Finding
    from doudi.monitoring.codes import LEAD

    return Finding(
        household_id=household, person_id=None, indicator=f"{LEAD}hotline", group="help",
        sentence=f"看病自付 {12_406 + place:,}.50 元，是全家一年收入的 1.{place % 9 + 1} 倍", clauses=("M57-6",),
        evidence=json.dumps({"self_paid_fen": 1_240_650 + place * 100}), deadline_days=5,
    )  # fmt: skip


def visited(number: str) -> dict[str, Any]:
    """The clerk reports a visit to a household that the coordinator carries along."""
    from django.utils import timezone

    from doudi.monitoring.actions.visits import Answer, report_visit
    from doudi.monitoring.models import VisitTask
    from doudi.monitoring.queries.field import pack_of

    by, now = somebody(CLERK), timezone.now()
    task = VisitTask.objects.select_related("household__head").get(number=number)
    pack = pack_of(task, timezone.localdate(now))
    money = next(line for line in pack.facts if line.kind == "fen")
    answers = {money.key: Answer(False, int(money.value or 0) + 120_000)}  # type: ignore[arg-type]
    report_visit(
        number=number, version=pack.version, answers=answers, disposition="false", note="经办先到", visited_at=now,
        place="", by=by, on=timezone.localdate(now), at=now, client_id=uuid.uuid4(),
    )  # fmt: skip
    return {"number": number}


def landed(number: str) -> dict[str, Any]:
    """What has arrived of a task."""
    from doudi.field.models import Attachment, SyncRecord
    from doudi.monitoring.models import VisitReport

    latest = SyncRecord.objects.filter(task=number, kind="visit").order_by("-pk").first()
    rows = SyncRecord.objects.filter(task=number, kind="visit", device=latest.device_id if latest else 0).order_by("pk")
    return {
        "outcomes": list(rows.values_list("outcome", flat=True)),
        "files": list(Attachment.objects.filter(record__in=rows).values_list("state", flat=True)),
        "reports": VisitReport.objects.filter(task__number=number, by_id=somebody(COORDINATOR).pk).count(),
        "decisions": [r.conflict.decision for r in rows if hasattr(r, "conflict")],
    }


if __name__ == "__main__":
    main()
