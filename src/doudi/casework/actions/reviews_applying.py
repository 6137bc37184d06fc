"""What follows from a decided review: the award, the category in the registry, the village's list, what may help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.awards import actions as awards
from doudi.awards.actions import Why
from doudi.awards.kinds import Programme as Paid
from doudi.awards.models import AwardChange
from doudi.awards.queries import people_of, total
from doudi.awards.reasons import reason_label
from doudi.registry.actions import end_status
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import LowIncomeStatus

from ..models import Application, Origin, PeriodicReview, PlaceBasis, Publication, ReviewProposal
from ..models.reviews import Outcome, ReviewGround
from ..programmes import SETTINGS, TRIED, Programme
from ..queries.reviews_compare import Comparison
from .notices import withdraw_publication
from .opening import Need, open_application
from .reviews import keep_step


@dataclass(frozen=True)
class Act:
    """One decided review about to be carried out."""

    review: PeriodicReview
    proposal: ReviewProposal
    comparison: Comparison
    month: date
    reference: str
    by: Staff
    on: date
    at: datetime

    @property
    def why(self) -> Why:
        return Why(self.proposal.reason, self.reference, str(self.proposal.note or ""), self.review.about_id)


def apply(act: Act) -> AwardChange | None:
    """Do it to the award; None where nothing about the award changes."""
    outcome = Outcome(act.proposal.outcome)
    change = _to_award(act, outcome) if act.review.award is not None else None
    if outcome == Outcome.END:
        _end_category(act)
        _take_off_the_list(act)
    elif change is not None and outcome in (Outcome.RAISE, Outcome.REDUCE, Outcome.STOP_SHARE):
        _amend_the_list(act)
    return change


def _to_award(act: Act, outcome: Outcome) -> AwardChange | None:
    award = act.review.award
    assert award is not None
    said: dict[str, Any] = {
        "award": award,
        "from_month": act.month,
        "why": act.why,
        "by": act.by,
        "on": act.on,
        "at": act.at,
    }
    if act.review.ground == ReviewGround.PHASE_OUT:
        return None  # its end was fixed when the phase-out began
    if outcome == Outcome.KEEP:
        return _recast(act) if act.comparison.others_change and _same_sum(act) else None
    if outcome in (Outcome.RAISE, Outcome.REDUCE):
        return _recast(act)
    if outcome == Outcome.STOP_SHARE:
        return awards.remove_member(person=act.review.about_id or 0, **said)
    if outcome == Outcome.SUSPEND:
        return awards.suspend(**said)
    if outcome == Outcome.PHASE_OUT:
        return awards.phase_out(months=act.proposal.months or 0, **said)
    return awards.end(**said)


def _same_sum(act: Act) -> bool:
    return act.comparison.new_fen == act.comparison.old_fen


def _recast(act: Act) -> AwardChange:
    new, award = act.comparison.new, act.review.award
    assert new is not None, "checked when it was proposed"
    assert award is not None
    people = new.people if award.programme == Paid.DIBAO else None
    return awards.change_lines(
        award=award, lines=new.lines, people=people, from_month=act.month, why=act.why, by=act.by, on=act.on,
        at=act.at,
    )  # fmt: skip


def _end_category(act: Act) -> None:
    review = act.review
    ends = review.award.ends_on if review.award is not None and review.award.ends_on else act.month
    rows = LowIncomeStatus.objects.known().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=ends), household=review.household, person=review.person,
        category=review.category, starts_on__lt=ends,
    )  # fmt: skip
    for status in rows:
        end_status(status=status, reason=reason_label(act.proposal.reason), by=act.by, on=ends, at=act.at)


def _published(act: Act) -> list[Publication]:
    if act.review.award is None:
        return []
    rows = Publication.objects.filter(determination__award=act.review.award.number, ends_on__isnull=True)
    return list(rows.filter(division_code=act.review.division_code))


def _take_off_the_list(act: Act) -> None:
    for publication in _published(act):
        day = act.review.award.ends_on if act.review.award and act.review.award.ends_on else act.month
        withdraw_publication(publication=publication, by=act.by, on=max(day, publication.starts_on))


def _amend_the_list(act: Act) -> None:
    award = act.review.award
    assert award is not None
    for publication in _published(act):
        publication.people = len(people_of(award, act.month))
        publication.amount_fen_month = total(award, act.month)
        publication.save(update_fields=["people", "amount_fen_month"])


def follow_up_of(review: PeriodicReview, comparison: Comparison) -> Programme | None:
    """What else fits once this has ended (M43-27); the clerk opens it, the family need not apply from the start."""
    if not comparison.evaluation.people():
        return None
    fits = {f.programme for f in comparison.evaluation.tried() if f.fits and f.programme != comparison.programme}
    first = next((p for p in TRIED if p in fits), None)
    return first or (Programme.TEMPORARY_EXPENDITURE if review.category == "tekun" else None)


def open_follow_up(*, review: PeriodicReview, by: Staff, on: date, at: datetime) -> Application:
    """Open the draft of what may help next, for the same family."""
    permit(by, Permission.CASE_INTAKE, place=review.division_code)
    if not review.follow_up or review.follow_up_application_id:
        raise refuse("", _("这次核查没有要转办的事项，或者已经转办。"))
    programme = Programme(review.follow_up)
    person = review.person if SETTINGS[programme].about_person else None
    need = Need(
        programme=programme, household=review.household, person=person, applicant=review.person,
        origin=Origin.FOUND, place_basis=PlaceBasis.HUKOU, cause=_("原待遇终止后转办：%(n)s") % {"n": review.number},
    )  # fmt: skip
    with transaction.atomic():
        application = open_application(need=need, by=by, on=on, at=at)
        review.follow_up_application = application
        review.version += 1
        review.save(update_fields=["follow_up_application", "version"])
        keep_step(review, "follow_up", by=by, on=on, at=at, application=application.number)
    return application
