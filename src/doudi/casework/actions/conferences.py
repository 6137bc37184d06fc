"""一事一议: recording a conference about a case or a review, with its minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted
from doudi.documents import actions as documents
from doudi.documents.models import Document, Kind
from doudi.documents.owners import Owner
from doudi.documents.sniffing import Refused as NotAFile
from doudi.registry.actions.refusal import Problems, refuse

from ..models import Application, CaseConference, PeriodicReview
from ..models.reviews import ReviewStage
from ..queries.reviews import check_involved
from .moving import move
from .reviews import keep_step

FEWEST = 2
MAY_HOLD = (Permission.CASE_HANDLE, Permission.CASE_CHECK, Permission.CASE_CONFIRM)


@dataclass(frozen=True)
class Talk:
    """What was talked over. `participants`: name and office each."""

    held_on: date
    question: str
    participants: Sequence[tuple[str, str]]
    opinions: str
    conclusion: str


def read_participants(text: str) -> list[tuple[str, str]]:
    """One a line: the name, a space, the office."""
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    return [(parts[0], parts[1].strip() if len(parts) > 1 else "") for parts in lines]


def hold_conference(
    *, matter: Application | PeriodicReview, talk: Talk, source: BinaryIO, name: str, by: Staff, on: date, at: datetime,
    version: int | None = None,
) -> CaseConference:  # fmt: skip
    """Keep the conference and its minutes; for an application it is a step of the case."""
    check_may_hold(matter, by)
    _check(talk, on)
    try:
        with transaction.atomic():
            return _hold(matter, talk, source, name, by, on, at, version)
    except NotAFile as error:
        raise refuse("file", str(error)) from error


def check_may_hold(matter: Application | PeriodicReview, by: Staff) -> None:
    """NotPermitted unless the person handles, checks or decides at the place."""
    if not any(by.may(p, matter.division_code) for p in MAY_HOLD):
        raise NotPermitted(Permission.CASE_HANDLE, matter.division_code)


def _check(talk: Talk, on: date) -> None:
    problems = Problems()
    if talk.held_on > on:
        problems.add("held_on", _("会议日期不能晚于今天。"))
    for field in ("question", "opinions", "conclusion"):
        if len(getattr(talk, field).strip()) < 4:
            problems.add(field, _("请写明，至少 4 个字。"))
    if len({name for name, _office in talk.participants}) < FEWEST:
        problems.add("participants", _("请每行填写一名参加人的姓名和单位，至少两人。"))
    problems.refuse_if_any()


def _hold(
    matter: Application | PeriodicReview, talk: Talk, source: BinaryIO, name: str, by: Staff, on: date, at: datetime,
    version: int | None,
) -> CaseConference:  # fmt: skip
    kept = documents.store(by=by, source=source, name=name, kind=Kind.OTHER, owner=_owner(matter), at=at)
    row = _keep(matter, talk, kept, by, at)
    if isinstance(matter, Application):
        move(matter, "hold_conference", by=by, on=on, at=at, version=version, data={"conference": row.number})
    else:
        problems = Problems()
        check_involved(matter, by, on, problems)
        if matter.stage not in (ReviewStage.OPEN, ReviewStage.PROPOSED):
            problems.add("", _("这次核查已经办结。"))
        problems.refuse_if_any()
        keep_step(matter, "conference", by=by, on=on, at=at, conference=row.number)
    return row


def _keep(
    matter: Application | PeriodicReview, talk: Talk, minutes: Document, by: Staff, at: datetime
) -> CaseConference:
    people = [{"name": who, "office": office} for who, office in talk.participants]
    return CaseConference.objects.create(
        application=matter if isinstance(matter, Application) else None,
        review=matter if isinstance(matter, PeriodicReview) else None,
        division_code=matter.division_code, held_on=talk.held_on, question=talk.question.strip(),
        participants=json.dumps(people, ensure_ascii=False), opinions=talk.opinions.strip(),
        conclusion=talk.conclusion.strip(), minutes=minutes.pk, minutes_digest=minutes.digest, at=at, by_id=by.pk,
    )  # fmt: skip


def _owner(matter: Application | PeriodicReview) -> Owner:
    if matter.household_id is None:
        return Owner("application", str(matter), matter.division_code)
    return Owner("household", str(matter.household_id), matter.division_code)
