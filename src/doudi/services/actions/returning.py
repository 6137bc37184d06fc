"""A returned sheet carried out row by row through the actions of the page; sent twice, it changes nothing twice."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted, permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.files import attach
from doudi.jobs.models import Job, JobFile
from doudi.registry.actions.refusal import Problem, Refused, refuse
from doudi.registry.exports import XLSX
from doudi.registry.imports.reading import Unreadable

from ..models import Referral
from ..moves import MOVES, Move
from ..queries.lists import referrals_for
from ..sheets import FILLED, NUMBER, Returned, read_sheet
from . import answering

KIND = "services.returned"
HEADING = {field: heading for heading, field in FILLED.items()}


def start_return(*, content: bytes, file_name: str, by: Staff, on: date, at: datetime) -> Job:
    """Carry out a returned sheet in the background. Refused if it is no such sheet or answers nothing."""
    permit(by, Permission.REFERRAL_ANSWER)
    try:
        sheet = read_sheet(content)
    except Unreadable as problem:
        raise refuse("file", str(problem)) from problem
    if not sheet.rows:
        raise refuse("file", _("“答复”一列都是空的，没有可办理的行。"))
    place = min(by.scope.places(Permission.REFERRAL_ANSWER), key=len)
    with transaction.atomic():
        job = jobs.start(KIND, by_id=by.pk, at=at, params={"on": on.isoformat()}, place=place,
                         title=_("批量答复：%(name)s") % {"name": file_name[:60]})  # fmt: skip
        attach(job, JobFile.Role.PART, name=file_name[:100], media_type=XLSX, stream=io.BytesIO(content), at=at)
        record(by=by, action="referral.return", subject=Subject("job", str(job.pk), place),
               detail={"rows": len(sheet.rows)})  # fmt: skip
    return job


def carry_out(row: Returned, *, by: Staff, on: date, at: datetime) -> Returned | None:
    """Do what one row says. None if it is done (now or before), else the row with its problems."""
    if row.problems or row.move is None:
        return row
    referral = referrals_for(by).filter(pk=row.referral_id or 0).first()
    if referral is None:
        return replace(row, problems=(Problem(NUMBER, _("没有这件转介，或者不是转给本部门的。")),))
    if is_done(row, referral):
        return None
    try:
        _act(row, referral, by, on, at)
    except Refused as refused:
        found = tuple(Problem(HEADING.get(p.field, p.field) or NUMBER, p.message) for p in refused.problems)
        return replace(row, problems=found)
    except NotPermitted:
        return replace(row, problems=(Problem(NUMBER, _("这件转介不由您所在的部门答复。")),))
    return None


def is_done(row: Returned, referral: Referral) -> bool:
    """Whether the referral already says what the row says: the same sheet came before."""
    assert row.move is not None
    if referral.state != MOVES[row.move].after:
        return False
    if row.move == Move.GIVE:
        said = (row.what.strip(), row.fen, row.given_on)
        return said == (str(referral.given_what or ""), referral.given_fen, referral.given_on)
    return row.move == Move.ACCEPT or row.reason == referral.reason


def _act(row: Returned, referral: Referral, by: Staff, on: date, at: datetime) -> None:
    if row.move == Move.ACCEPT:
        answering.accept(referral=referral, note=row.note, by=by, on=on, at=at)
    elif row.move == Move.GIVE:
        assert row.given_on is not None
        answering.give(referral=referral, what=row.what, fen=row.fen, given_on=row.given_on, note=row.note, by=by,
                       on=on, at=at)  # fmt: skip
    else:
        verb = answering.refuse if row.move == Move.REFUSE else answering.give_nothing
        verb(referral=referral, reason=row.reason, note=row.note, by=by, on=on, at=at)
