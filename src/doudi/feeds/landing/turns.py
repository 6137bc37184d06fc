"""Files that land by themselves: one of a source after the other, as soon as nothing speaks against it."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from django.db import connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.jobs import actions as jobs
from doudi.jobs.models import Job
from doudi.jobs.steps import Steps
from doudi.registry.actions import Refused

from ..actions import moving
from ..actions.handling import obstacle_to_landing
from ..contracts import CONTRACTS
from ..models import Batch, BatchFile, State
from . import store
from .facts import kinds
from .matching import Matcher
from .standing import on_the_list

MOST_REJECTED, MOST_DOUBTFUL = 0.05, 0.05
"""What comes without a person lands by itself only if fewer of its rows than these are wrong or doubtful."""
UNDER_WAY = (State.LANDING, State.UNDOING)


def land_in_turn(batch: Batch, at: datetime, using: str) -> None:
    """Start the landing of what came without a person, if there is nothing to look at; behind another file it waits."""
    if why := obstacle_to_landing(batch, whole=False) or _too_dirty(batch):
        _note(batch, why, using, waits=False)
        return
    # Refused: another file of the source was faster. It holds the turn now, or is through already: look again.
    while not _is_busy(batch, using):
        try:
            _begin(batch, at, using)
        except Refused:
            continue
        return
    _note(batch, _("这个来源有另一份文件正在入库，完成后接着自动入库。"), using, waits=True)


def _note(batch: Batch, said: str, using: str, *, waits: bool) -> None:
    Batch.objects.using(using).filter(pk=batch.pk).update(awaits_turn=waits, said=said[:300])


def _begin(batch: Batch, at: datetime, using: str) -> None:
    with transaction.atomic(using=using):
        moving.move(batch, State.LANDING, using=using, awaits_turn=False, said="")
        moving.record("feeds.land", batch, None, using=using, good=batch.good, automatic=True)
        moving.start("feeds.land", batch, batch.received_by, at, using=using)


def _is_busy(batch: Batch, using: str) -> bool:
    """Whether a file of the source is landing, or waits longer. A file that is just ending is waited for."""
    rows = Batch.objects.using(using).filter(contract=batch.contract, division_code=batch.division_code)
    under_way = list(rows.filter(state__in=UNDER_WAY).exclude(pk=batch.pk).select_for_update())
    return bool(under_way) or rows.filter(state=State.PREVIEWED, awaits_turn=True, pk__lt=batch.pk).exists()


def call_next(batch: Batch, at: datetime, using: str) -> None:
    """A file of the source is through: the one that has waited longest is looked at again."""
    rows = Batch.objects.using(using).filter(contract=batch.contract, division_code=batch.division_code)
    first = rows.filter(state=State.PREVIEWED, awaits_turn=True).order_by("pk").first()
    if first is not None:
        jobs.start(
            TakeTurn.kind, by_id=None, at=at, params={"batch": first.pk}, title=str(TakeTurn.title),
            place=first.division_code, using=using,
        )  # fmt: skip


class TakeTurn(Steps):
    """Counted again against the list that has landed meanwhile, then landed."""

    kind = "feeds.turn"
    title = gettext_lazy("排队的部门数据入库")
    unit = "份"  # type: ignore[assignment]
    system = True

    def step(self, job: Job, at: datetime) -> bool:
        batch = Batch.objects.using(job.using).filter(pk=job.params["batch"], state=State.PREVIEWED).first()
        if batch is None or not batch.awaits_turn:
            return False
        Batch.objects.using(job.using).filter(pk=batch.pk).update(awaits_turn=False)
        count_leaving(batch, job.using)
        land_in_turn(batch, at, job.using)
        batch.refresh_from_db(using=job.using)
        if batch.state == State.PREVIEWED and not batch.awaits_turn:
            call_next(batch, at, job.using)
        return False


def _too_dirty(batch: Batch) -> str:
    rows, good = batch.rows or 0, batch.good or 0
    if (batch.rejected or 0) > rows * MOST_REJECTED:
        return _("需更正的行太多，请看过之后再入库。")
    if (batch.doubtful or 0) > good * MOST_DOUBTFUL:
        return _("待认定的行太多，请看过之后再入库。")
    return ""


def count_leaving(batch: Batch, using: str) -> None:
    """Note how many of the earlier list are not on this one, and how many there were."""
    batch.leaving, batch.staying = _leaving(batch, using)
    Batch.objects.using(using).filter(pk=batch.pk).update(leaving=batch.leaving, staying=batch.staying)


def _leaving(batch: Batch, using: str) -> tuple[int | None, int | None]:
    """Both unknown where the file is no whole list."""
    contract = CONTRACTS[batch.contract]
    facts = [fact for fact, rules in kinds(contract).items() if any(rule.gone != "keep" for rule in rules)]
    if not contract.whole_list or batch.corrects_id or not facts:
        return None, None
    rules = kinds(contract)[facts[0]]
    links = [
        store.read_frame(batch, BatchFile.Role.LINKS, n, using)
        for n in store.numbers(batch, BatchFile.Role.LINKS, using)
    ]
    people = pl.concat([f for f in links if f is not None])["person"].unique().to_list() if links else []
    if rules[0].of == "household":
        people = Matcher(batch.division_code, using).households(people, batch.as_of)["household"].unique().to_list()
    with connections[using].cursor() as cursor:
        return on_the_list(cursor, batch, facts[0], people)
