"""What must hold of the whole county at the end: `python -m tests.stories.walk.proof silent | found`.

`silent`: whatever ran out without anybody having been told; it must be empty. `found`: what the warnings of the quarter
are worth against the hidden truth, which nothing in the product reads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

BEGAN = date(2026, 11, 2)


def main(what: str) -> None:
    """Look, and print what was found."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    from django.utils import timezone

    now = timezone.now()
    today = timezone.localdate(now)
    json.dump({"silent": silent, "found": found}[what](today, now), sys.stdout, ensure_ascii=False)


def silent(today: date, now: datetime) -> list[str]:
    """Deadlines that passed with nobody told: of cases, visits, reviews, referrals, payments."""
    return [*_cases(today, now), *_visits(today), *_reviews(today), *_referrals(today), *_payments(today)]


def _cases(today: date, now: datetime) -> Iterator[str]:
    """A clock that is late, or was when it ended, since the walk began: every level that must know does."""
    from doudi.casework.actions.escalating import levels
    from doudi.casework.clocks import State
    from doudi.casework.models import Application, Escalation, Level
    from doudi.casework.queries.timing import clocks_of_many

    rows = list(Application.objects.filter(accepted_on__isnull=False))
    told = set(Escalation.objects.values_list("application_id", "key", "began_at", "level"))
    for pk, clocks in clocks_of_many(rows, today=today, now=now, every=True).items():
        for clock in clocks:
            if clock.state is State.UNKNOWN:
                yield f"case {pk}: {clock.limit.key} cannot be counted"
            ended_before = clock.done_on is not None and clock.done_on < BEGAN
            if clock.state is State.MISSED and not ended_before:
                must: list[Level] = [Level.HANDLER, Level.HEAD]
            else:
                must = levels(clock) if clock.state is State.LATE else []
            for level in must:
                if (pk, clock.limit.key, clock.begun_at, level) not in told:
                    yield f"case {pk}: {clock.limit.key} is late and {level} was not told"


def _visits(today: date) -> Iterator[str]:
    from doudi.monitoring.actions.escalating import late_tasks
    from doudi.monitoring.models import Escalation

    told = set(Escalation.objects.values_list("task_id", "due_on"))
    for task in late_tasks(today):
        if (task.pk, task.due_on) not in told:
            yield f"visit {task.number}: late and nobody was told"


def _reviews(today: date) -> Iterator[str]:
    """A review that is late stands before everything else in the queue of whoever must act."""
    from doudi.casework.models import PeriodicReview
    from doudi.casework.queries.reviews import open_reviews

    from ..subsidies import _staff

    shown = {line.review.pk for line in open_reviews(_staff("county_clerk"), today)}
    for review in PeriodicReview.objects.filter(ended_on=None, due_on__lt=today):
        if review.pk not in shown:
            yield f"review {review.number}: late and in nobody's queue"


def _referrals(today: date) -> Iterator[str]:
    from doudi.services.actions.escalating import overdue

    for one in overdue(today):
        yield f"referral {one.pk}: late and not told upwards"


def _payments(today: date) -> Iterator[str]:
    from doudi.payments.models import PaymentRun

    for run in PaymentRun.objects.exclude(state="cancelled"):
        if run.sent_at is None and run.pay_by < today:
            yield f"run {run.number}: not sent"
        elif run.sent_at is not None and run.sent_at.date() > run.pay_by:
            yield f"run {run.number}: sent after its last day"


def found(today: date, now: datetime) -> dict[str, Any]:
    """Households of the truth that should receive and did not, and what happened in secret, beside the warnings."""
    import polars as pl

    from doudi.config.environment import VAR
    from doudi.monitoring.models import EarlyWarning

    truth = pl.read_parquet(VAR / "demo-truth" / "truth.parquet").filter(pl.col("subject") == "household")
    needy = truth.filter(pl.col("should_receive") & (pl.col("registered_category") == "none"))
    events = pl.read_parquet(VAR / "demo-truth" / "events.parquet")
    warned: dict[int, set[str]] = {}
    for household, indicator in EarlyWarning.objects.values_list("household_id", "indicator"):
        warned.setdefault(household, set()).add(indicator)
    return {
        "needy": [(row["household_number"], row["label"], row["traced"], sorted(warned.get(row["household_id"], ())))
                  for row in needy.iter_rows(named=True)],
        "events": [(row["kind"], row["side"], row["household_id"], sorted(warned.get(row["household_id"], ())))
                   for row in events.iter_rows(named=True)],
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
