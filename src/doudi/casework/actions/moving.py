"""The one door through which an application moves. Every verb of casework ends here.

It locks the row, reads the table of moves, and refuses what is out of step, out of place, out of date, done by
somebody involved, or done twice by the same person where two are needed. Then the step is appended, the clocks are
read again, and one event goes to the log, all in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.scope import NotPermitted
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.registry.actions.refusal import Problems

from ..clocks import next_due
from ..models import Application, ApplicationPerson, Step, Waiting
from ..moves import MOVES, Move, permissions_of
from ..programmes import Decider, Programme, decider
from ..queries.involvement import is_involved
from ..queries.timing import clocks_of
from ..stages import ENDED, Stage
from .clock_rows import keep_clocks
from .guards import check


class Changed(Exception):
    """Somebody else moved the case since it was read; `application` is as it stands now, nothing was saved."""

    def __init__(self, application: Application) -> None:
        self.application = application
        super().__init__(_("这件申请刚刚被其他人办理过，请看最新情况后再办。"))


def move(
    application: Application,
    name: str,
    *,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    to: Stage | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Application:
    """Take one step on `on`. `version`: the one the person saw. `changes`: columns that change with the step.

    Raises NotPermitted, Changed, or Refused with every reason at once. Returns the application as it stands now.
    """
    chosen = MOVES[name]
    with transaction.atomic():
        current = lock(application.pk)
        permit_move(current, chosen, by)
        if version is not None and current.version != version:
            raise Changed(current)
        problems = Problems()
        _check_table(current, chosen, problems)
        _check_person(current, chosen, by, on, problems)
        _check_day(current, chosen, on, at, note, problems)
        check(current, chosen.name, by=by, on=on, problems=problems)
        problems.refuse_if_any()
        return _take(current, chosen, by=by, on=on, at=at, note=note, data=data or {}, to=to, changes=changes or {})


def lock(pk: int) -> Application:
    """The application, held until the transaction ends: of two people at once the second sees what the first did."""
    return Application.objects.select_for_update(of=("self",)).get(pk=pk)


def decider_of(application: Application, on: date | None = None) -> Decider:
    """Who decides this case, by its programme and the day it was accepted."""
    day = application.accepted_on or on or application.opened_on
    return decider(Programme(application.programme), day, delegated=application.delegated)


def permit_move(application: Application, chosen: Move, by: Staff) -> None:
    """NotPermitted unless the person holds one of the move's permissions at the place of the case."""
    wanted = permissions_of(chosen, decider_of(application))
    if not any(by.may(p, application.division_code) for p in wanted):
        raise NotPermitted(wanted[0], application.division_code)


def _check_table(application: Application, chosen: Move, problems: Problems) -> None:
    stage = Stage(application.stage)
    if stage not in chosen.sources:
        problems.add("", _("这件申请现在是“%(stage)s”，不能%(move)s。") % {"stage": stage.label, "move": chosen.label})
    if Programme(application.programme) not in chosen.programmes:
        programme = Programme(application.programme).label
        problems.add("", _("“%(programme)s”没有“%(move)s”这一步。") % {"programme": programme, "move": chosen.label})


def _check_person(application: Application, chosen: Move, by: Staff, on: date, problems: Problems) -> None:
    if is_involved(by.pk, application, on):
        problems.add("", _("申请人或其家庭成员是您本人或您备案的近亲属，请交由其他人办理。"))
    if chosen.not_after and _took(application, chosen.not_after, by):
        problems.add("", _("这一步须由另一人办理：您已经手过这件申请。"))


def _took(application: Application, names: tuple[str, ...], by: Staff) -> bool:
    return Step.objects.filter(application=application, move__in=names, by_id=by.pk).exists()


