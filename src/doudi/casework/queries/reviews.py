"""Reviews as pages and the queue show them: within reach, by deadline; and what must be true before each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards import queries as awards
from doudi.awards.models import Award
from doudi.awards.months import next_month
from doudi.places.queries import calendar_for, place_name
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Household, LowIncomeStatus, Membership, Person

from ..models import Application, EndingNotice, Hearing, JobOffer, PeriodicReview, ReviewProposal, TownshipSwitch
from ..models.reviews import Outcome, ReviewGround, ReviewStage
from ..moves import DECIDES
from ..programmes import Decider, decider
from ..reviews import PROGRAMMES, REFUSALS, must_be_heard
from .involvement import disclosures_about
from .queue import days_left
from .where import switched

WORKING_AGE = 16


@dataclass(frozen=True)
class ReviewLine:
    """One review as a row of a list or of the queue."""

    review: PeriodicReview
    title: str
    place: str
    what: str | Promise
    why: str | Promise
    verb: str | Promise
    due_on: date | None
    days_left: int | None
    mine: bool


VERBS = {
    ReviewStage.OPEN: gettext_lazy("核查"),
    ReviewStage.PROPOSED: gettext_lazy("审核确认"),
    ReviewStage.DECIDED: gettext_lazy("转办其他救助"),
}
OWED = Q(stage=ReviewStage.DECIDED, follow_up_application__isnull=True) & ~Q(follow_up="")


def visible_reviews(staff: Staff) -> QuerySet[PeriodicReview]:
    """The reviews this person may see."""
    rows = PeriodicReview.objects.select_related("household__head", "person", "award", "about", "report")
    return staff.scope.narrow(rows, Permission.CASE_READ)


def open_reviews(staff: Staff, today: date) -> list[ReviewLine]:
    """Every review within reach that is not finished, the most urgent first; `mine` says whose turn it is."""
    rows = visible_reviews(staff).filter(Q(ended_on__isnull=True) | OWED)
    return lines(rows.order_by(F("due_on").asc(nulls_last=True), "pk"), staff, today)


def lines(reviews: QuerySet[PeriodicReview] | Sequence[PeriodicReview], staff: Staff, today: date) -> list[ReviewLine]:
    """Reviews as rows."""
    calendar = calendar_for()
    return [
        ReviewLine(
            review=review,
            title=title_of(review),
            place=place_name(review.division_code),
            what=category_label(review),
            why=review.get_ground_display(),
            verb=VERBS.get(ReviewStage(review.stage), ""),
            due_on=review.due_on if review.ended_on is None else None,
            days_left=days_left(review.due_on, today, calendar) if review.ended_on is None else None,
            mine=is_mine(review, staff, today),
        )
        for review in reviews
    ]


def title_of(review: PeriodicReview) -> str:
    """The name on the file."""
    return review.person.name if review.person else review.household.head.name


def category_label(review: PeriodicReview) -> str:
    """What is reviewed, in words."""
    programme = PROGRAMMES.get(review.category)
    return str(programme.label if programme else LowIncomeStatus.Category(review.category).label)


def decider_of(review: PeriodicReview, on: date) -> Decider:
    """Who decides on a day: the department for its own, the township where delegated, else the county."""
    programme = PROGRAMMES.get(review.category)
    if programme is None:
        return Decider.COUNTY
    delegated = switched(review.division_code, TownshipSwitch.Kind.DELEGATED, on)
    return decider(programme, on, delegated=delegated)


def is_mine(review: PeriodicReview, staff: Staff, on: date) -> bool:
    """Whether the next step is this person's."""
    wanted = DECIDES[decider_of(review, on)] if review.stage == ReviewStage.PROPOSED else Permission.CASE_HANDLE
    return staff.may(wanted, review.division_code)


def current_proposal(review: PeriodicReview) -> ReviewProposal | None:
    """The proposal that waits for a decision, or was decided."""
    return review.proposals.order_by("-pk").first()


def hearing_of(review: PeriodicReview, on: date) -> Hearing | None:
    """The latest hearing on or before a day about what is now proposed."""
    proposal = current_proposal(review)
    since = {"at__gte": proposal.at} if proposal else {}
    return review.hearings.filter(held_on__lte=on, **since).order_by("-pk").first()


def check_heard(review: PeriodicReview, outcome: Outcome, reason: str, on: date, problems: Problems) -> None:
    """The guard of every adverse decision (LAW26-48): heard, or asked twice in vain."""
    if must_be_heard(outcome, reason, on) and hearing_of(review, on) is None:
        problems.add(
            "",
            _("减发、停发前须先听取本人意见并由本人签名；两次约请都没有听取成的，记明原因（《社会救助法》第48条）。"),
        )


def check_posted(review: PeriodicReview, outcome: Outcome, on: date, problems: Problems) -> None:
    """The guard of the end of a tekun award: seven full days in the village, objections answered (M43-26)."""
    if outcome != Outcome.END or review.category != "tekun":
        return
    notice = notice_of(review)
    if notice is None or notice.objected_on is not None:
        problems.add("", _("终止特困供养前须在村（社区）公示 7 天，请先公示；有异议的，答复后重新公示。"))
    elif on <= notice.last_day:
        problems.add("on", _("公示要到 %(day)s 当天结束，期满后的第二天才能决定。") % {"day": notice.last_day})


