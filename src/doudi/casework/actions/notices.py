"""Posting, objections, taking down, announcing: always with the least the law allows."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Person

from ..models import Application, Determination, Objection, Opinion, Publication, PublicNotice
from ..programmes import SETTINGS, Programme
from ..queries.notices import last_day_of, minors_of, name_on_notice, notice_of, open_objections
from ..queries.opinions import current_opinion
from ..queries.outgoing import check_outgoing
from .moving import lock, move, record


def propose_grant(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> PublicNotice:
    """Propose to confirm, and post the notice on the same day."""
    with transaction.atomic():
        moved = move(application, "propose_grant", by=by, on=on, at=at, version=version, note=note)
        opinion = current_opinion(moved)
        assert opinion is not None, "the guard of the move saw to it"
        return post(application=moved, opinion=opinion, by=by, on=on)


def post(*, application: Application, opinion: Opinion, by: Staff, on: date) -> PublicNotice:
    """Put a notice up. Refused if the words on it say more than they may."""
    name = name_on_notice(_named(application), on)
    check_outgoing(name, minors=minors_of(application, on))
    notice = PublicNotice.objects.create(
        application=application, opinion=opinion, division_code=application.division_code, name=name,
        people=_people(application), amount_fen_month=opinion.amount_fen_month, programme=application.programme,
        posted_on=on, last_day=last_day_of(on), posted_by_id=by.pk,
    )  # fmt: skip
    record(application, "post_notice", by, notice=notice.pk, last_day=str(notice.last_day))
    return notice


def _named(application: Application) -> Person:
    person = application.person or application.applicant
    if person is None:
        raise refuse("", _("这件申请没有申请人姓名，不能公示。"))
    return person


def _people(application: Application) -> int:
    if SETTINGS[Programme(application.programme)].about_person:
        return 1
    return application.people_count or 1


def object_to(
    *,
    application: Application,
    text: str,
    by: Staff,
    on: date,
    at: datetime,
    objector: str = "",
    version: int | None = None,
) -> Objection:
    """Take an objection: the notice comes down, the matter is looked into again."""
    problems = Problems()
    if len(text.strip()) < 4:
        problems.add("text", _("请写明异议的内容，至少 4 个字。"))
    problems.refuse_if_any()
    with transaction.atomic():
        moved = move(application, "object", by=by, on=on, at=at, version=version, note=_("收到公示异议"))
        notice = notice_of(moved)
        if notice is None:
            raise refuse("", _("这件申请还没有公示。"))
        _take_down(notice, on, by_objection=True)
        return Objection.objects.create(
            notice=notice, application=moved, division_code=moved.division_code, text=text.strip(),
            objector=objector.strip() or None, received_on=on, received_by_id=by.pk,
        )  # fmt: skip


def answer_objection(
    *,
    application: Application,
    outcome: str,
    answer: str,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Answer every open objection after the matter was looked into; a new opinion and a new notice follow."""
    if outcome not in Objection.Outcome.values or len(answer.strip()) < 4:
        raise refuse("answer", _("请选择处理结果，并写明答复，至少 4 个字。"))
    with transaction.atomic():
        current = lock(application.pk)
        for objection in open_objections(current):
            objection.outcome, objection.answer = outcome, answer.strip()
            objection.answered_on, objection.answered_by_id = on, by.pk
            objection.save(update_fields=["outcome", "answer", "answered_on", "answered_by_id"])
        note = Objection.Outcome(outcome).label
        return move(current, "answer_objection", by=by, on=on, at=at, version=version, note=str(note))


def end_notice(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Application:
    """Nobody objected for seven full days: on to whoever decides."""
    with transaction.atomic():
        moved = move(application, "end_notice", by=by, on=on, at=at, version=version, note=note)
        notice = notice_of(moved)
        if notice is not None and notice.taken_down_on is None:
            _take_down(notice, on)
    return moved


def _take_down(notice: PublicNotice, on: date, *, by_objection: bool = False) -> None:
    notice.taken_down_on, notice.ended_by_objection = on, by_objection
    notice.save(update_fields=["taken_down_on", "ended_by_objection"])


def take_down_ended(*, on: date, using: str = "default") -> int:
    """The daily round: what has stood for its days comes down by itself; the case is back in the township's queue."""
    with transaction.atomic(using=using):
        ended = PublicNotice.objects.using(using).filter(taken_down_on__isnull=True, last_day__lt=on)
        cases = list(ended.values_list("application_id", flat=True))
        count = ended.update(taken_down_on=on)
        Application.objects.using(using).filter(pk__in=cases, stage="notice").update(waiting_for="township")
        if count:
            audit.record(by=None, action="case.take_down", detail={"notices": count}, using=using)
    return count


def publish(*, determination: Determination, by: Staff, on: date) -> Publication:
    """Announce a confirmation in the village (M57-24)."""
    application = determination.application
    name = name_on_notice(_named(application), on)
    check_outgoing(name, minors=minors_of(application, on))
    return Publication.objects.create(
        determination=determination, division_code=determination.division_code, name=name,
        people=_people(application), amount_fen_month=determination.amount_fen_month,
        programme=determination.programme, starts_on=on,
    )  # fmt: skip


def withdraw_publication(*, publication: Publication, by: Staff, on: date) -> None:
    """The award ended: its line comes off the list."""
    publication.ends_on = on
    publication.save(update_fields=["ends_on"])
    record(publication.determination.application, "withdraw_publication", by, publication=publication.pk)
