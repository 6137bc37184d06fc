"""Everything the page of one review shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards import queries as awards
from doudi.awards.models import AwardChange
from doudi.awards.reasons import reason_label
from doudi.console.components import Entry
from doudi.policy import PolicyError
from doudi.policy.explanation import Explainer, Finding
from doudi.registry.models import Household

from ..models import EndingNotice, PeriodicReview, ReviewProposal
from ..models.reviews import Outcome, ReviewStage
from ..moves import DECIDES
from ..programmes import SETTINGS
from ..reviews import CLOCKS, must_be_heard
from .conferences import Held, held_of
from .reviews import category_label, current_proposal, decider_of, is_involved, is_statutory, notice_of, title_of
from .reviews_compare import Comparison, compare

STEPS = {
    "open": "发起核查", "propose": "提出处理意见", "hear": "听取意见", "post": "公示拟终止", "object": "登记异议",
    "answer": "答复异议", "conference": "一事一议", "send_back": "退回乡镇", "decide": "审核确认", "drop": "取消核查",
    "follow_up": "转办其他救助",
}  # fmt: skip


@dataclass(frozen=True)
class ReviewPage:
    """One review."""

    title: str
    category: str
    seen: Comparison | None
    trouble: str
    findings: Sequence[Finding]
    proposal: ReviewProposal | None
    proposed_because: str
    notice: EndingNotice | None
    conferences: Sequence[Held]
    history: Sequence[AwardChange]
    entries: Sequence[Entry]
    assumed: bool
    must_hear: bool
    decider: str
    deeds: Sequence[str]


def review_page(review: PeriodicReview, staff: Staff, today: date) -> ReviewPage:
    """Read a review with everything around it."""
    seen, trouble = _seen(review, today)
    proposal = current_proposal(review)
    return ReviewPage(
        title=title_of(review),
        category=category_label(review),
        seen=seen,
        trouble=trouble,
        findings=_findings(seen, review),
        proposal=proposal,
        proposed_because=reason_label(proposal.reason) if proposal else "",
        notice=notice_of(review),
        conferences=held_of(review),
        history=list(reversed(awards.history(review.award)))[:6] if review.award else (),
        entries=_entries(review),
        assumed=CLOCKS[review.ground].assumed,  # type: ignore[index]
        must_hear=proposal is not None and must_be_heard(Outcome(proposal.outcome), proposal.reason, today),
        decider=str(decider_of(review, today).label),
        deeds=deeds(review, staff, today),
    )


def _seen(review: PeriodicReview, today: date) -> tuple[Comparison | None, str]:
    if review.stage in (ReviewStage.DECIDED, ReviewStage.DROPPED):
        return None, ""
    try:
        return compare(review, today), ""
    except (PolicyError, Household.DoesNotExist) as error:
        return None, str(error) or "—"


def _findings(seen: Comparison | None, review: PeriodicReview) -> list[Finding]:
    if seen is None or seen.programme is None or not seen.finding:
        return []
    setting = SETTINGS[seen.programme]
    key = f"person:p{review.person_id}" if setting.about_person else "household"
    explainer, scope = Explainer(seen.evaluation.decision, seen.evaluation.names), seen.evaluation.decision.scope(key)
    return [explainer.finding(name, scope) for name in (setting.variable, setting.amount) if name]


def _entries(review: PeriodicReview) -> list[Entry]:
    steps = list(review.steps.order_by("-pk"))
    people = Staff.objects.in_bulk({s.by_id for s in steps if s.by_id})
    return [
        Entry(s.at, STEPS.get(s.move, s.move), [t for t in (_who(people, s.by_id), str(s.note or "")) if t])
        for s in steps
    ]


def _who(people: dict[int, Staff], pk: int | None) -> str:
    return people[pk].name if pk in people else "系统每日核查"


def deeds(review: PeriodicReview, staff: Staff, today: date) -> list[str]:
    """What this person may do now, the main one last."""
    if is_involved(staff.pk, review, today):
        return []
    place = review.division_code
    found = []
    if staff.may(Permission.CASE_HANDLE, place):
        first = ["propose"] if is_statutory(review, today) else ["drop", "propose"]
        found += {ReviewStage.OPEN: first, ReviewStage.PROPOSED: _before(review)}.get(ReviewStage(review.stage), [])
    if review.stage == ReviewStage.PROPOSED and staff.may(DECIDES[decider_of(review, today)], place):
        found += ["return", "decide"]
    if review.follow_up and review.follow_up_application_id is None and staff.may(Permission.CASE_INTAKE, place):
        found.append("follow-up")
    return found


def _before(review: PeriodicReview) -> list[str]:
    """Hearing and notice, once there is a proposal."""
    proposal, notice = current_proposal(review), notice_of(review)
    if proposal is None or proposal.outcome != Outcome.END or review.category != "tekun":
        return ["hear"]
    if notice is None or notice.answered_on is not None:
        return ["hear", "post"]
    return ["hear", "answer"] if notice.objected_on else ["hear", "object"]
