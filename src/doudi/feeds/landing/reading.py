"""The job that reads a file: understood, checked, matched to people, and shown. Nothing in the registry changes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps

from ..actions import moving
from ..contracts import CONTRACTS
from ..models import Batch, BatchFile, DoubtfulPair, RememberedMapping, State
from . import store
from .matching import OTHER_NAME, Matcher
from .turns import count_leaving, land_in_turn
from .understanding import Unusable, understand

ROWS_A_PART = 50_000
MOST_PAIRS = 5_000
"""More doubtful pairs than this nobody decides: then the columns are mapped wrong, or it is another county's file."""
Role = BatchFile.Role


def _end_of(month: date) -> date:
    """The last day of a month, which is how far a row about the month reaches."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def batch_of(job: Job, *states: State) -> Batch:
    """The batch of a job, if it is where the job expects it."""
    batch = Batch.objects.using(job.using).filter(pk=job.params.get("batch", 0)).first()
    if batch is None or batch.state not in states:
        raise JobError(_("这一批数据已有变动，任务不再继续"))
    return batch


class ReadBatch(Steps):
    """First the whole file, then its people part by part, then those without a number."""

    kind = "feeds.read"
    title = gettext_lazy("读取部门数据")
    unit = "行"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        batch = batch_of(job, State.RECEIVED)
        done = job.cursor.get("done", [])
        if "read" not in done:
            return self._read(job, batch, at)
        parts = store.numbers(batch, Role.GOOD, job.using)
        waiting = [number for number in parts if number not in done]
        if waiting:
            self._match(job, batch, waiting[0])
            job.cursor = {**job.cursor, "done": [*done, waiting[0]]}
            return True
        self._link(job, batch, parts)
        self._finish(job, batch, at)
        return False

    def _read(self, job: Job, batch: Batch, at: datetime) -> bool:
        """Understand the file and keep what was understood; False if it cannot be used at all."""
        using = job.using
        store.forget(batch, using, roles=(Role.GOOD, Role.REJECTS, Role.LINKS))
        DoubtfulPair.objects.using(using).filter(batch=batch, decision="").delete()
        on = timezone.localdate(at)
        try:
            with store.opened_raw(batch, using) as path:
                seen = understand(
                    path, batch, self._mapping_of(batch, using), Matcher(batch.division_code, using).county_names(), on
                )
        except Unusable as problem:
            moving.move(batch, State.REFUSED, using=using, said=str(problem)[:300])
            moving.record("feeds.refuse", batch, None, using=using, automatic=True)
            return False
        for number, part in enumerate(seen.good.iter_slices(ROWS_A_PART)):
            store.write_frame(batch, Role.GOOD, number, part, using)
        if seen.rejects.height:
            store.write_frame(batch, Role.REJECTS, 0, seen.rejects, using)
            store.write_frame(batch, Role.REJECTS, 1, seen.raw, using)
        values = seen.values | {"as_of": self._day(batch, seen.good, on), "months": self._months(batch, seen.good)}
        Batch.objects.using(using).filter(pk=batch.pk).update(**values)
        job.total, job.cursor = seen.good.height, {"done": ["read"], "doubtful": 0, "matched": 0}
        return True

    def _mapping_of(self, batch: Batch, using: str) -> dict[str, dict[str, str]]:
        """Signature → mapping: what a person has set on this batch ('' for any), and what is remembered."""
        if batch.mapped_by_hand:
            return {"": batch.mapping}
        rows = RememberedMapping.objects.using(using).filter(contract=batch.contract, division_code=batch.division_code)
        return dict(rows.values_list("signature", "mapping"))

    def _day(self, batch: Batch, good: pl.DataFrame, on: date) -> date:
        """How far the data reaches: the last day in the file, else the day that was given with it."""
        name = CONTRACTS[batch.contract].dated_by
        if not name or name not in good.columns:
            return batch.as_of
        last = good[name].filter(good[name] <= on).max()
        if not isinstance(last, date):
            return batch.as_of
        return min(_end_of(last), on) if CONTRACTS[batch.contract].column(name).kind == "month" else last

    def _months(self, batch: Batch, good: pl.DataFrame) -> list[str]:
        """The months the file is about; a single late row does not make it about another month."""
        whens = [r.when for r in CONTRACTS[batch.contract].facts if r.how == "year_sum"]
        if not whens or not good.height:
            return []
        counted = good.select(pl.col(whens[0]).dt.truncate("1mo").alias("month")).drop_nulls()["month"].value_counts()
        told = counted.filter(pl.col("count") * 50 >= good.height)["month"].sort().to_list()
        return [month.isoformat() for month in told]

    def _match(self, job: Job, batch: Batch, number: int) -> None:
        contract, matcher = CONTRACTS[batch.contract], _matcher(job, batch)
        rows = store.read_frame(batch, Role.GOOD, number, job.using)
        assert rows is not None
        links = []
        for one in contract.people:
            who = one.resident_id
            found = matcher.by_number(rows, who, one.name)
            sure = found.filter(~pl.col("other_name")).select("#row", "person", pl.lit(who).alias("who"))
            links.append(sure)
            other = found.filter(pl.col("other_name")).select("#row", "person").with_columns(probability=OTHER_NAME)
            self._doubt(job, batch, rows, other, who, _other_name())
        linked = pl.concat(links)
        store.write_frame(batch, Role.LINKS, number, linked, job.using)
        job.cursor["matched"] += linked["#row"].n_unique()
        job.done += rows.height

    def _link(self, job: Job, batch: Batch, parts: list[int]) -> None:
        """Rows without a number, all at once: only among all of them it shows who is alike."""
        frames = [store.read_frame(batch, Role.GOOD, number, job.using) for number in parts]
        matcher, links = _matcher(job, batch), []
        for one in CONTRACTS[batch.contract].people:
            bare = [f.filter(pl.col(one.resident_id).is_null()) for f in frames if f is not None]
            rows = pl.concat(bare) if bare else pl.DataFrame()
            if not rows.height or not one.name:
                continue
            found = matcher.by_features(rows, one)
            links.append(found.links.select("#row", "person", pl.lit(one.resident_id).alias("who")))
            self._doubt(job, batch, rows, found.doubtful, one.resident_id, None)
        if links:
            store.write_frame(batch, Role.LINKS, len(parts), pl.concat(links), job.using)
            job.cursor["matched"] += pl.concat(links)["#row"].n_unique()

    def _doubt(
        self, job: Job, batch: Batch, rows: pl.DataFrame, pairs: pl.DataFrame, who: str, words: list[Any] | None
    ) -> None:
        """Put pairs in the queue; beyond a limit they are only counted."""
        job.cursor["doubtful"] += pairs["#row"].n_unique()
        room = MOST_PAIRS - DoubtfulPair.objects.using(job.using).filter(batch=batch).count()
        kept = pairs.head(max(room, 0))
        said = {row["#row"]: row for row in rows.join(kept, on="#row", how="semi").iter_rows(named=True)}
        decided = set(
            DoubtfulPair.objects.using(job.using).filter(batch=batch, who=who).values_list("row", "person_id")
        )
        DoubtfulPair.objects.using(job.using).bulk_create(
            DoubtfulPair(
                batch=batch, person_id=pair["person"], division_code=batch.division_code, liaison=batch.liaison,
                row=pair["#row"], who=who, said=json.dumps(said[pair["#row"]], ensure_ascii=False, default=str),
                probability=pair["probability"], explanation=words or pair["features"],
            )
            for pair in kept.iter_rows(named=True) if (pair["#row"], pair["person"]) not in decided
        )  # fmt: skip

    def _finish(self, job: Job, batch: Batch, at: datetime) -> None:
        using, cursor = job.using, job.cursor
        good = Batch.objects.using(using).values_list("good", flat=True).get(pk=batch.pk) or 0
        unmatched = max(good - cursor["matched"] - cursor["doubtful"], 0)
        moving.move(
            batch, State.PREVIEWED, using=using, matched=cursor["matched"], doubtful=cursor["doubtful"],
            unmatched=unmatched, awaits_turn=False,
        )  # fmt: skip
        count_leaving(batch, using)
        job.result = {"good": good, "matched": cursor["matched"]}
        if batch.lands_by_itself and not batch.mapped_by_hand:
            land_in_turn(batch, at, using)


def _matcher(job: Job, batch: Batch) -> Matcher:
    return Matcher(batch.division_code, job.using, work=f"{job.pk} {job.started_at}")


def _other_name() -> list[dict[str, Any]]:
    return [
        {"feature": "number", "words": str(_("身份证号相同")), "weight": 1.0},
        {"feature": "name", "words": str(_("姓名不同，读音也不同")), "weight": -1.0},
    ]
