"""An emergency on one page: registered, decided, paid from the reserve fund and signed for, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject
from doudi.audit.actions import record as write
from doudi.casework.actions.opening import Need
from doudi.casework.actions.relief import register_relief, relieve
from doudi.casework.models import Application, Determination
from doudi.casework.months import months_after
from doudi.casework.owners import case_owner
from doudi.documents import actions as documents
from doudi.documents.models import Kind
from doudi.documents.sniffing import Refused as FileRefused
from doudi.registry.actions.refusal import Problems, refuse

from ..limits import FOLLOW_UP_DAYS
from ..models import ReliefAsk, ReliefPayment, ReliefPlan
from ..queries.relief import amounts, index_of, known_aid
from .relief_paying import Handing, answered, paid_before, pay, standing

MOST_PARTS = 6
OLDEST_CALL = timedelta(days=30)


@dataclass(frozen=True)
class Photo:
    """A picture of the scene."""

    source: BinaryIO
    name: str


@dataclass(frozen=True)
class Help:
    """Everything the page says: who and what (`need`), how much, how it is handed over, when the call came."""

    need: Need
    amount_fen: int
    handing: Handing
    heard_at: datetime
    parts: int = 1
    repeated_because: str = ""
    id_number: str = ""
    # Whose earlier help counts, where the case itself does not say: the members of the household.
    people: tuple[int, ...] = field(default=())
    photo: Photo | None = None


def help_now(*, said: Help, by: Staff, on: date, at: datetime) -> ReliefPayment | ReliefAsk:
    """Help at once. Above what the township may decide, the case is registered and the county is asked instead.

    Pressed twice, done once: the second press gets what the first one made.
    """
    permit(by, Permission.CASE_HANDLE, place=said.need.place)
    permit(by, Permission.RESERVE_PAY, place=said.need.place)
    token = said.handing.token
    if (before := paid_before(token) or asked_before(said)) is not None:
        return before
    _check(said, on, at)
    try:
        with transaction.atomic():
            return _help(said, by, on, at)
    except IntegrityError as error:
        return asked_before(said) or answered(error, token, said.need.place)


def asked_before(said: Help) -> ReliefAsk | None:
    """What this press of the button has already asked of the county."""
    return ReliefAsk.objects.filter(token=said.handing.token).select_related("application").first()


def _check(said: Help, on: date, at: datetime) -> None:
    problems = Problems()
    if not 1 <= said.parts <= MOST_PARTS:
        problems.add("parts", _("最多分 %(n)s 次发放。") % {"n": MOST_PARTS})
    if not at - OLDEST_CALL <= said.heard_at <= at:
        problems.add("heard_at", _("接到求助的时间应在最近 30 天内，且不晚于现在。"))
    given = known_aid(people=said.people, number=said.id_number, place=said.need.place, on=on)
    if given and not said.repeated_because.strip():
        problems.add("repeated_because", _("十二个月内已给予过临时救助，请写明再次救助的理由。"))
    problems.refuse_if_any()


def _help(said: Help, by: Staff, on: date, at: datetime) -> ReliefPayment | ReliefAsk:
    application = register_relief(need=said.need, by=by, on=on, at=at)
    if said.photo is not None:
        _keep(application, said.photo, by, at)
    told = amounts(
        place=application.division_code, on=on, severity=application.severity or "light",
        people=application.people_count or 1,
    )  # fmt: skip
    if told.most_fen >= said.amount_fen > 0 and told.needs_county(said.amount_fen):
        return _ask(application, said, by, at)
    made = relieve(
        application=application, amount_fen=said.amount_fen, by=by, on=on, at=at,
        repeated_because=said.repeated_because,
    )  # fmt: skip
    index = index_of(said.id_number)
    plan = plan_for(made, parts=said.parts, heard_at=said.heard_at, number_index=index, by=by, on=on, at=at)
    return pay(plan, 1, said.handing, standing(plan, said.handing.token), by=by, on=on, at=at)


def _keep(application: Application, photo: Photo, by: Staff, at: datetime) -> None:
    try:
        documents.store(
            by=by, source=photo.source, name=photo.name, kind=Kind.PHOTO, owner=case_owner(application), at=at
        )
    except FileRefused as refused:
        raise refuse("photo", str(refused)) from refused


def _ask(application: Application, said: Help, by: Staff, at: datetime) -> ReliefAsk:
    made = ReliefAsk.objects.create(
        application=application, division_code=application.division_code, asked_fen=said.amount_fen, parts=said.parts,
        repeated_because=said.repeated_because.strip() or None, number_index=index_of(said.id_number),
        heard_at=said.heard_at, token=said.handing.token, asked_by_id=by.pk, asked_at=at,
    )  # fmt: skip
    subject = Subject("application", str(application.pk), application.division_code)
    write(by=by, action="relief.ask", subject=subject, detail={"ask": made.pk, "fen": said.amount_fen})
    return made


def plan_for(
    made: Determination, *, parts: int, heard_at: datetime, by: Staff, on: date, at: datetime,
    number_index: bytes | None = None,
) -> ReliefPlan:  # fmt: skip
    """How approved help is paid: at once, or one part a month under the one approval; and the day of the visit."""
    plan = ReliefPlan.objects.create(
        application=made.application, determination=made, division_code=made.division_code,
        approved_fen=made.amount_fen_once or 0, instalments=instalments(made.amount_fen_once or 0, parts, on),
        heard_at=heard_at, number_index=number_index, follow_up_by=on + timedelta(days=FOLLOW_UP_DAYS.days),
        made_by_id=by.pk, at=at,
    )  # fmt: skip
    subject = Subject("application", str(made.application_id), made.division_code)
    write(by=by, action="relief.plan", subject=subject, detail={"plan": plan.pk, "parts": parts})
    return plan


def instalments(fen: int, parts: int, on: date) -> list[dict[str, object]]:
    """Even parts of whole yuan, one a month; the first takes what does not divide."""
    part = fen // parts // 100 * 100
    if parts > 1 and not part:
        raise refuse("parts", _("金额太小，不能分这么多次。"))
    return [
        {"fen": fen - part * (parts - 1) if n == 0 else part, "on": months_after(on, n).isoformat()}
        for n in range(parts)
    ]
