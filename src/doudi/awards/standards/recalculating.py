"""Every running award of a place decided again by the rulebook on a day: a list for people, nothing by itself.

Raising or lowering because circumstances changed is a decision (LAW26-48: heard first); what is found here is where to
look, with the amounts and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.scope import scope_of, within
from doudi.audit.actions import record
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps
from doudi.policy import PolicyError, Rulebook
from doudi.rulebook.queries.book import county_book

from ..actions.recalculating import RECALCULATE, RECALCULATE_ALL, open_run
from ..models import Award, Recalculation, RecalculationFinding
from ..models.adjustments import Finding
from ..months import month_of
from .answers import Answers, Facts
from .comparing import NOT_AT_HOME
from .standing import Lines, Standing, homes_on, standing, total

CHUNK = 2000


class Recalculate(Steps):
    """Two thousand awards a chunk, by their ids."""

    kind = RECALCULATE
    title = gettext_lazy("重新测算在享待遇")
    unit = gettext_lazy("项")

    def count(self, job: Job) -> int:
        return int(_running(_run(job), job.using).count())

    def step(self, job: Job, at: datetime) -> bool:
        run = _run(job)
        rows = _running(run, job.using).filter(pk__gt=job.cursor.get("after", 0)).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:CHUNK])
        found = _found(keys, run, job.using)
        RecalculationFinding.objects.using(job.using).bulk_create(found, batch_size=CHUNK)
        sums: dict[str, int] = job.cursor.get("sums", {"awards": 0})
        for name in ["awards"] * len(keys) + [str(one.finding) for one in found]:
            sums[name] = sums.get(name, 0) + 1
        job.cursor = {"run": run.pk, "sums": sums, "after": keys[-1] if keys else 0}
        job.done = min(job.done + len(keys), job.total or 0)
        return len(keys) == CHUNK

    def finish(self, job: Job, at: datetime) -> None:
        run, sums = _run(job), job.cursor["sums"]
        Recalculation.objects.using(job.using).filter(pk=run.pk).update(figures=sums, finished_at=at)
        detail = {"run": run.pk, "place": run.place, **sums}
        by = job.started_by
        if by is not None:
            by.scope = scope_of(by, at)
        record(by=by, action="award.recalculated", detail=detail, using=job.using)
        job.result = {"url": f"/awards/recalculations/{run.pk}/", "label": _("查看结果")}


class RecalculateAll(Recalculate):
    """The whole county, started by the clock."""

    kind = RECALCULATE_ALL
    system = True


def _run(job: Job) -> Recalculation:
    """The run of the job; a run by the clock is opened with its first chunk."""
    rows = Recalculation.objects.using(job.using)
    found = rows.filter(job_id=job.pk).first()
    return found or open_run(job_id=job.pk, on=timezone.localdate(job.created_at), at=job.created_at, using=job.using)


def _running(run: Recalculation, using: str) -> Any:
    return Award.objects.using(using).on(run.on).filter(within(run.place))


def _found(keys: list[int], run: Recalculation, using: str) -> list[RecalculationFinding]:
    try:
        return list(_differences(standing(keys, month_of(run.on), using), county_book(), run, using))
    except PolicyError as error:
        raise JobError(str(error)) from error


def _differences(
    awards: list[Standing], book: Rulebook, run: Recalculation, using: str
) -> Iterator[RecalculationFinding]:
    homes = homes_on(awards, run.on, using)
    answers = Answers(book, Facts(homes.values(), run.on, (book,), using))
    for award in awards:
        home, paid = homes.get(award.pk), award.lines(month_of(run.on))
        at_home = home is not None and home in answers.facts.places
        answer = answers.of(award, home) if at_home and home is not None else None
        finding = finding_of(paid, answer)
        if finding is not None:
            yield RecalculationFinding(
                recalculation=run, award_id=award.pk, division_code=award.division_code, finding=finding,
                before_fen=total(paid), after_fen=None if answer is None else total(answer),
                after=[list(line) for line in answer or ()], reasons=_reasons(answers, award, home if at_home else None)
                if finding is Finding.UNKNOWN else [],
            )  # fmt: skip


def _reasons(answers: Answers, award: Standing, home: int | None) -> list[str]:
    return [NOT_AT_HOME] if home is None else answers.reasons(award, home)


def finding_of(paid: Lines, answer: Lines | None) -> Finding | None:
    """What to look at; None where the rulebook says what is paid."""
    if answer is None:
        return Finding.UNKNOWN
    if answer == paid:
        return None
    before, after = total(paid), total(answer)
    if not after:
        return Finding.NO_LONGER
    return Finding.RAISE if after > before else Finding.LOWER if after < before else Finding.SHAPE
