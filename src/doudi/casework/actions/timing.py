"""The clock stands still, goes on, or is given more time: each with a ground that is listed, and on the record."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.documents import actions as documents
from doudi.documents.models import Document, Kind
from doudi.documents.owners import Owner
from doudi.documents.sniffing import Refused as NotAFile
from doudi.registry.actions.refusal import Problems, refuse

from ..limits import ExtensionGround, PauseGround
from ..models import Application, Pause
from .moving import move, refresh


def pause(
    *,
    application: Application,
    ground: PauseGround | str,
    document: int,
    by: Staff,
    on: date,
    at: datetime,
    note: str,
    version: int | None = None,
) -> Application:
    """Stop the clocks from today on. Never for days that have passed: nobody repairs a missed day by a pause."""
    problems = Problems()
    _check_today(on, at, problems)
    if ground not in PauseGround.values:
        problems.add("ground", _("请选择一项列明的暂停理由。"))
    if not _evidence(application, document):
        problems.add("document", _("请附上证明暂停理由的材料，须是本申请或本家庭的材料。"))
    problems.refuse_if_any()
    with transaction.atomic():
        data = {"ground": str(ground), "document": document}
        moved = move(application, "pause", by=by, on=on, at=at, version=version, note=note, data=data)
        Pause.objects.create(
            application=moved, division_code=moved.division_code, ground=ground, starts_on=on, document=document,
            by_id=by.pk,
        )  # fmt: skip
        return _read_again(moved, on, at)


def pause_with_file(
    *,
    application: Application,
    source: BinaryIO,
    name: str,
    ground: PauseGround | str,
    by: Staff,
    on: date,
    at: datetime,
    note: str,
    version: int | None = None,
) -> Application:
    """Keep the evidence and stop the clocks in one act."""
    try:
        with transaction.atomic():
            kept = documents.store(by=by, source=source, name=name, kind=Kind.OTHER, owner=_owner(application), at=at)
            return pause(
                application=application, ground=ground, document=kept.pk, by=by, on=on, at=at, note=note,
                version=version,
            )  # fmt: skip
    except NotAFile as error:
        raise refuse("evidence", str(error)) from error


def resume(
    *, application: Application, by: Staff, on: date, at: datetime, note: str = "", version: int | None = None
) -> Application:
    """The clocks go on: the day of resuming counts again."""
    with transaction.atomic():
        moved = move(application, "resume", by=by, on=on, at=at, version=version, note=note)
        stood = Pause.objects.get(application=moved, ends_on=None)
        stood.ends_on = on
        stood.save(update_fields=["ends_on"])
        return _read_again(moved, on, at)


def extend(
    *,
    application: Application,
    ground: ExtensionGround | str,
    by: Staff,
    on: date,
    at: datetime,
    note: str,
    version: int | None = None,
) -> Application:
    """Forty-five working days instead of thirty or twenty (M57-22, N22-四(一), RIGID-8): once, and in time."""
    problems = Problems()
    _check_today(on, at, problems)
    if ground not in ExtensionGround.values:
        problems.add("ground", _("请选择一项法定的延长理由。"))
    problems.refuse_if_any()
    return move(
        application, "extend", by=by, on=on, at=at, version=version, note=note, data={"ground": str(ground)},
        changes={"extended_for": str(ground)},
    )  # fmt: skip


def _check_today(on: date, at: datetime, problems: Problems) -> None:
    if on != timezone.localdate(at):
        problems.add("on", _("从登记当天起生效，不能补登以前的日期。"))


def _evidence(application: Application, document: int) -> bool:
    owners = {("application", str(application.pk)), ("application", application.number)}
    owners.add(("household", str(application.household_id)))
    found = Document.objects.kept().filter(pk=document, division_code=application.division_code).first()
    return found is not None and (found.owner_kind, found.owner_id) in owners


def _owner(application: Application) -> Owner:
    if application.household_id is None:
        return Owner("application", application.number, application.division_code)
    return Owner("household", str(application.household_id), application.division_code)


def _read_again(moved: Application, on: date, at: datetime) -> Application:
    """The pause was written after the step, so the last days are read once more."""
    refresh(moved, on=on, at=at)
    moved.save(update_fields=["due_on", "due_key"])
    return moved
