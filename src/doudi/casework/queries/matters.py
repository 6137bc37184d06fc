"""One queue over all matters: applications and reviews together, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.kernel.calendar import WorkCalendar
from doudi.places.queries import calendar_for, place_name
from doudi.registry.models import LowIncomeStatus

from ..models import PeriodicReview, TownshipSwitch
from ..models.reviews import ReviewStage
from ..moves import DECIDES
from ..programmes import Decider, Programme, decider
from ..reviews import PROGRAMMES
from ..stages import Stage
from .cases import visible_cases
from .queue import Line, View, Wish, conditions, days_left, lines, narrowed, views_of
from .queue import counts as case_counts
from .reviews import OWED, VERBS, category_label, title_of, visible_reviews

CASE, REVIEW = "case", "review"
KINDS: Sequence[tuple[str, str | Promise]] = ((CASE, _("申请")), (REVIEW, _("核查")))
NONE = Q(pk__in=[])


@dataclass(frozen=True)
class Matter:
    """One row of the queue, whatever it is about. `days_left` None: `waits` says why no day is named."""

    url: str
    number: str
    title: str
    people: int | None
    place: str
    what: str | Promise
    stage: str | Promise
    why: str | Promise
    waits: str | Promise
    waits_for: str | Promise
    verb: str | Promise
    days_left: int | None
    mine: bool
    may_pick: bool = False


def counts(staff: Staff, wish: Wish, today: date) -> dict[str, int]:
    """How many matters there are in each view."""
    told = dict.fromkeys(View.ALL, 0)
    if wish.kind != REVIEW:
        told = case_counts(staff, wish, today)
    views = review_views(staff, today, calendar_for())
    more = reviews_wished(staff, wish).aggregate(**{name: Count("pk", filter=q) for name, q in views.items()})
    return {name: told[name] + int(more[name]) for name in View.ALL}


def matters(staff: Staff, wish: Wish, today: date) -> QuerySet[Any, Any]:
    """(last day, kind, pk) of every matter of a view, the most urgent first, what has no day last."""
    view, calendar = wish.view if wish.view in View.ALL else View.MINE, calendar_for()
    cases = narrowed(staff, wish).select_related(None)
    cases = cases.none() if wish.kind == REVIEW else cases.filter(conditions(staff, today, calendar)[view])
    reviews = reviews_wished(staff, wish).filter(review_views(staff, today, calendar)[view])
    mixed: QuerySet[Any, Any] = _keys(cases, CASE, F("due_on")).union(_keys(reviews, REVIEW, _running), all=True)
    return mixed.order_by("day", "kind", "pk")


# A review that is decided has no day any more; what it still owes is another application.
_running = Case(When(ended_on__isnull=True, then=F("due_on")), default=None)


def _keys(rows: QuerySet[Any], kind: str, day: Any) -> QuerySet[Any, Any]:
    keys: QuerySet[Any, Any] = rows.order_by().annotate(day=day, kind=Value(kind)).values_list("day", "kind", "pk")
    return keys


def reviews_wished(staff: Staff, wish: Wish) -> QuerySet[PeriodicReview]:
    """The unfinished reviews within reach that fit the filters, whatever the view."""
    rows = visible_reviews(staff).select_related(None).filter(Q(ended_on__isnull=True) | OWED)
    if wish.kind == CASE or wish.stage in Stage.values:
        return rows.none()
    if wish.programme in Programme.values:
        rows = rows.filter(category__in=[c for c, p in PROGRAMMES.items() if p == wish.programme])
    if wish.place.isascii() and wish.place.isdigit() and len(wish.place) in (6, 9, 12):
        rows = rows.filter(within(wish.place))
    return rows


def review_views(staff: Staff, today: date, calendar: WorkCalendar) -> dict[str, Q]:
    """Each view as a condition on reviews: what is decided is never late."""
    open_ones = Q(ended_on__isnull=True)
    mine = reviews_mine(staff, today)
    views = views_of(mine, today, calendar)
    dated = (View.LATE, View.TODAY, View.WEEK)
    return {name: q & open_ones if name in dated else q for name, q in views.items()}


def reviews_mine(staff: Staff, today: date) -> Q:
    """Whose turn a review is: the clerk's until something is proposed, then whoever decides it that day."""
    mine = ~Q(stage=ReviewStage.PROPOSED) if staff.may(Permission.CASE_HANDLE) else NONE
    places = _delegated(today)
    return reduce(or_, (_decides(staff, category, today, places) for category in LowIncomeStatus.Category.values), mine)


def _delegated(today: date) -> Q:
    rows = TownshipSwitch.objects.filter(kind=TownshipSwitch.Kind.DELEGATED, starts_on__lte=today)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    return reduce(or_, (within(code) for code in rows.values_list("division_code", flat=True)), NONE)


def _decides(staff: Staff, category: str, today: date, places: Q) -> Q:
    proposed = Q(stage=ReviewStage.PROPOSED, category=category)
    elsewhere, there = (
        staff.may(DECIDES[_decider(category, today, delegated=delegated)]) for delegated in (False, True)
    )
    return proposed & ((~places if elsewhere else NONE) | (places if there else NONE))


def _decider(category: str, today: date, *, delegated: bool) -> Decider:
    programme = PROGRAMMES.get(category)
    return decider(programme, today, delegated=delegated) if programme else Decider.COUNTY


def rows(keys: Iterable[tuple[date | None, str, int]], staff: Staff, today: date) -> list[Matter]:
    """The matters of one page, in the order of their keys."""
    wanted = [(kind, pk) for _day, kind, pk in keys]
    cases = visible_cases(staff).in_bulk([pk for kind, pk in wanted if kind == CASE])
    found = {(CASE, line.application.pk): _of_case(line) for line in lines(list(cases.values()), staff, today)}
    reviews = visible_reviews(staff).filter(pk__in=[pk for kind, pk in wanted if kind == REVIEW])
    mine = set(reviews.filter(reviews_mine(staff, today)).values_list("pk", flat=True))
    calendar = calendar_for()
    found |= {(REVIEW, one.pk): _of_review(one, one.pk in mine, today, calendar) for one in reviews}
    return [found[key] for key in wanted if key in found]


def _of_case(line: Line) -> Matter:
    case = line.application
    waits_for = case.get_waiting_for_display()
    return Matter(
        url=reverse("casework:case", args=[case.number]),
        number=case.number,
        title=line.title,
        people=case.people_count,
        place=line.place,
        what=case.get_programme_display(),
        stage=case.get_stage_display(),
        why=line.why,
        # Accepted, and yet no last day: the holidays of a year are not known.
        waits=_("最晚日期待定") if case.accepted_on and line.mine else waits_for,
        waits_for=waits_for,
        verb=line.verb if line.move else "",
        days_left=line.days_left,
        mine=line.mine,
        may_pick=case.stage == Stage.COUNTY,
    )


def _of_review(review: PeriodicReview, mine: bool, today: date, calendar: WorkCalendar) -> Matter:
    running = review.ended_on is None
    return Matter(
        url=reverse("casework:review", args=[review.pk]),
        number=review.number,
        title=title_of(review),
        people=None,
        place=place_name(review.division_code),
        what=category_label(review),
        stage=_("核查"),
        why=review.get_ground_display(),
        waits=_("最晚日期待定") if running else review.get_stage_display(),
        waits_for=review.get_stage_display(),
        verb=VERBS.get(ReviewStage(review.stage), "") if mine else "",
        days_left=days_left(review.due_on, today, calendar) if running else None,
        mine=mine,
    )
