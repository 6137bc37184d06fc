"""The trial of a proposal: the register under the rulebook in force and the proposed one, township by township."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps
from doudi.policy import PolicyError
from doudi.policy.engine.tables import Tables
from doudi.policy.whatif import Simulation, simulate
from doudi.registry.facts import population_facts

from .actions import TRIAL, flips_of, keep_trial, proposed_book
from .models import ParameterDraft, TrialChange
from .population import townships
from .queries.book import county_book

COUNTED = ("households", "gainers", "losers", "undecided", "budget_before_fen_month", "budget_after_fen_month")
CHUNK = 2000


class TryOut(Steps):
    """One township a chunk, as the proposer sees it; the figures add up in the cursor."""

    kind = TRIAL
    title = gettext_lazy("试算参数方案")
    unit = "个"

    def count(self, job: Job) -> int:
        return len(_codes(job))

    def step(self, job: Job, at: datetime) -> bool:
        draft, codes = _draft(job), _codes(job)
        if not job.done:
            TrialChange.objects.filter(draft=draft).delete()
        if job.done < len(codes):
            on = trial_day(draft, timezone.localdate(at))
            figures = _township(draft, codes[job.done], on, timezone.localdate(at))
            job.cursor = {**job.cursor, codes[job.done]: figures}
            job.done += 1
        return job.done < len(codes)

    def finish(self, job: Job, at: datetime) -> None:
        draft = _draft(job)
        figures = {
            "on": trial_day(draft, timezone.localdate(at)).isoformat(),
            "at": at.isoformat(),
            "townships": job.cursor,
            "flips": [case.name for case in flips_of(draft)],
        }
        by = Staff.objects.get(pk=job.started_by_id or 0)
        by.scope = scope_of(by, at)
        if not keep_trial(draft_id=draft.pk, version=job.params["version"], figures=figures, by=by):
            raise JobError(_("方案在试算时改过，请重新试算。"))
        job.result = {"url": f"/policy/drafts/{draft.pk}/", "label": _("查看试算结果")}


def trial_day(draft: ParameterDraft, today: date) -> date:
    """The first day from today on which all its values hold."""
    return max([today, *draft.blocks.values_list("starts_on", flat=True)])


def _codes(job: Job) -> list[str]:
    prefix = str(job.params["prefix"])
    return [code for code in townships(job.using) if code.startswith(prefix) or prefix.startswith(code)]


def _draft(job: Job) -> ParameterDraft:
    draft = ParameterDraft.objects.filter(pk=job.params["draft"], version=job.params["version"]).first()
    if draft is None or not draft.is_open:
        raise JobError(_("方案已经改过或办结，请重新试算。"))
    return draft


def _township(draft: ParameterDraft, code: str, on: date, today: date) -> dict[str, Any]:
    facts = population_facts(code, today)
    try:
        tables = Tables.read(facts.households, facts.persons, facts.obligors)
        result = simulate(county_book(), proposed_book(draft), tables, on)
    except PolicyError as error:
        raise JobError(str(error)) from error
    _keep_changes(draft, result, tables)
    totals = result.totals()
    moves = {f"{r['category'] or ''}>{r['category_after'] or ''}": r["households"] for r in _moved(result).to_dicts()}
    return {name: totals[name] for name in COUNTED} | {"moves": moves}


def _moved(result: Simulation) -> pl.DataFrame:
    return result.moves().filter(pl.col("category").ne_missing(pl.col("category_after")))


def _keep_changes(draft: ParameterDraft, result: Simulation, tables: Tables) -> None:
    places = dict(zip(tables.households["household_id"], tables.households["division_code"], strict=True))
    changed = result.households.filter(pl.col("category").ne_missing(pl.col("category_after")))
    rows = [
        TrialChange(
            draft=draft, household_id=int(row["household_id"]), division_code=places[row["household_id"]],
            before=row["category"] or "", after=row["category_after"] or "",
            fen_before=row["fen_month"], fen_after=row["fen_month_after"],
        )
        for row in changed.to_dicts()
    ]  # fmt: skip
    TrialChange.objects.bulk_create(rows, batch_size=CHUNK)