def earliest_month(review: PeriodicReview, outcome: Outcome, on: date) -> date:
    """Taking away begins with the month after (M43-26); after a death with the month after it; more may be made up."""
    begins = next_month(on)
    if review.ground == ReviewGround.DEATH and review.about is not None and review.about.death_date is not None:
        begins = min(begins, next_month(review.about.death_date))
    elif outcome == Outcome.RAISE and review.report is not None:
        begins = min(begins, next_month(review.report.since))
    return max(begins, review.award.starts_on) if review.award else begins


def is_statutory(review: PeriodicReview, on: date) -> bool:
    """Whether the law wants this look and money is still paid: then it cannot be dropped."""
    award = review.award
    running = award is not None and (award.ends_on is None or award.ends_on > on)
    return running and review.ground in (ReviewGround.DUE, ReviewGround.DEATH, ReviewGround.PHASE_OUT)


def notice_of(review: PeriodicReview) -> EndingNotice | None:
    """The latest notice of an intended end."""
    return review.notices.order_by("-pk").first()


def people_of(review: PeriodicReview) -> list[int]:
    """Whom a review concerns: those the award covers, else the household."""
    if review.award is not None:
        covered = review.award.members.filter(superseded_at__isnull=True).values_list("person_id", flat=True)
        return sorted(set(covered))
    if review.person_id:
        return [review.person_id]
    rows = Membership.objects.known().filter(household=review.household_id, ends_on__isnull=True)
    return list(rows.values_list("person_id", flat=True))


def is_involved(staff_id: int, review: PeriodicReview, on: date) -> bool:
    """Whether a staff member is, or has a near relative among, the people of the review."""
    return disclosures_about(people_of(review), on).filter(staff_id=staff_id).exists()


def check_involved(review: PeriodicReview, by: Staff, on: date, problems: Problems) -> None:
    """Nobody takes a step in the review of their own or a relative's award."""
    if is_involved(by.pk, review, on):
        problems.add("", _("核查对象是您本人或您备案的近亲属，请交由其他人办理。"))


def adults_of(review: PeriodicReview, on: date) -> list[Person]:
    """Who can be heard: the living adults of the award or household, and the head."""
    rows = Person.objects.filter(pk__in=[*people_of(review), review.household.head_id], death_date__isnull=True)
    return [p for p in rows.order_by("pk") if on.year - p.birth_date.year >= 16]


def awards_and_categories(household: Household, on: date) -> list[tuple[Award | None, str, int | None]]:
    """What a household receives or is listed as on a day: (award, category, person)."""
    held = [a for a in awards.of_household(household.pk, on) if a.ends_on is None or a.ends_on > on]
    found: list[tuple[Award | None, str, int | None]] = [(a, a.programme, a.person_id) for a in held]
    paid = {(a.programme, a.person_id) for a in held}
    rows = LowIncomeStatus.objects.known().on(on).filter(household=household)
    found += [(None, s.category, s.person_id) for s in rows.order_by("pk") if (s.category, s.person_id) not in paid]
    return found


def offers_of(person: Person) -> list[JobOffer]:
    """Every offer, the newest first."""
    return list(JobOffer.objects.filter(person=person).order_by("-offered_on", "-pk"))


def refusals_in_a_row(person: Person) -> int:
    """How many suitable offers were refused since one was last accepted (M57-34)."""
    count = 0
    for offer in offers_of(person):
        if offer.answer == JobOffer.Answer.ACCEPTED:
            break
        count += 1
    return count


def has_refused_often(person: Person) -> bool:
    """The third in a row, and every third after it, opens a review."""
    count = refusals_in_a_row(person)
    return count >= REFUSALS and count % REFUSALS == 0


def card(application: Application, staff: Staff, today: date) -> dict[str, Any] | None:
    """Reviews of the award that this case granted, for the case page."""
    numbers = [d for d in application.determinations.values_list("award", flat=True) if d]
    rows = visible_reviews(staff).filter(award__number__in=numbers).order_by("-pk")
    found = lines(rows[:5], staff, today) if numbers else []
    return {"lines": found} if found else None


def household_card(home: Household, staff: Staff, on: date) -> dict[str, Any] | None:
    """On the household's page: reviews under way, and the doors to what a family tells and where it goes."""
    rows = list(visible_reviews(staff).filter(household=home, ended_on__isnull=True).order_by("pk"))
    place, closed = home.division_code, home.closed_on is not None
    told: dict[str, Any] = {
        "lines": lines(rows, staff, on) if rows else [],
        "may_report": not closed and staff.may(Permission.CASE_INTAKE, place),
        "may_transfer": not closed and staff.may(Permission.CASE_CHECK, place),
    }
    return told if any(told.values()) else None


def of_working_age(home: Household, on: date) -> list[Person]:
    """The members to whom a job may be offered."""
    rows = Membership.objects.known().on(on).filter(household=home, person__death_date=None).select_related("person")
    return [m.person for m in rows.order_by("pk") if on.year - m.person.birth_date.year >= WORKING_AGE]
