"""The notice in the village before a tekun award is ended (M43-26), and what is said against it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import refuse

from ..models import EndingNotice, PeriodicReview
from ..models.reviews import Outcome, ReviewStage
from ..queries.notices import last_day_of, name_on_notice
from ..queries.outgoing import check_outgoing
from ..queries.reviews import current_proposal, notice_of
from .reviews import keep_step

SHORTEST = 4


def post_ending(*, review: PeriodicReview, by: Staff, on: date, at: datetime) -> EndingNotice:
    """Post it: the name and nothing else, for seven full days."""
    permit(by, Permission.CASE_HANDLE, place=review.division_code)
    proposal, person = current_proposal(review), review.person
    if review.category != "tekun" or person is None:
        raise refuse("", _("只有终止特困供养须先公示。"))
    if review.stage != ReviewStage.PROPOSED or proposal is None or proposal.outcome != Outcome.END:
        raise refuse("", _("请先提出终止的处理意见，再公示。"))
    latest = notice_of(review)
    if latest is not None and latest.objected_on is None:
        raise refuse("", _("已于 %(day)s 公示，不用再公示。") % {"day": latest.posted_on})
    if latest is not None and latest.answered_on is None:
        raise refuse("", _("还有异议没有答复，答复后再重新公示。"))
    name = name_on_notice(person, on)
    check_outgoing(name)
    with transaction.atomic():
        notice = EndingNotice.objects.create(
            review=review, division_code=review.division_code, name=name, posted_on=on, last_day=last_day_of(on),
            posted_by_id=by.pk,
        )  # fmt: skip
        keep_step(review, "post", by=by, on=on, at=at, last_day=str(notice.last_day))
    return notice


def object_to_ending(*, review: PeriodicReview, text: str, by: Staff, on: date, at: datetime) -> EndingNotice:
    """Somebody says the end is wrong: the notice comes down, the matter is looked into within fifteen working days."""
    permit(by, Permission.CASE_INTAKE, place=review.division_code)
    notice = notice_of(review)
    if notice is None or notice.taken_down_on is not None or on > notice.last_day:
        raise refuse("", _("现在没有公示，不能登记异议。"))
    if len(text.strip()) < SHORTEST:
        raise refuse("text", _("请写明异议的内容，至少 4 个字。"))
    with transaction.atomic():
        notice.objection, notice.objected_on, notice.taken_down_on = text.strip(), on, on
        notice.save(update_fields=["objection", "objected_on", "taken_down_on"])
        keep_step(review, "object", by=by, on=on, at=at)
    return notice


def answer_ending(*, review: PeriodicReview, answer: str, by: Staff, on: date, at: datetime) -> EndingNotice:
    """Answer the objection; a new notice may follow."""
    permit(by, Permission.CASE_HANDLE, place=review.division_code)
    notice = notice_of(review)
    if notice is None or notice.objected_on is None or notice.answered_on is not None:
        raise refuse("", _("没有等待答复的异议。"))
    if len(answer.strip()) < SHORTEST:
        raise refuse("answer", _("请写明调查情况和答复，至少 4 个字。"))
    with transaction.atomic():
        notice.answer, notice.answered_on, notice.answered_by_id = answer.strip(), on, by.pk
        notice.save(update_fields=["answer", "answered_on", "answered_by_id"])
        keep_step(review, "answer", by=by, on=on, at=at)
    return notice


def take_down_endings(*, on: date, using: str = "default") -> int:
    """The daily round: what has stood for its days comes down."""
    rows = EndingNotice.objects.using(using).filter(taken_down_on__isnull=True, last_day__lt=on)
    return rows.update(taken_down_on=on)
