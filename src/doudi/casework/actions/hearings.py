"""Hearing somebody before anything is taken from them; recording that they were asked twice in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards.queries import total
from doudi.awards.reasons import reason_label
from doudi.kernel.money import format_yuan
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Person
from doudi.verification.actions.signing import Mark, sign
from doudi.verification.texts import TextVersion

from ..models import Hearing, PeriodicReview
from ..models.reviews import Outcome, ReviewStage, Way
from ..queries.reviews import adults_of, check_involved, current_proposal
from .reviews import keep_step

SHORTEST = 4
TEXT = TextVersion(
    "hearing",
    "2026.1",
    date(2026, 7, 1),
    "听取意见笔录",
    (
        "工作人员已经告诉我，拟作出的处理是：{told}",
        "我可以说明情况、提出不同意见、补充材料。我的意见是：{said}",
        "以上记录已读给我听，与我说的一致。",
    ),
)


@dataclass(frozen=True)
class Heard:
    """What a hearing brought: words and a mark; or words without a mark and why; or two days on which it was asked."""

    person: Person
    way: Way
    said: str = ""
    mark: Mark | None = None
    unsigned_because: str = ""
    witness: str = ""
    first_asked_on: date | None = None
    second_asked_on: date | None = None
    unheard_because: str = ""


def record_hearing(*, review: PeriodicReview, heard: Heard, by: Staff, on: date, at: datetime) -> Hearing:
    """Keep a hearing. What the person was told is the proposal as it stands."""
    permit(by, Permission.CASE_HANDLE, place=review.division_code)
    told = intended(review)
    _check(review, heard, told, by, on, at)
    with transaction.atomic():
        signature = None
        if heard.mark is not None and heard.said.strip():
            words = {"told": told, "said": heard.said.strip()}
            signature = sign(
                household=review.household, signer=heard.person, text=TEXT, words=words, mark=heard.mark, by=by, at=at
            )
        row = Hearing.objects.create(
            review=review, division_code=review.division_code, person=heard.person, held_on=on, way=heard.way,
            told=told, said=heard.said.strip() or None, signature=signature.pk if signature else None,
            unsigned_because=heard.unsigned_because.strip() or None, witness=heard.witness.strip() or None,
            first_asked_on=heard.first_asked_on, second_asked_on=heard.second_asked_on,
            unheard_because=heard.unheard_because.strip() or None, at=at, by_id=by.pk,
        )  # fmt: skip
        keep_step(review, "hear", by=by, on=on, at=at, hearing=row.number, heard=row.heard)
    return row


def intended(review: PeriodicReview) -> str:
    """What is intended, in the words the person is told; '' before there is a proposal."""
    proposal = current_proposal(review)
    if proposal is None or review.stage != ReviewStage.PROPOSED:
        return ""
    words = (
        f"{Outcome(proposal.outcome).label}，自 {proposal.from_month:%Y-%m} 起，原因：{reason_label(proposal.reason)}"
    )
    return words + (f"；现在每月 {format_yuan(_now_fen(review))} 元" if review.award else "")


def _now_fen(review: PeriodicReview) -> int:
    assert review.award is not None
    return total(review.award, max(review.award.starts_on, review.opened_on.replace(day=1)))


def _check(review: PeriodicReview, heard: Heard, told: str, by: Staff, on: date, at: datetime) -> None:
    problems = Problems()
    check_involved(review, by, on, problems)
    if on > timezone.localdate(at):
        problems.add("on", _("日期不能晚于今天。"))
    if not told:
        problems.add("", _("请先提出处理意见，再按意见听取本人的看法。"))
    if heard.person.pk not in {p.pk for p in adults_of(review, on)}:
        problems.add("person", _("应听取享受待遇的成年成员或监护人的意见，请核对。"))
    if heard.unheard_because.strip():
        _check_asked_twice(heard, on, problems)
    elif len(heard.said.strip()) < 2:
        problems.add("said", _("请写明本人怎么说；没有意见的写“没有意见”。"))
    elif heard.mark is None and not (heard.unsigned_because.strip() and heard.witness.strip()):
        problems.add("unsigned_because", _("请由本人签名；不签的写明原因，并填写在场见证人姓名。"))
    problems.refuse_if_any()


def _check_asked_twice(heard: Heard, on: date, problems: Problems) -> None:
    first, second = heard.first_asked_on, heard.second_asked_on
    if heard.said.strip() or heard.mark is not None:
        problems.add("unheard_because", _("已经听取了意见的，不要再填没有听取成的原因。"))
    if first is None or second is None:
        problems.add("second_asked_on", _("没有听取成的，须写明两次约请的日期。"))
    elif second <= first or second > on:
        problems.add("second_asked_on", _("第二次约请应在第一次之后，且不晚于今天。"))
