"""Opening a review: because its day has come, because somebody died, because the family told us, because of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.awards.models import Award
from doudi.places.queries import calendar_for
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Household, Person

from ..models import ChangeReport, JobOffer, PeriodicReview, ReviewStep
from ..models.reviews import Change, ReviewGround, ReviewStage, Way
from ..queries.reviews import awards_and_categories, has_refused_often, is_statutory
from ..reviews import due_day, ground_of, is_late

SHORTEST = 4


@dataclass(frozen=True)
class Subjected:
    """What is to be reviewed: an award, or a category without money."""

    household: Household
    category: str
    award: Award | None = None
    person: int | None = None


@dataclass(frozen=True)
class Told:
    """A change as the family tells it."""

    kind: Change
    since: date
    text: str
    reporter: str
    way: Way
    person: int | None = None


@dataclass(frozen=True)
class Offer:
    """A suitable job that was offered, and the answer."""

    offered_on: date
    employer: str
    job: str
    suitable_because: str
    answer: str
    reason: str = ""
    document: int | None = None


def open_one(
    subject: Subjected,
    ground: ReviewGround,
    *,
    by: Staff | None,
    on: date,
    at: datetime,
    since: date,
    due_on: date | None = None,
    about: int | None = None,
    report: ChangeReport | None = None,
    using: str = "default",
) -> PeriodicReview:
    """The open review of this matter; a new one unless it is there already. `by` None: the daily round."""
    rows = PeriodicReview.objects.using(using)
    same: dict[str, Any] = {
        "household": subject.household, "person_id": subject.person, "award": subject.award,
        "category": subject.category, "ground": ground, "about_id": about, "ended_on": None,
    }  # fmt: skip
    found = rows.filter(**same, report=report).first()
    if found is not None:
        return found
    place = subject.award.division_code if subject.award else subject.household.division_code
    with transaction.atomic(using=using):
        review = rows.create(
            **same, report=report, division_code=place, opened_on=on, opened_at=at, opened_by_id=by.pk if by else None,
            due_on=due_on or due_day(ground, since, calendar_for(place[:6])),
        )  # fmt: skip
        keep_step(review, "open", by=by, on=on, at=at, using=using, ground=str(ground))
    return review


def keep_step(
    review: PeriodicReview, name: str, *, by: Staff | None, on: date, at: datetime, note: str = "",
    using: str = "default", **detail: Any,
) -> None:  # fmt: skip
    """Append what happened, and one event about the household."""
    ReviewStep.objects.using(using).create(
        review=review, division_code=review.division_code, move=name, on=on, at=at, by_id=by.pk if by else None,
        note=note.strip() or None,
    )  # fmt: skip
    audit.record(
        by=by,
        action=f"case.review_{name}",
        subject=Subject("household", str(review.household_id), review.division_code),
        detail={"review": review.number, "category": review.category, **detail},
        using=using,
    )


def report_change(*, household: Household, told: Told, by: Staff, on: date, at: datetime) -> ChangeReport:
    """Take down what a family tells, and open a review of everything it receives (M57-30)."""
    permit(by, Permission.CASE_INTAKE, place=household.division_code)
    _check_told(household, told, on)
    with transaction.atomic():
        report = ChangeReport.objects.create(
            household=household, person_id=told.person, division_code=household.division_code, kind=told.kind,
            since=told.since, text=told.text.strip(), reporter=told.reporter.strip(), way=told.way, reported_on=on,
            late=is_late(told.kind, told.since, on), by_id=by.pk, at=at,
        )  # fmt: skip
        audit.record(
            by=by, action="case.report_change", detail={"kind": told.kind, "late": report.late},
            subject=Subject("household", str(household.pk), household.division_code),
        )  # fmt: skip
        for award, category, person in awards_and_categories(household, on):
            subject = Subjected(household, category, award, person)
            ground = ground_of(told.kind, category)
            since = told.since if ground == ReviewGround.DEATH else on
            open_one(subject, ground, by=by, on=on, at=at, since=since, about=told.person, report=report)
    return report


def _check_told(household: Household, told: Told, on: date) -> None:
    problems = Problems()
    if told.kind not in Change.values or told.way not in Way.values:
        problems.add("kind", _("请选择变化的种类和报告方式。"))
    if told.since > on:
        problems.add("since", _("变化的日期不能晚于今天。"))
    if len(told.text.strip()) < SHORTEST:
        problems.add("text", _("请写明具体情况，至少 4 个字。"))
    if not told.reporter.strip():
        problems.add("reporter", _("请填写报告人姓名。"))
    members = household.memberships.filter(superseded_at__isnull=True).values_list("person_id", flat=True)
    if told.person is not None and told.person not in members:
        problems.add("person", _("该人员不是本户成员，请核对。"))
    if told.kind in (Change.DEATH, Change.SELF_CARE, Change.LEFT) and told.person is None:
        problems.add("person", _("请选择是哪位成员。"))
    problems.refuse_if_any()


def record_offer(*, person: Person, household: Household, offer: Offer, by: Staff, on: date, at: datetime) -> JobOffer:
    """Record a suitable job and its answer; the third refusal in a row opens a review of that share only (M57-34)."""
    permit(by, Permission.CASE_HANDLE, place=household.division_code)
    _check_offer(person, offer, on)
    with transaction.atomic():
        row = JobOffer.objects.create(
            person=person, division_code=household.division_code, offered_on=offer.offered_on,
            employer=offer.employer.strip(), job=offer.job.strip(), suitable_because=offer.suitable_because.strip(),
            answer=offer.answer, reason=offer.reason.strip() or None, document=offer.document, by_id=by.pk, at=at,
        )  # fmt: skip
        audit.record(
            by=by, action="case.job_offer", detail={"answer": offer.answer, "person": person.pk},
            subject=Subject("household", str(household.pk), household.division_code),
        )  # fmt: skip
        if offer.answer == JobOffer.Answer.REFUSED and has_refused_often(person):
            for award in _dibao_of(person, household, on):
                subject = Subjected(household, award.programme, award, award.person_id)
                open_one(subject, ReviewGround.JOBS, by=by, on=on, at=at, since=on, about=person.pk)
    return row


def _check_offer(person: Person, offer: Offer, on: date) -> None:
    problems = Problems()
    if offer.answer not in JobOffer.Answer.values:
        problems.add("answer", _("请选择接受或拒绝。"))
    if offer.offered_on > on:
        problems.add("offered_on", _("介绍工作的日期不能晚于今天。"))
    latest = JobOffer.objects.filter(person=person).order_by("-offered_on", "-pk").first()
    if latest is not None and offer.offered_on < latest.offered_on:
        problems.add("offered_on", _("早于上一次介绍工作的 %(day)s，请按先后登记。") % {"day": latest.offered_on})
    for name, value in (("employer", offer.employer), ("job", offer.job), ("suitable_because", offer.suitable_because)):
        if not value.strip():
            problems.add(name, _("这一项要填。"))
    if offer.answer == JobOffer.Answer.REFUSED and len(offer.reason.strip()) < SHORTEST:
        problems.add("reason", _("请写明本人拒绝的理由，至少 4 个字。"))
    problems.refuse_if_any()


def _dibao_of(person: Person, household: Household, on: date) -> Sequence[Award]:
    held = (award for award, category, _pk in awards_and_categories(household, on) if award and category != "tekun")
    covered = {"person_id": person.pk, "superseded_at": None}
    return [a for a in held if a.members.filter(**covered).exists()]


def drop(*, review: PeriodicReview, by: Staff, on: date, at: datetime, note: str) -> PeriodicReview:
    """No longer needed: opened twice, or the award has ended otherwise. Says why."""
    permit(by, Permission.CASE_HANDLE, place=review.division_code)
    if len(note.strip()) < SHORTEST:
        raise refuse("note", _("请写明为什么不再核查，至少 4 个字。"))
    with transaction.atomic():
        current = PeriodicReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if current.stage != ReviewStage.OPEN:
            raise refuse("", _("这次核查现在是“%(stage)s”，不能取消。") % {"stage": current.get_stage_display()})
        if is_statutory(current, on):
            raise refuse("", _("这次核查是法定的，待遇仍在发放，不能取消。"))
        current.stage, current.ended_on = ReviewStage.DROPPED, on
        current.version += 1
        current.save(update_fields=["stage", "ended_on", "version"])
        keep_step(current, "drop", by=by, on=on, at=at, note=note)
    return current


def opened(*, review: PeriodicReview, by: Staff, form: str = "") -> None:
    """Somebody looked at a review, or printed its letter: on the record."""
    permit(by, Permission.CASE_READ, place=review.division_code)
    subject = Subject("household", str(review.household_id), review.division_code)
    detail = {"review": review.number, "form": form}
    audit.record(by=by, action="review.print" if form else "review.read", subject=subject, detail=detail)
