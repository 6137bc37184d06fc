"""An adjustment as three jobs: what it would do, doing it, undoing it; each goes on where it was when it was killed.

How far a job is and what it has counted lies in the adjustment itself and is committed with every chunk, together with
the rows that the chunk writes: a job that was cancelled is followed by another that goes on from there.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.scope import scope_of, within
from doudi.audit.actions import record
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps
from doudi.policy import PolicyError

from ..actions.adjusting import APPLY, ESTIMATE, UNDO
from ..models import Adjustment, AdjustmentLine, Award, AwardChange, AwardLine
from ..models.adjustments import Outcome, Step
from ..queries.adjustments import hindered
from . import figures, lines
from .ahead import apart
from .books import change_by
from .comparing import Change, Verdict, compare
from .plainly import Plain, told
from .planning import needed, plan_of
from .standing import since, standing
from .undoing import take_all_back
from .writing import Writer, ids, write

CHUNK = 30_000  # so many awards wait together, for some seconds, once when a standard is applied
READ_ONLY = 120_000
READ = 15_000  # so many are told at once: a reading and two screenings have their price however few they are
Progress = dict[str, Any]


class Adjusting(Steps):
    """What the three have in common."""

    unit = gettext_lazy("项")
    state: Step

    def open(self, job: Job) -> Adjustment:
        """The adjustment, locked; JobError if it has moved on without this job."""
        rows = Adjustment.objects.select_for_update(of=("self",)).select_related("draft")
        found = rows.filter(pk=job.params["adjustment"], job_id=job.pk, state=self.state).first()
        if found is None:
            raise JobError(_("这次调整已由别的任务接着办理，请到“标准调整”查看。"))
        return found

    def step(self, job: Job, at: datetime) -> bool:
        adjustment = self.open(job)
        progress = adjustment.progress or self.begin(adjustment, at)
        keys = self.chunk(adjustment, int(progress["after"]))
        if keys:
            self.do(adjustment, keys, progress, job, at)
            job.done = min(job.done + len(keys), job.total or 0)  # awards granted meanwhile were not counted
        progress["after"] = keys[-1] if keys else progress["after"]
        Adjustment.objects.filter(pk=adjustment.pk).update(progress=progress)
        return len(keys) == self.size()

    def size(self) -> int:
        """How many awards a chunk takes."""
        return CHUNK

    def begin(self, adjustment: Adjustment, at: datetime) -> Progress:
        """Nothing done, on this day: the day stays when the job runs past midnight."""
        return {"after": 0, "on": str(timezone.localdate(at)), "sums": {}}

    @abstractmethod
    def chunk(self, adjustment: Adjustment, after: int) -> list[int]:
        """The ids that come next."""

    @abstractmethod
    def do(self, adjustment: Adjustment, keys: list[int], progress: Progress, job: Job, at: datetime) -> None:
        """The work on them."""


def _awards(adjustment: Adjustment) -> Any:
    return since(adjustment.effective_from).filter(within(adjustment.county))


def _compared(keys: list[int], change: Change, *, words: bool = True) -> list[Verdict]:
    try:
        return compare(standing(keys, change.month), change, words=words)
    except PolicyError as error:
        raise JobError(str(error)) from error


def _estimated(keys: list[int], change: Change, on: date) -> tuple[Plain, list[Verdict]]:
    """The plain awards counted, the others compared."""
    try:
        plain = told(keys, change, on)
    except PolicyError as error:
        raise JobError(str(error)) from error
    return plain, _compared(plain.rest, change, words=False)


class Estimate(Adjusting):
    """Who would be raised, by how much, and who cannot be told; nothing of an award is touched."""

    kind = ESTIMATE
    title = gettext_lazy("测算标准调整的影响")
    state = Step.COMPUTING

    def count(self, job: Job) -> int:
        return int(_awards(self.open(job)).count())

    def begin(self, adjustment: Adjustment, at: datetime) -> Progress:
        AdjustmentLine.objects.filter(adjustment=adjustment).delete()
        return super().begin(adjustment, at)

    def size(self) -> int:
        return READ_ONLY

    def chunk(self, adjustment: Adjustment, after: int) -> list[int]:
        rows = _awards(adjustment).filter(pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:READ_ONLY])

    def do(self, adjustment: Adjustment, keys: list[int], progress: Progress, job: Job, at: datetime) -> None:
        if adjustment.draft.version != adjustment.draft_version:
            raise JobError(_("方案在测算时改过，请重新测算。"))
        on = date.fromisoformat(progress["on"])
        change = _change(adjustment, on)
        assert job.started_by is not None
        part = -(-len(keys) // max(round(len(keys) / READ), 1))  # all of one size: a small one costs as much as a large
        with apart(keys, lambda some: _estimated(some, change, on), job.started_by.pk, part) as parts:
            for plain, verdicts in parts:
                plain.add_to(progress["sums"])
                figures.add(progress["sums"], verdicts, change, on)
                lines.keep(verdicts, adjustment, adjustment.draft.title, figures.limit_of(on), raised=False)

    def finish(self, job: Job, at: datetime) -> None:
        _finish(self.open(job), Step.COMPUTED, job, at)


class Apply(Adjusting):
    """Every award decided again by the rulebook; raised from the first month of the new values on."""

    kind = APPLY
    title = gettext_lazy("按新标准调整待遇")
    state = Step.APPLYING

    def count(self, job: Job) -> int:
        adjustment = self.open(job)
        return int(_awards(adjustment).filter(pk__gt=adjustment.progress.get("after", 0)).count())

    def chunk(self, adjustment: Adjustment, after: int) -> list[int]:
        # Locked in one order: nobody changes an award between what is read here and what is written.
        rows = _awards(adjustment).filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))
        return list(rows.values_list("pk", flat=True)[:CHUNK])

    def do(self, adjustment: Adjustment, keys: list[int], progress: Progress, job: Job, at: datetime) -> None:
        on = date.fromisoformat(progress["on"])
        change = _change(adjustment, on)
        assert job.started_by is not None
        writer = Writer(adjustment, job.started_by, timezone.localdate(at), at)
        with apart(keys, lambda some: _compared(some, change), job.started_by.pk) as parts:
            for verdicts in parts:
                _raise([verdict for verdict in verdicts if verdict.outcome is Outcome.RAISED], writer)
                figures.add(progress["sums"], verdicts, change, on)
                lines.keep(verdicts, adjustment, adjustment.draft.title, figures.limit_of(on), raised=True)

    def finish(self, job: Job, at: datetime) -> None:
        _finish(self.open(job), Step.APPLIED, job, at)


def _raise(raised: list[Verdict], writer: Writer) -> None:
    """Write what the verdicts say."""
    rows, acts = needed(raised)
    write(plan_of(raised, ids(AwardLine, rows), ids(AwardChange, acts)), [verdict.award for verdict in raised], writer)


class Undo(Adjusting):
    """Every change taken back, so that the awards say what they said before."""

    kind = UNDO
    title = gettext_lazy("撤销标准调整")
    state = Step.UNDOING

    def count(self, job: Job) -> int:
        return int(self._left(self.open(job)).count())

    def _left(self, adjustment: Adjustment) -> Any:
        return AdjustmentLine.objects.filter(adjustment=adjustment, outcome=Outcome.RAISED, undone_at__isnull=True)

    def chunk(self, adjustment: Adjustment, after: int) -> list[int]:
        rows = self._left(adjustment).filter(award__gt=after).order_by("award")
        keys = list(rows.values_list("award", flat=True)[:CHUNK])
        list(Award.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk", flat=True))
        return keys

    def do(self, adjustment: Adjustment, keys: list[int], progress: Progress, job: Job, at: datetime) -> None:
        said = hindered(adjustment, keys)
        if said:
            raise JobError(said)
        assert job.started_by is not None
        job.started_by.scope = scope_of(job.started_by, at)
        take_all_back(keys, Writer(adjustment, job.started_by, timezone.localdate(at), at))
        self._left(adjustment).filter(award__in=keys).update(undone_at=at)

    def finish(self, job: Job, at: datetime) -> None:
        adjustment = self.open(job)
        Adjustment.objects.filter(pk=adjustment.pk).update(state=Step.UNDONE, progress={})
        _told(adjustment, "undone", job, at)


def _change(adjustment: Adjustment, today: date) -> Change:
    try:
        return change_by(adjustment.draft, today)
    except PolicyError as error:
        raise JobError(str(error)) from error


def _finish(adjustment: Adjustment, state: Step, job: Job, at: datetime) -> None:
    progress = adjustment.progress
    change = _change(adjustment, date.fromisoformat(progress["on"]))
    told = {**progress["sums"], "on": progress["on"]}
    told["ratio"] = figures.ratio(change.new, adjustment.county, change.month)
    told["ratio_before"] = figures.ratio(change.old, adjustment.county, change.month)
    Adjustment.objects.filter(pk=adjustment.pk).update(state=state, figures=told, progress={})
    _told(adjustment, state.value, job, at)


def _told(adjustment: Adjustment, what: str, job: Job, at: datetime) -> None:
    by = job.started_by
    assert by is not None
    by.scope = scope_of(by, at)
    sums = adjustment.progress.get("sums", {}).get("total", {})
    detail = {"adjustment": adjustment.number, "draft": adjustment.draft_id, "done": job.done, **sums}
    record(by=by, action=f"award.standard_{what}", detail=detail)
    job.result = {"url": f"/awards/standards/{adjustment.draft_id}/", "label": _("查看标准调整")}


KINDS = (Estimate(), Apply(), Undo())
