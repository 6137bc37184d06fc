"""救助链: what happened to a household, in order, with the time between; and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doudi.console.components import Link

from .household_file import HouseholdFile, Member

LONGEST = 8


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a day."""

    on: date
    title: str
    note: str = ""
    ends: bool = False


def chain(file: HouseholdFile, on: date) -> list[Link]:
    """The links of the chain: the first, the latest, and what is due."""
    events = sorted(_events(file, on), key=lambda e: (e.on, not e.ends))  # handed over on one day: the old ends first
    if len(events) > LONGEST:
        events = [events[0], *events[-LONGEST + 1 :]]
    links = [_link(e, later, file, on) for e, later in zip(events, [*events[1:], None], strict=True)]
    return links + _to_come(file, on)


def span(start: date, end: date) -> str:
    """The time between two days in words."""
    days = (end - start).days
    if days < 60:
        return _("%(n)s 天") % {"n": days}
    if days < 730:
        return _("%(n)s 个月") % {"n": days * 12 // 365}
    return _("%(n)s 年") % {"n": days // 365}


def _events(file: HouseholdFile, on: date) -> list[Event]:
    home = file.household
    found = [Event(home.opened_on, _("建立档案"), file.place.village)]
    for status in file.statuses:
        who = status.person.name if status.person else str(status.get_department_display())
        label = str(status.get_category_display())
        found.append(Event(status.starts_on, _("认定%(what)s") % {"what": label}, who))
        if status.ends_on and status.ends_on <= on:
            found.append(Event(status.ends_on, _("终止%(what)s") % {"what": label}, who, ends=True))
    for member in [*file.members, *file.former]:
        found += _of(member, home.opened_on)
    if home.closed_on:
        found.append(Event(home.closed_on, _("销户"), home.closed_because))
    return [e for e in found if e.on <= on]


def _of(member: Member, opened_on: date) -> list[Event]:
    found = []
    if member.starts_on > opened_on:
        found.append(Event(member.starts_on, _("新增成员"), f"{member.name} {member.relation}"))
    if member.died_on:
        found.append(Event(member.died_on, _("成员去世"), member.name))
    elif member.ends_on:
        found.append(Event(member.ends_on, _("成员迁出"), member.name))
    return found


def _link(event: Event, later: Event | None, file: HouseholdFile, on: date) -> Link:
    gap = span(event.on, later.on) if later and later.on > event.on else ""
    last = later is None and not file.household.closed_on
    return Link(event.title, _dated(event.on, on, event.note), "now" if last else "done", gap)


def _to_come(file: HouseholdFile, on: date) -> list[Link]:
    """The next review of what the household has now, and ends that are already known."""
    due = [(s.review_by, _("定期复核"), s) for s in file.current if s.review_by]
    due += [(s.ends_on, _("认定到期"), s) for s in file.current if s.ends_on]
    due.sort(key=lambda d: d[0])
    return [
        Link(title, _("最晚 %(day)s") % {"day": _dated(day, on, str(s.get_category_display()))}, "todo")
        for day, title, s in due[:2]
    ]


def _dated(day: date, on: date, note: str) -> str:
    words = f"{day.month}月{day.day}日" if day.year == on.year else f"{day.year}年{day.month}月{day.day}日"
    return f"{words} {note}".strip()
