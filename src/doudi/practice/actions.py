"""Beginning a practice case, and answering one of its tasks."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from .models import PracticeAnswer, PracticeRun
from .queries import desk_of
from .questions import Answer, Verdict, judge
from .tasks import TASKS
from .topics import Level


@transaction.atomic
def start(*, level: Level, topic: str, seed: int, by: Staff, at: datetime) -> PracticeRun:
    """Give a trainee a made-up case. `topic` empty: the whole way of a case."""
    permit(by, Permission.SELF)
    place = min(by.scope.places(Permission.SELF), key=len).ljust(12, "0")
    run = PracticeRun.objects.create(staff=by, division_code=place, seed=seed, level=level, topic=topic, started_at=at)
    record(by=by, action="practice.start", subject=Subject("practice", str(run.pk), place), at=at)
    return run


@transaction.atomic
def answer(*, run: PracticeRun, task: str, said: Answer, by: Staff, at: datetime) -> tuple[PracticeAnswer, Verdict]:
    """Judge an answer against the rules, keep it with its outcome, and say why."""
    permit(by, Permission.SELF)
    PracticeRun.objects.get(pk=run.pk, staff=by)  # nobody answers for another
    verdict = judge(TASKS[task], desk_of(run), said)
    row = PracticeAnswer(
        run=run, staff=by, division_code=run.division_code, task=task, topic=TASKS[task].topic, answer=dict(said),
        outcome=verdict.outcome, first=not PracticeAnswer.objects.filter(run=run, task=task).exists(), at=at,
    )  # fmt: skip
    kept = _saved(row)
    subject = Subject("practice", str(run.pk), run.division_code)
    record(by=by, action="practice.answer", subject=subject, detail={"task": task}, at=at)
    return kept, verdict


def _saved(row: PracticeAnswer) -> PracticeAnswer:
    """Sent twice at the same moment, only one answer is the first."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.first = False
        row.save()
    return row
