"""Notices as they stand in a village, and when they have stood long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Person

from ..models import Application, Objection, Publication, PublicNotice
from .sheet import age

NOTICE_DAYS = 7  # M57-19, M43-15: calendar days, the day of posting not counted
ADULT = 18
NOT_A_NAME = "某某"


def last_day_of(posted_on: date) -> date:
    """The seventh full day."""
    return posted_on + timedelta(days=NOTICE_DAYS)


def notice_of(application: Application) -> PublicNotice | None:
    """The latest notice of a case."""
    return PublicNotice.objects.filter(application=application).order_by("-pk").first()


def name_on_notice(person: Person, on: date) -> str:
    """The name as it may be posted: a child's is left out but for the family name."""
    return f"{person.name[:1]}{NOT_A_NAME}" if age(person.birth_date, on) < ADULT else person.name


def minors_of(application: Application, on: date) -> list[str]:
    """The names of the children concerned, for the guard."""
    rows = Person.objects.filter(pk__in=application.people.values("person_id"))
    return [p.name for p in rows if age(p.birth_date, on) < ADULT]


def up_in(place: str, on: date) -> QuerySet[PublicNotice]:
    """The notices that stand in a village (12 digits) or within a township on a day."""
    rows = PublicNotice.objects.filter(division_code__startswith=place, posted_on__lte=on)
    return rows.filter(Q(taken_down_on__isnull=True) | Q(taken_down_on__gt=on)).filter(last_day__gte=on)


def visible_notices(staff: Staff) -> QuerySet[PublicNotice]:
    """Notices within reach, those that end first on top."""
    rows = PublicNotice.objects.select_related("application", "opinion").order_by(
        F("taken_down_on").desc(nulls_first=True), "last_day", "pk"
    )
    return staff.scope.narrow(rows, Permission.CASE_READ)


def published_in(place: str, on: date) -> QuerySet[Publication]:
    """What is announced in a village on a day: current awards only."""
    rows = Publication.objects.filter(division_code__startswith=place, starts_on__lte=on)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).order_by("programme", "name", "pk")


def open_objections(application: Application) -> Sequence[Objection]:
    """Objections nobody has answered yet."""
    return list(Objection.objects.filter(application=application, outcome=""))


def has_stood(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of the end of a notice: seven full days have passed, and nobody's objection is open."""
    notice = notice_of(application)
    if notice is None:
        problems.add("", _("还没有公示，不能结束。"))
    elif on <= notice.last_day:
        said = {"day": f"{notice.last_day:%Y-%m-%d}"}
        problems.add("on", _("公示要到 %(day)s 当天结束，期满后的第二天才能报审核确认。") % said)


def all_answered(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of the way back to the review: every objection has its answer."""
    if open_objections(application):
        problems.add("", _("还有异议没有答复。"))
