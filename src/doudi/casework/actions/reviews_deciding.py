"""What a review ends in: proposed by the township, decided by another person, done to the award, told to the family."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import digest_of
from doudi.awards.actions import plan_review
from doudi.awards.models import AwardChange
from doudi.awards.months import months_after as whole_months_after
from doudi.awards.months import next_month
from doudi.awards.reasons import REASONS
from doudi.registry.actions.refusal import Conflict, Problems, refuse

from ..models import Hearing, PeriodicReview, ReviewDecision, ReviewProposal
from ..models.reviews import Outcome, ReviewGround, ReviewStage
from ..moves import DECIDES
from ..queries.evaluation import canonical
from ..queries.reviews import (
    check_heard,
    check_involved,
    check_posted,
    current_proposal,
    decider_of,
    earliest_month,
    hearing_of,
)
from ..queries.reviews_compare import Comparison, compare, is_against
from ..reviews import PROGRAMMES, TAKES, must_be_heard, reasons_of
from .entitling import review_day
from .reviews import keep_step
from .reviews_applying import Act, apply, follow_up_of

OUT_MONTHS = 3  # how far ahead a change may begin
SHORTEST = 4


@dataclass(frozen=True)
class Wish:
    """What the officer proposes. `months`: of a phase-out."""

    outcome: Outcome
    reason: str
    from_month: date
    note: str = ""
    months: int | None = None


def propose(
    *, review: PeriodicReview, wish: Wish, by: Staff, on: date, at: datetime, version: int | None = None
) -> ReviewProposal:
    """The township's proposal, with the rulebook's answer of today kept beside it."""
    permit(by, Permission.CASE_HANDLE, place=review.division_code)
    with transaction.atomic():
        current = lock(review, version)
        comparison = compare(current, on, at=at)
        _check_wish(current, wish, comparison, by, on)
        made = _keep_proposal(current, wish, comparison, by, on, at)
        current.stage = ReviewStage.PROPOSED
        _save(current, "stage")
        keep_step(current, "propose", by=by, on=on, at=at, note=wish.note, outcome=str(wish.outcome))
    return made


def lock(review: PeriodicReview, version: int | None) -> PeriodicReview:
    """The review, held until the transaction ends; Conflict if it is no longer the version that was seen."""
    current = PeriodicReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if version is not None and current.version != version:
        raise Conflict
    return current


def _save(review: PeriodicReview, *names: str) -> None:
    review.version += 1
    review.save(update_fields=[*names, "version"])


def _check_wish(review: PeriodicReview, wish: Wish, comparison: Comparison, by: Staff, on: date) -> None:
    problems = Problems()
    if review.stage != ReviewStage.OPEN:
        problems.add("", _("这次核查现在是“%(stage)s”，不能再提意见。") % {"stage": review.get_stage_display()})
    check_involved(review, by, on, problems)
    if wish.reason not in REASONS or wish.reason not in reasons_of(wish.outcome):
        problems.add("reason", _("这个处理结果没有这个原因，请从列表中选择。"))
        problems.refuse_if_any()
    _check_fits(review, wish, comparison, problems)
    _check_month(review, wish, on, problems)
    if is_against(review, comparison, wish.outcome, wish.reason) and len(wish.note.strip()) < SHORTEST:
        problems.add("note", _("处理意见与规则测算不同，或者规则还不能判断，请写明理由，至少 4 个字。"))
    problems.refuse_if_any()


def _check_fits(review: PeriodicReview, wish: Wish, comparison: Comparison, problems: Problems) -> None:
    new, old = comparison.new_fen, comparison.old_fen
    if review.award is None and wish.outcome not in (Outcome.KEEP, Outcome.END):
        problems.add("outcome", _("这个类别没有按月发放的待遇，只能维持或终止。"))
    elif wish.outcome in (Outcome.RAISE, Outcome.REDUCE) and comparison.new is None:
        problems.add("outcome", _("规则还算不出新的金额，请先补全缺少的情况：%(what)s。") % {
            "what": "、".join(comparison.unknown_because[:3]) or _("核对结果")})  # fmt: skip
    elif wish.outcome == Outcome.RAISE and (new or 0) <= old:
        problems.add("outcome", _("按规则测算金额没有增加，不能增发。"))
    elif wish.outcome == Outcome.REDUCE and (new or 0) >= old:
        problems.add("outcome", _("按规则测算金额没有减少，不能减发。"))
    elif wish.outcome == Outcome.STOP_SHARE and review.about_id is None:
        problems.add("outcome", _("这次核查不是针对某一位成员的，不能只停一个人的份额。"))
    if wish.outcome == Outcome.PHASE_OUT and not wish.months:
        problems.add("months", _("请填写渐退的月数。"))
    if wish.outcome != Outcome.PHASE_OUT and wish.months is not None:
        problems.add("months", _("只有进入渐退期才填月数。"))
    if review.ground == ReviewGround.PHASE_OUT and wish.outcome not in (Outcome.END, Outcome.KEEP):
        problems.add("outcome", _("渐退期将满：核实后按期终止；又符合条件的选“维持不变”，另行申请，月份不断。"))


def _check_month(review: PeriodicReview, wish: Wish, on: date, problems: Problems) -> None:
    first, last = earliest_month(review, wish.outcome, on), whole_months_after(next_month(on), OUT_MONTHS)
    if wish.from_month.day != 1:
        problems.add("from_month", _("待遇按整月计算，请填写当月 1 日。"))
    elif wish.outcome != Outcome.KEEP and not first <= wish.from_month <= last:
        said = {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}
        problems.add("from_month", _("起始月应在 %(first)s 至 %(last)s 之间。") % said)


def _keep_proposal(
    review: PeriodicReview, wish: Wish, comparison: Comparison, by: Staff, on: date, at: datetime
) -> ReviewProposal:
    evaluation = comparison.evaluation
    facts = {"facts": evaluation.case.told(), "sources": evaluation.sources, "names": evaluation.names}
    return ReviewProposal.objects.create(
        review=review, division_code=review.division_code, outcome=wish.outcome, reason=wish.reason,
        from_month=wish.from_month, months=wish.months, told=canonical(comparison.told()), facts=canonical(facts),
        rules_on=on, rulebook_version=evaluation.decision.book.version, known_at=at,
        answer_digest=digest_of({"answer": evaluation.answer}),
        against=is_against(review, comparison, wish.outcome, wish.reason), note=wish.note.strip() or None, on=on,
        at=at, by_id=by.pk,
    )  # fmt: skip


def send_back(
    *, review: PeriodicReview, by: Staff, on: date, at: datetime, note: str, version: int | None = None
) -> PeriodicReview:
    """Whoever decides does not agree: back to the township, with the reason."""
    permit(by, DECIDES[decider_of(review, on)], place=review.division_code)
    problems = Problems()
    check_involved(review, by, on, problems)
    if len(note.strip()) < SHORTEST:
        problems.add("note", _("请写明退回的理由，至少 4 个字。"))
    problems.refuse_if_any()
    with transaction.atomic():
        current = lock(review, version)
        if current.stage != ReviewStage.PROPOSED:
            raise refuse("", _("这次核查还没有处理意见。"))
        current.stage = ReviewStage.OPEN
        _save(current, "stage")
        keep_step(current, "send_back", by=by, on=on, at=at, note=note)
    return current


def decide(
    *, review: PeriodicReview, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> ReviewDecision:
    """Decide as proposed, as another person; everything that follows happens in the same transaction."""
    permit(by, DECIDES[decider_of(review, on)], place=review.division_code)
    with transaction.atomic():
        current = lock(review, version)
        proposal = current_proposal(current)
        if current.stage != ReviewStage.PROPOSED or proposal is None:
            raise refuse("", _("这次核查还没有处理意见。"))
        outcome = Outcome(proposal.outcome)
        comparison = compare(current, on, at=at)
        _check_decision(current, proposal, comparison, by, on)
        heard = hearing_of(current, on)
        needed = heard if must_be_heard(outcome, proposal.reason, on) else None
        month = _from_month(current, proposal, on)
        decision = _keep_decision(current, proposal, comparison, needed, month, by, on, at, note)
        _finish(current, decision, comparison, by, on, at)
        keep_step(current, "decide", by=by, on=on, at=at, note=note, outcome=proposal.outcome)
    return decision


def _check_decision(
    review: PeriodicReview, proposal: ReviewProposal, comparison: Comparison, by: Staff, on: date
) -> None:
    problems = Problems()
    if proposal.by_id == by.pk:
        problems.add("", _("处理意见是您提出的，须由另一人审核确认。"))
    check_involved(review, by, on, problems)
    if on < proposal.on:
        problems.add("on", _("日期不能早于提出意见的 %(day)s。") % {"day": proposal.on})
    check_heard(review, Outcome(proposal.outcome), proposal.reason, on, problems)
    check_posted(review, Outcome(proposal.outcome), on, problems)
    then, now = json.loads(str(proposal.told)), comparison.told()
    if (then["fits"], then["new_fen"], then["rows"]) != (now["fits"], now["new_fen"], now["rows"]):
        problems.add("", _("提出意见之后情况有变化，规则测算的结果不同了，请退回乡镇重新核查。"))
    problems.refuse_if_any()


def _from_month(review: PeriodicReview, proposal: ReviewProposal, on: date) -> date:
    """Nothing is taken away for a month that has begun, however long the decision took."""
    outcome = Outcome(proposal.outcome)
    if outcome not in TAKES:
        return proposal.from_month
    return max(proposal.from_month, earliest_month(review, outcome, on))


def _keep_decision(
    review: PeriodicReview, proposal: ReviewProposal, comparison: Comparison, hearing: Hearing | None, month: date,
    by: Staff, on: date, at: datetime, note: str,
) -> ReviewDecision:  # fmt: skip
    number = f"HC-{review.opened_on:%Y}-{review.pk:06d}"
    needs = must_be_heard(Outcome(proposal.outcome), proposal.reason, on)
    # What was heard stands behind the act; awards refuse to take anything away without it.
    reference = (hearing.number if hearing else "") if needs else number
    change = apply(Act(review, proposal, comparison, month, reference, by, on, at))
    before, after = _sums(change, comparison, proposal) if review.award else (None, None)
    return ReviewDecision.objects.create(
        review=review, proposal=proposal, division_code=review.division_code, outcome=proposal.outcome,
        decider=decider_of(review, on), hearing=hearing, from_month=month,
        before_fen=before, after_fen=after,
        change=change.pk if change else None, note=note.strip() or None, on=on, at=at, by_id=by.pk,
        proposed_by_id=proposal.by_id,
    )  # fmt: skip


def _sums(change: AwardChange | None, comparison: Comparison, proposal: ReviewProposal) -> tuple[int, int]:
    """What was paid a month and what will be; where the award itself did not change, it goes on or has run out."""
    if change:
        return change.before_fen, change.after_fen
    return comparison.old_fen, 0 if proposal.outcome == Outcome.END else comparison.old_fen


def _finish(
    review: PeriodicReview, decision: ReviewDecision, comparison: Comparison, by: Staff, on: date, at: datetime
) -> None:
    review.stage, review.ended_on = ReviewStage.DECIDED, on
    ends = decision.outcome == Outcome.END
    programme = PROGRAMMES.get(review.category)
    if not ends and programme is not None:
        review.next_on = review_day(programme, comparison.evaluation, on)
        if review.award is not None and decision.outcome != Outcome.PHASE_OUT:
            plan_review(award=review.award, review_by=review.next_on, by=by, on=on, at=at)
    found = follow_up_of(review, comparison) if ends else None
    review.follow_up = found.value if found else ""
    _save(review, "stage", "ended_on", "next_on", "follow_up")
