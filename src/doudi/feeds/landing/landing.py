"""The jobs that let facts in, and take them back: part by part, each exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.scope import scope_of
from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.registry.actions.department_facts import Written

from .. import arrivals
from ..actions import moving
from ..contracts import CONTRACTS
from ..models import Batch, BatchFile, ChangedHousehold, DoubtfulPair, State
from . import standing, store
from .facts import kinds, said
from .matching import Matcher, with_subjects
from .reading import batch_of
from .turns import call_next
from .writing import Writer, touched

SUBJECTS_A_PIECE = 20_000
Role = BatchFile.Role
LINK_COLUMNS = {"#row": pl.Int64, "person": pl.Int64, "who": pl.String}


class LandBatch(Steps):
    """Rows against what stands; who left the list; what changed into the registry; then everybody is told."""

    kind = "feeds.land"
    title = gettext_lazy("部门数据入库")
    unit = "行"  # type: ignore[assignment]
    system = True

    def count(self, job: Job) -> int | None:
        return Batch.objects.using(job.using).values_list("good", flat=True).filter(pk=job.params["batch"]).first()

    def step(self, job: Job, at: datetime) -> bool:
        batch = batch_of(job, State.LANDING)
        cursor = {"part": 0, "piece": -1, "changed": 0} | job.cursor
        parts = store.numbers(batch, Role.GOOD, job.using)
        if cursor["part"] < len(parts):
            job.done += take_in_part(batch, parts, parts[cursor["part"]], job.using)
            job.cursor = cursor | {"part": cursor["part"] + 1}
            return True
        if cursor["piece"] < 0:
            leave_list(batch, job.using)
            keep_touched(batch, job.using)
            job.cursor = cursor | {"piece": 0}
            return True
        if write_piece(job, batch, cursor, at, undoing=False):
            return True
        landed(job, batch, at)
        return False


class UndoBatch(Steps):
    """What the batch said is taken away, what gave way to it stands again, and the registry follows."""

    kind = "feeds.undo"
    title = gettext_lazy("撤回部门数据")
    unit = "项"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        batch = batch_of(job, State.UNDOING)
        cursor = {"piece": -1, "changed": 0} | job.cursor
        if cursor["piece"] < 0:
            keep_touched(batch, job.using)
            with connections[job.using].cursor() as db:
                standing.take_back(db, batch)
            job.cursor = cursor | {"piece": 0}
            return True
        if write_piece(job, batch, cursor, at, undoing=True):
            return True
        taken_back(job, batch, at)
        return False


def links_of(batch: Batch, rows: pl.DataFrame, numbers: Iterable[int], using: str) -> pl.DataFrame:
    """Row, person and column of every link of some rows, from the files of these numbers."""
    frames = [frame for n in numbers if (frame := store.read_frame(batch, Role.LINKS, n, using)) is not None]
    told = [frame.select(list(LINK_COLUMNS)).join(rows.select("#row"), on="#row", how="semi") for frame in frames]
    return pl.concat(told) if told else pl.DataFrame(schema=LINK_COLUMNS)


def take_in_part(batch: Batch, parts: list[int], number: int, using: str) -> int:
    """Hold one part of the rows against what the source said before; returns how many rows it has."""
    rows = store.read_frame(batch, Role.GOOD, number, using)
    assert rows is not None
    # Links by number lie part by part; those by features are in one file behind the parts.
    links = links_of(batch, rows, (number, len(parts)), using)
    take_in_rows(batch, rows, links, using)
    return rows.height


def take_in_rows(batch: Batch, rows: pl.DataFrame, links: pl.DataFrame, using: str) -> None:
    """Hold some rows, whose people are known, against what the source said before."""
    contract = CONTRACTS[batch.contract]
    rows = with_subjects(rows, links, contract, batch.as_of, Matcher(batch.division_code, using))
    with connections[using].cursor() as cursor:
        for fact, rules in kinds(contract).items():
            standing.take_in(cursor, batch, fact, rules[0].how, said(rows, contract, rules, batch.as_of))


def leave_list(batch: Batch, using: str) -> None:
    """A whole list also says who is no longer on it; a correction of some rows does not."""
    contract = CONTRACTS[batch.contract]
    if not contract.whole_list or batch.corrects_id:
        return
    with connections[using].cursor() as cursor:
        for fact, rules in kinds(contract).items():
            standing.leave(cursor, batch, fact, rules[0].gone)


def keep_touched(batch: Batch, using: str) -> None:
    """Write down whom the batch touches, in pieces: taking them back later would not know any more."""
    store.forget(batch, using, roles=(Role.TOUCHED,))
    with connections[using].cursor() as cursor:
        frame = touched(cursor, batch)
    for number, piece in enumerate(frame.iter_slices(SUBJECTS_A_PIECE)):
        store.write_frame(batch, Role.TOUCHED, number, piece, using)


def write_piece(job: Job, batch: Batch, cursor: dict[str, Any], at: datetime, *, undoing: bool) -> bool:
    """Write the next piece of what was touched into the registry; False when there is none."""
    frame = store.read_frame(batch, Role.TOUCHED, cursor["piece"], job.using)
    if frame is None:
        return False
    changed = write_subjects(batch, frame, by=staff_of(batch, job.using, at), at=at, using=job.using, undoing=undoing)
    job.cursor = cursor | {"piece": cursor["piece"] + 1, "changed": cursor["changed"] + changed}
    return True


def write_subjects(
    batch: Batch, frame: pl.DataFrame, *, by: Staff | None, at: datetime, using: str, undoing: bool
) -> int:
    """Bring the registry up to date about some kinds and subjects; returns how many facts changed."""
    writer = Writer(batch, by=by, on=timezone.localdate(at), at=at, using=using, undoing=undoing)
    changed = 0
    with connections[using].cursor() as db:
        for (fact,), some in frame.group_by(["fact"], maintain_order=True):
            written: Written = writer.write(db, str(fact), some["subject_id"].to_list())
            changed += written.facts
            note_households(batch, written.households, using)
    return changed


def note_households(batch: Batch, households: Iterable[int], using: str) -> None:
    """Remember about whom something changed: in one statement, a file may touch every household of a county."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            """INSERT INTO feeds_changedhousehold (batch_id, household_id, division_code)
            SELECT %s, household, %s FROM unnest(%s::bigint[]) AS household ON CONFLICT DO NOTHING""",
            [batch.pk, batch.division_code, list(households)],
        )


def staff_of(batch: Batch, using: str, at: datetime) -> Staff | None:
    """In whose name the facts are recorded: whoever sent the file, as long as they may."""
    staff = Staff.objects.using(using).filter(pk=batch.received_by_id or 0, is_active=True).first()
    if staff is None:
        return None
    staff.scope = scope_of(staff, at)
    return staff if staff.may("feed.write") else None


def landed(job: Job, batch: Batch, at: datetime) -> None:
    """The batch is in; whoever waits for data is told, in the same transaction."""
    using, changed = job.using, job.cursor["changed"]
    moving.move(batch, State.LANDED, using=using, landed_at=at, changed=changed)
    moving.record(
        "feeds.landed", batch, None, using=using, rows=batch.rows, good=batch.good, matched=batch.matched,
        doubtful=batch.doubtful, changed=changed,
    )  # fmt: skip
    tell(batch, at, using)
    call_next(batch, at, using)
    job.result = {"changed": changed}


def taken_back(job: Job, batch: Batch, at: datetime) -> None:
    """The batch is out again."""
    moving.move(batch, State.SUPERSEDED, using=job.using, undone_at=at)
    moving.record("feeds.taken_back", batch, None, using=job.using, changed=job.cursor["changed"])
    tell(batch, at, job.using)
    call_next(batch, at, job.using)
    job.result = {"changed": job.cursor["changed"]}


def tell(batch: Batch, at: datetime, using: str) -> None:
    """Tell the rooms above about whom something changed."""
    rows = ChangedHousehold.objects.using(using).filter(batch=batch).order_by("household_id")
    arrivals.tell(batch.pk, list(rows.values_list("household_id", flat=True)), timezone.localdate(at), at)


class LandPairs(Steps):
    """Rows about which a person decided "the same": their facts follow the batch."""

    kind = "feeds.pairs"
    title = gettext_lazy("认定后入库")
    unit = "行"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        batch = batch_of(job, State.LANDED)
        pairs = list(
            DoubtfulPair.objects.using(job.using).filter(
                batch=batch, decision="same", landed_at__isnull=True, said__isnull=False
            )
        )
        if not pairs:
            return False
        rows = _rows_of(batch, pairs, job.using)
        links = pl.DataFrame([(p.row, p.person_id, p.who) for p in pairs], schema=LINK_COLUMNS, orient="row")
        take_in_rows(batch, rows, links, job.using)
        DoubtfulPair.objects.using(job.using).filter(pk__in=[p.pk for p in pairs]).update(landed_at=at)
        with connections[job.using].cursor() as cursor:
            frame = _about(touched(cursor, batch), batch, links, job.using)
        changed = write_subjects(batch, frame, by=staff_of(batch, job.using, at), at=at, using=job.using, undoing=False)
        moving.record("feeds.pairs_landed", batch, None, using=job.using, pairs=len(pairs), changed=changed)
        self._tell(batch, links, at, job.using)
        return False

    def _tell(self, batch: Batch, links: pl.DataFrame, at: datetime, using: str) -> None:
        day = timezone.localdate(at)
        homes = Matcher(batch.division_code, using).households(links["person"].to_list(), day)
        arrivals.tell(batch.pk, sorted(homes["household"].unique().to_list()), day, at)


def _rows_of(batch: Batch, pairs: list[DoubtfulPair], using: str) -> pl.DataFrame:
    """The rows as they were understood, typed as the kept parts are."""
    wanted = [pair.row for pair in pairs]
    frames = [store.read_frame(batch, Role.GOOD, n, using) for n in store.numbers(batch, Role.GOOD, using)]
    kept = [frame.filter(pl.col("#row").is_in(wanted)) for frame in frames if frame is not None]
    if kept:
        return pl.concat(kept)
    # The parts were deleted by schedule: the pair's own sealed copy is all there is, and goes with it.
    return pl.DataFrame([json.loads(str(pair.said)) for pair in pairs])


def _about(frame: pl.DataFrame, batch: Batch, links: pl.DataFrame, using: str) -> pl.DataFrame:
    """Of what the batch touched only what is about these people and their households."""
    people = links["person"].to_list()
    homes = Matcher(batch.division_code, using).households(people, batch.as_of)["household"].to_list()
    whose = {
        fact: homes if rules[0].of == "household" else people
        for fact, rules in kinds(CONTRACTS[batch.contract]).items()
    }
    return pl.concat(
        [frame.filter((pl.col("fact") == fact) & pl.col("subject_id").is_in(ids)) for fact, ids in whose.items()]
    )
