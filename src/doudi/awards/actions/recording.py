"""How every act is done: lock the award, move its rows, append the change, tell the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.registry.actions.appending import append, days, supersede, without
from doudi.registry.actions.checks import check_reason
from doudi.registry.actions.refusal import Conflict, Problems
from doudi.registry.models.dated import Dated

from ..kinds import Act
from ..models import Award, AwardChange, AwardLine, AwardMember, Suspension
from ..reasons import REASONS, clauses_of, must_hear, reason_label

Days = tuple[date, date | None]
TABLES: dict[str, type[Dated]] = {"line": AwardLine, "member": AwardMember, "suspension": Suspension}
NAMES = {model: name for name, model in TABLES.items()}
CHANGING = ("ends_on", "ended_because", "phase_out_from")
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Why:
    """Why an act is done: a reason of the table, the number of what was decided or heard, and words.

    `person`: the member it is about, where it is about one.
    """

    reason: str
    reference: str = ""
    note: str = ""
    person: int | None = None


@dataclass
class Work:
    """One act under way: the locked award, who does it when, and the rows it has moved so far."""

    award: Award
    by: Staff
    on: date
    at: datetime
    gone: list[list[Any]] = field(default_factory=list)
    new: list[list[Any]] = field(default_factory=list)
    was: dict[str, str | None] = field(default_factory=dict)
    again: list[list[Any]] = field(default_factory=list)

    def put(self, row: Dated) -> None:
        """Save a new row of the award."""
        row.division_code = self.award.division_code
        row.recorded_at, row.recorded_by_id = self.at, self.by.pk
        row.save()
        self.new.append([NAMES[type(row)], row.pk])

    def drop(self, row: Dated) -> None:
        """Stop believing a row."""
        supersede(row, self.at)
        self.gone.append([NAMES[type(row)], row.pk])

    def again_like(self, row: Dated, **changes: Any) -> Dated:
        """Say again what a row said, but for the changes."""
        copy = append(row, by=self.by, at=self.at, division_code=self.award.division_code, **changes)
        self.new.append([NAMES[type(row)], copy.pk])
        return copy

    def clear(self, rows: Iterable[Dated], taken: Days) -> None:
        """The rows no longer say anything about these days, and still say the rest."""
        for row in rows:
            pieces = without(days(row), taken)
            if pieces == [days(row)]:
                continue
            self.drop(row)
            for start, until in pieces:
                self.again_like(row, starts_on=start, ends_on=until)

    def set(self, **changes: Any) -> None:
        """Change the award itself, remembering what it was."""
        for name, value in changes.items():
            before = getattr(self.award, name)
            self.was[name] = before.isoformat() if isinstance(before, date) else before
            setattr(self.award, name, value)
        Award.objects.filter(pk=self.award.pk).update(**changes)

    def moved(self) -> dict[str, Any]:
        """What was done to the rows, to be kept with the change."""
        told = {"gone": self.gone, "new": self.new, "was": self.was, "again": self.again}
        return {name: value for name, value in told.items() if value}


@contextmanager
def working(award: Award, *, by: Staff, on: date, at: datetime, version: int | None) -> Iterator[Work]:
    """Lock an award and work on it; Conflict if it is no longer the version that was seen. Call within `guarded`."""
    permit(by, Permission.AWARD_WRITE, place=award.division_code)
    locked = Award.objects.select_for_update().get(pk=award.pk)
    permit(by, Permission.AWARD_WRITE, place=locked.division_code)
    if version is not None and version != locked.version:
        raise Conflict
    yield Work(locked, by, on, at)
    Award.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    locked.version += 1
    for name in (*CHANGING, "version"):
        setattr(award, name, getattr(locked, name))


@contextmanager
def held(award: Award, *, by: Staff) -> Iterator[None]:
    """Nobody else changes the award between what is read here and the act that follows from it."""
    permit(by, Permission.AWARD_WRITE, place=award.division_code)
    with transaction.atomic():
        award.ends_on = Award.objects.select_for_update().get(pk=award.pk).ends_on
        yield


def known(model: type[Dated], award: Award) -> Sequence[Any]:
    """The believed rows of an award in one table."""
    rows: Any = model._default_manager
    return list(rows.known().filter(award=award).order_by("pk"))


def check_why(why: Why, act: Act, on: date, problems: Problems) -> None:
    """The reason fits the act, the words can be printed, and nothing is taken away unheard (LAW26-48)."""
    reason = REASONS.get(why.reason)
    if reason is None or act not in reason.acts:
        said = {"act": act.label}
        problems.add("reason", _("“%(act)s”没有这个原因，请从列表中选择。") % said)
        return
    if why.note:
        check_reason(why.note, problems, LONGEST_NOTE, field="note")
    taking = act in (Act.REDUCE, Act.SUSPEND, Act.END, Act.PHASE_OUT)
    if taking and must_hear(reason, on) and not why.reference.strip():
        problems.add("reference", _("减发、停发前须听取本人意见（《社会救助法》第48条），请填写决定或意见记录的编号。"))


def check_month(month: date, problems: Problems, name: str = "from_month") -> bool:
    """Awards run from the first of a month."""
    if month.day != 1:
        problems.add(name, _("待遇按整月计算，请填写当月 1 日。"))
    return month.day == 1


def check_inside(award: Award, month: date, problems: Problems) -> bool:
    """The month is one of the award's."""
    if not check_month(month, problems):
        return False
    if month < award.starts_on:
        problems.add("from_month", _("早于待遇起始月 %(m)s，请核对。") % {"m": f"{award.starts_on:%Y-%m}"})
    elif award.ends_on is not None and award.ends_on <= month:
        problems.add("from_month", _("该待遇自 %(m)s 起已终止，请核对月份。") % {"m": f"{award.ends_on:%Y-%m}"})
    else:
        return True
    return False


def keep(
    work: Work,
    act: Act,
    why: Why,
    *,
    fen: tuple[int, int],
    from_month: date,
    until: date | None = None,
    months: int | None = None,
    takes_back: AwardChange | None = None,
) -> AwardChange:
    """Append the change and the event. `fen`: the monthly total at `from_month` before and after."""
    award, (before, after) = work.award, fen
    row = AwardChange.objects.create(
        award=award, division_code=award.division_code, act=act, reason=why.reason, person_id=why.person,
        clauses=clauses_of(why.reason, award.programme, work.on), before_fen=before, after_fen=after,
        effective_from=from_month, until=until, months=months,
        reference=why.reference.strip()[:40], note=why.note.strip() or None,
        on=work.on, at=work.at, by_id=work.by.pk, takes_back=takes_back, moved=work.moved(),
    )  # fmt: skip
    audit.record(
        by=work.by,
        action=f"award.{act.value}",
        subject=Subject("household", str(award.household_id), award.division_code),
        purpose=reason_label(why.reason),
        before={"fen_month": before},
        after={"fen_month": after},
        detail={"award": award.number, "change": row.pk, "from": f"{from_month:%Y-%m}", "reason": why.reason},
    )
    return row
