"""Findings become warnings, and warnings of one household become one task. The only place where either is made.

What comes in is a set: the order of findings, and how they are cut into calls, makes no difference to the task.
Whoever raises holds one lock (`one_at_a_time`), and the database has the last word: one open warning a household,
person and indicator, one open task a household.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from doudi.accounts.models import Staff
from doudi.kernel.calendar import MissingYear, WorkCalendar
from doudi.places.queries import calendar_for
from doudi.privacy.cipher import keyring
from doudi.registry.models import Household

from ..models import (
    OPEN_TASK,
    OPEN_WARNING,
    EarlyWarning,
    Outcome,
    TaskState,
    VisitTask,
    WarningState,
)
from .assigning import assign_by_workload
from .recording import next_number, one_at_a_time, record

Key = tuple[int, int | None, str]
QUIET_DAYS = {"help": 90, "stop": 30}
"""How long the same finding stays quiet after a task about it was closed as true: help is under way by then."""


@dataclass(frozen=True)
class Finding:
    """What an indicator says of a household. `evidence` is JSON; `same` the part of it that makes it this finding:
    what only tells that days go by is left out of it, so that "not true" stays said until something else is.
    """

    household_id: int
    person_id: int | None
    indicator: str
    group: str
    sentence: str
    evidence: str
    clauses: tuple[str, ...]
    deadline_days: int
    thresholds: Mapping[str, object] = field(default_factory=dict)
    needs: str = ""
    watch_only: bool = False
    same: str = ""

    @property
    def key(self) -> Key:
        return self.household_id, self.person_id, self.indicator

    @property
    def digest(self) -> str:
        return keyring().digest((self.same or self.evidence).encode())


@dataclass
class Raised:
    """What a call did."""

    warnings: int = 0
    tasks: int = 0
    lapsed: int = 0
    withdrawn: int = 0


def raise_findings(
    findings: Collection[Finding], *, looked: Q | None, by: Staff | None, on: date, at: datetime,
    using: str = "default",
) -> Raised:  # fmt: skip
    """Make, refresh and end warnings, and put the open ones of each household into its one task.

    `looked`: which open warnings were looked at again, so that those not found any more have lapsed; None: nothing was
    looked at but what is given (a lead).
    """
    with transaction.atomic(using=using):
        one_at_a_time(using=using)
        raised = Raised()
        found = {
            one.key: one for one in sorted(findings, key=lambda f: (f.household_id, f.person_id or 0, f.indicator))
        }
        homes = {one.household_id for one in found.values()}
        open_now = {_key(w): w for w in _open(homes, looked, using)}
        _refresh([(open_now[key], one) for key, one in found.items() if key in open_now], on, using)
        quiet = _quiet(homes, on, using)
        places = dict(Household.objects.using(using).filter(pk__in=homes).values_list("pk", "division_code"))
        fresh = [
            one for key, one in found.items()
            if key not in open_now and one.household_id in places and not _is_quiet(one, quiet, on)
        ]  # fmt: skip
        made = [_warning(one, places[one.household_id], on, at) for one in fresh]
        woken = [w for key, w in open_now.items() if key in found and _wakes(w, found[key])]
        if looked is not None:
            _lapse([w for key, w in open_now.items() if key not in found], raised, on, using)
        _into_tasks([w for w in made if w.state == WarningState.RAISED], woken, raised, by, on, at, using)
        EarlyWarning.objects.using(using).bulk_create(made)
        raised.warnings = len(made)
        return raised


def _key(warning: EarlyWarning) -> Key:
    return warning.household_id, warning.person_id, warning.indicator


def _open(homes: Collection[int], looked: Q | None, using: str) -> Iterable[EarlyWarning]:
    wanted = Q(household__in=homes) if looked is None else Q(household__in=homes) | looked
    rows = EarlyWarning.objects.using(using).filter(wanted, state__in=OPEN_WARNING)
    return rows.defer("evidence", "sentence").order_by("pk")  # nothing is decrypted to compare digests


def _refresh(pairs: Iterable[tuple[EarlyWarning, Finding]], on: date, using: str) -> None:
    """An open warning that is found again says what is known now."""
    rows = EarlyWarning.objects.using(using)
    same: list[tuple[EarlyWarning, Finding]] = []
    changed: list[tuple[EarlyWarning, Finding]] = []
    for warning, one in pairs:
        (same if warning.evidence_digest == one.digest else changed).append((warning, one))
    rows.filter(pk__in=[w.pk for w, _one in same]).update(last_seen_on=on)
    for warning, one in changed:
        warning.evidence, warning.evidence_digest, warning.sentence = one.evidence, one.digest, one.sentence
        warning.thresholds, warning.last_seen_on = dict(one.thresholds), on
    rows.bulk_update(
        [w for w, _one in changed], ["evidence", "evidence_digest", "sentence", "thresholds", "last_seen_on"]
    )


def _quiet(homes: Collection[int], on: date, using: str) -> dict[Key, list[EarlyWarning]]:
    """The warnings that were verified before."""
    told: dict[Key, list[EarlyWarning]] = defaultdict(list)
    rows = EarlyWarning.objects.using(using).filter(household__in=homes, state=WarningState.VERIFIED)
    for warning in rows.only("household_id", "person_id", "indicator", "evidence_digest", "outcome", "closed_on"):
        told[_key(warning)].append(warning)
    return told


def _is_quiet(one: Finding, quiet: Mapping[Key, list[EarlyWarning]], on: date) -> bool:
    """Not raised again: it was false and nothing has changed, or it was true and was dealt with lately."""
    for warning in quiet.get(one.key, ()):
        if warning.evidence_digest != one.digest:
            continue
        if warning.outcome == Outcome.FALSE:
            return True
        if warning.closed_on and on < warning.closed_on + timedelta(days=QUIET_DAYS[one.group]):
            return True
    return False


def _warning(one: Finding, place: str, on: date, at: datetime) -> EarlyWarning:
    return EarlyWarning(
        household_id=one.household_id, person_id=one.person_id, division_code=place, indicator=one.indicator,
        group=one.group, needs=one.needs, thresholds=dict(one.thresholds), evidence=one.evidence,
        evidence_digest=one.digest, sentence=one.sentence, clauses=list(one.clauses), deadline_days=one.deadline_days,
        raised_on=on, raised_at=at, last_seen_on=on,
        state=WarningState.WATCHED if one.watch_only else WarningState.RAISED,
    )  # fmt: skip


def _wakes(warning: EarlyWarning, one: Finding) -> bool:
    return warning.state == WarningState.WATCHED and not one.watch_only


def _lapse(gone: Collection[EarlyWarning], raised: Raised, on: date, using: str) -> None:
    """The cause is gone: the warning lapses, and a task that has no other and that nobody went to is withdrawn."""
    ids = [w.pk for w in gone]
    EarlyWarning.objects.using(using).filter(pk__in=ids).update(state=WarningState.LAPSED, closed_on=on)
    raised.lapsed = len(ids)
    tasks = {w.task_id for w in gone if w.task_id is not None}
    for task in VisitTask.objects.using(using).select_for_update().filter(pk__in=tasks, state__in=OPEN_TASK):
        task.signals = task.warnings.using(using).filter(state=WarningState.RAISED).count()  # type: ignore[attr-defined]
        task.version += 1
        if not task.signals and task.state != TaskState.VISITED:
            task.state, task.closed_on = TaskState.WITHDRAWN, on
            raised.withdrawn += 1
            record(task, "withdraw", None, using=using)
        task.save(using=using, update_fields=["signals", "version", "state", "closed_on"])


def _into_tasks(
    made: list[EarlyWarning], woken: list[EarlyWarning], raised: Raised, by: Staff | None, on: date, at: datetime,
    using: str,
) -> None:  # fmt: skip
    """Put warnings into the one open task of their household, new if need be; the strictest deadline counts."""
    groups: dict[int, list[EarlyWarning]] = defaultdict(list)
    for warning in (*made, *woken):
        groups[warning.household_id].append(warning)
    rows = VisitTask.objects.using(using).select_for_update().filter(household__in=groups, state__in=OPEN_TASK)
    there = {task.household_id: task for task in rows}
    calendar, new = calendar_for(), []
    for home, warnings in sorted(groups.items()):
        due_on = min((d for w in warnings if (d := _due(on, w.deadline_days, calendar))), default=None)
        task = there.get(home)
        if task is None:
            task = VisitTask.objects.using(using).create(
                number=next_number("RW", on, using=using), household_id=home, division_code=warnings[0].division_code,
                opened_on=on, opened_at=at, due_on=due_on, signals=len(warnings),
            )  # fmt: skip
            new.append(task)
            record(task, "raise", by, using=using, indicators=sorted({w.indicator for w in warnings}))
        else:
            _join(task, warnings, due_on, by, using)
        for warning in warnings:
            warning.task, warning.state = task, WarningState.RAISED
    EarlyWarning.objects.using(using).bulk_update(woken, ["task", "state"])
    raised.tasks = len(new)
    assign_by_workload(new, on=on, at=at, using=using)


def _join(task: VisitTask, warnings: list[EarlyWarning], due_on: date | None, by: Staff | None, using: str) -> None:
    task.due_on = min((d for d in (task.due_on, due_on) if d), default=None)
    task.signals, task.version, task.questions = task.signals + len(warnings), task.version + 1, None
    task.save(using=using, update_fields=["due_on", "signals", "version", "questions"])
    record(task, "join", by, using=using, indicators=sorted({w.indicator for w in warnings}))


def _due(on: date, days: int, calendar: WorkCalendar) -> date | None:
    try:
        return calendar.add_workdays(on, days)
    except MissingYear:
        return None