def _check_day(application: Application, chosen: Move, on: date, at: datetime, note: str, problems: Problems) -> None:
    if chosen.needs_note and not note.strip():
        problems.add("note", _("请写明理由。"))
    if on > timezone.localdate(at):
        problems.add("on", _("日期不能晚于今天。"))
    elif chosen.at_once and on < timezone.localdate(at):
        problems.add("on", _("“%(move)s”按登记当天的日期办理，不能补登以前的日期。") % {"move": chosen.label})
    latest = Step.objects.filter(application=application).order_by("-pk").first()
    if latest is not None and on < latest.on:
        said = {"day": f"{latest.on:%Y-%m-%d}", "move": MOVES[latest.move].label}
        problems.add("on", _("日期不能早于上一步“%(move)s”的 %(day)s；补登的事项请注明当天补登。") % said)


def _take(
    current: Application,
    chosen: Move,
    *,
    by: Staff,
    on: date,
    at: datetime,
    note: str,
    data: Mapping[str, Any],
    to: Stage | None,
    changes: Mapping[str, Any],
) -> Application:
    before = Stage(current.stage)
    after = to or chosen.target or before
    for name, value in changes.items():
        setattr(current, name, value)
    current.stage = after
    current.version += 1
    _date(current, chosen, after, on)
    Step.objects.create(
        application=current, division_code=current.division_code, move=chosen.name, from_stage=before, to_stage=after,
        on=on, at=at, by_id=by.pk, note=note.strip() or None, data=dict(data),
    )  # fmt: skip
    refresh(current, on=on, at=at)
    current.save()
    if after in ENDED:
        ApplicationPerson.objects.filter(application=current).update(is_open=False)
    record(current, chosen.name, by, from_stage=before.value, to_stage=after.value, on=str(on), **data)
    return current


def _date(current: Application, chosen: Move, after: Stage, on: date) -> None:
    if chosen.name == "submit":
        current.submitted_on = on
    if chosen.name in ("accept", "accept_relief"):
        current.accepted_on = on
    current.ended_on = (current.ended_on or on) if after in ENDED else None


def refresh(current: Application, *, on: date, at: datetime) -> None:
    """Read the clocks again and write them down; when the next one ends and who has to act is not saved here."""
    told = clocks_of(current, today=max(on, timezone.localdate(at)), now=at, every=True)
    keep_clocks([(current, told)])
    nearest = next_due(told)
    current.due_on = nearest.due_on if nearest else None
    current.due_key = nearest.limit.key if nearest else ""
    current.waiting_for = waiting(current)


WAITS: Mapping[Stage, Waiting] = {
    Stage.DRAFT: Waiting.TOWNSHIP, Stage.SUBMITTED: Waiting.TOWNSHIP, Stage.GAPS: Waiting.FAMILY,
    Stage.SURVEY: Waiting.TOWNSHIP, Stage.REVIEW: Waiting.TOWNSHIP, Stage.NOTICE: Waiting.PUBLIC,
    Stage.OBJECTION: Waiting.TOWNSHIP, Stage.CHECK: Waiting.COUNTY, Stage.RELIEF: Waiting.TOWNSHIP,
    Stage.PAPERS: Waiting.TOWNSHIP,
}  # fmt: skip
DECIDING = {Decider.COUNTY: Waiting.COUNTY, Decider.TOWNSHIP: Waiting.HEAD, Decider.DEPARTMENT: Waiting.DEPARTMENT}


def waiting(application: Application) -> Waiting:
    """Who has to act next."""
    stage = Stage(application.stage)
    if stage is Stage.COUNTY:
        return DECIDING[decider_of(application)]
    return WAITS.get(stage, Waiting.NOBODY)


def record(application: Application, action: str, by: Staff | None, **detail: Any) -> None:
    """One event about the case, and the household it concerns in the detail (ids and codes only)."""
    audit.record(
        by=by,
        action=f"case.{action}",
        subject=Subject("application", str(application.pk), application.division_code),
        detail={"number": application.number, "household": application.household_id, **detail},
    )
