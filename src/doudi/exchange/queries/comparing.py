"""Their list beside ours, both ways (N22-三(三)): who is on one only, who on both but differently, who died or left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.registry.models import Circumstance, Household, LowIncomeStatus, Membership, Move
from doudi.registry.models.facts import Source
from doudi.registry.queries.naming import spots

from ..kinds import Kind, State, Theirs
from ..models import Incoming, Outgoing
from .feed import acknowledged

WATCH_LABELS = {
    "unstable": gettext_lazy("脱贫不稳定户"), "marginal": gettext_lazy("边缘易致贫户"),
    "sudden_hardship": gettext_lazy("突发严重困难户"), "none": gettext_lazy("不是监测对象"),
}  # fmt: skip


class Part(models.TextChoices):
    """The four lists of the report."""

    THEIRS_ONLY = "theirs_only", gettext_lazy("对方有、我方没有")
    OURS_ONLY = "ours_only", gettext_lazy("我方有、对方没有")
    DIFFERENT = "different", gettext_lazy("两边都有、内容不同")
    ONE_SIDED = "one_sided", gettext_lazy("一边记了死亡、迁移")


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    part: str
    township: str
    village: str
    number: str
    name: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Lists:
    """Both lists on a day, by household id: what each side says."""

    ours: dict[int, str]
    theirs: dict[int, str]


def lists_on(county: str, on: date) -> Lists:
    """Who is on which list. Ours are the low-income categories; theirs is what they told us of their watch list."""
    statuses = _of(LowIncomeStatus.objects.known().on(on), county).order_by("household_id", "person_id")
    ours: dict[int, str] = {}
    for status in statuses:
        label = str(status.get_category_display())
        said = ours.setdefault(status.household_id, label)
        if label not in said.split("、"):
            ours[status.household_id] = f"{said}、{label}"
    listed = Circumstance.objects.known().on(on).filter(kind="relapse_watch", source=Source.REVITALISATION)
    theirs = dict(_of(listed, county).exclude(code="none").values_list("household_id", "code"))
    return Lists(ours, theirs)


def _of(rows: models.QuerySet, county: str) -> models.QuerySet:  # type: ignore[type-arg]
    return rows.filter(division_code__gte=county, division_code__lt=f"{county}:")


def compare(county: str, on: date, since: date) -> list[Row]:
    """Every difference on a day; deaths and moves since the beginning of the quarter."""
    found = lists_on(county, on)
    told = [*_one_only(found), *_different(found, on), *_deaths(found, county, on, since)]
    told += [*_moves(found, county, on, since), *_told_by_them(found, county, on, since)]
    homes = Household.objects.select_related("head").in_bulk({home for _part, home, _ours, _theirs in told})
    places = spots({home.division_code for home in homes.values()})
    rows = [
        Row(part, (spot := places[(home := homes[pk]).division_code]).township, spot.village, home.number,
            home.head.name, ours, theirs)
        for part, pk, ours, theirs in told
    ]  # fmt: skip
    rows += _strangers(county, on)
    order = list(Part.values)
    return sorted(rows, key=lambda r: (order.index(r.part), r.township, r.village, r.number))


Said = tuple[str, int, str, str]


def _one_only(found: Lists) -> Iterator[Said]:
    for home in found.theirs.keys() - found.ours.keys():
        yield Part.THEIRS_ONLY, home, "", _watch(found.theirs[home])
    for home in found.ours.keys() - found.theirs.keys():
        yield Part.OURS_ONLY, home, found.ours[home], ""


def _different(found: Lists, on: date) -> Iterator[Said]:
    """Our own word on their category, where somebody entered one, is not theirs."""
    rows = Circumstance.objects.known().on(on).filter(kind="relapse_watch", household_id__in=found.theirs)
    for row in rows.exclude(source=Source.REVITALISATION).order_by("household_id", "pk"):
        if row.code != found.theirs[row.household_id]:
            words = f"{_watch(row.code)}（{row.get_source_display()}）"
            yield Part.DIFFERENT, row.household_id, words, _watch(found.theirs[row.household_id])


def _deaths(found: Lists, county: str, on: date, since: date) -> Iterator[Said]:
    """Members who died on our side, of households on their list, of which they have not taken note."""
    rows = Membership.objects.known().filter(household_id__in=found.theirs, person__death_date__gte=since)
    known = _taken_note(county, Kind.PERSON_DIED, "person_id")
    for row in rows.filter(person__death_date__lte=on).select_related("person").order_by("household_id", "pk"):
        if row.person_id not in known:
            died = _("%(name)s 已于 %(day)s 去世") % {"name": row.person.name, "day": row.person.death_date}
            yield Part.ONE_SIDED, row.household_id, died, _("仍按在世登记")


def _moves(found: Lists, county: str, on: date, since: date) -> Iterator[Said]:
    """Households on their list that moved or were closed on our side, of which they have not taken note."""
    known = _taken_note(county, Kind.HOUSEHOLD_MOVED, "household_id")
    rows = Move.objects.filter(household_id__in=found.theirs, moved_on__gte=since, moved_on__lte=on)
    for row in rows.order_by("household_id", "moved_on"):
        if row.household_id not in known:
            yield Part.ONE_SIDED, row.household_id, _("%(day)s 迁到现住地") % {"day": row.moved_on}, _("未登记迁移")
    for home in Household.objects.filter(pk__in=found.theirs, closed_on__lte=on):
        yield Part.ONE_SIDED, home.pk, _("%(day)s 已销户") % {"day": home.closed_on}, _watch(found.theirs[home.pk])


def _taken_note(county: str, kind: Kind, field: str) -> set[int]:
    rows = Outgoing.objects.filter(county=county, kind=kind, number__lte=acknowledged(county))
    return set(rows.values_list(field, flat=True))


def _told_by_them(found: Lists, county: str, on: date, since: date) -> Iterator[Said]:
    """They took a household off their list because of a death or a move; here it still receives."""
    rows = Incoming.objects.filter(county=county, kind=Theirs.REMOVED, reason__in=["died", "moved"])
    words = {"died": _("户主或成员去世"), "moved": _("迁走")}
    for row in rows.filter(state=State.APPLIED, happened_on__gte=since, happened_on__lte=on).order_by("number"):
        if row.household_id in found.ours:
            yield Part.ONE_SIDED, row.household_id, found.ours[row.household_id], words[row.reason]


def _strangers(county: str, on: date) -> list[Row]:
    """On their list, and we could not find out who it is: the last word on each of those people."""
    last: dict[tuple[str, ...], Incoming] = {}
    rows = Incoming.objects.filter(county=county, state=State.UNMATCHED, happened_on__lte=on)
    for row in rows.order_by("happened_on", "number"):
        if row.kind not in (Theirs.LIFTED, Theirs.NOT_LIFTED):
            last[tuple(row.people)] = row
    places = spots({row.township for row in last.values() if row.township})
    return [
        Row(Part.THEIRS_ONLY, places[r.township].township if r.township in places else "", "", "", str(r.name or ""),
            _("没有找到这一户"), _watch(r.code))
        for r in last.values() if r.code
    ]  # fmt: skip


def _watch(code: str) -> str:
    return str(WATCH_LABELS.get(code, code))


def counts_of(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Township → list → how many lines."""
    counted = Counter((row.township, row.part) for row in rows)
    townships = sorted({township for township, _part in counted})
    return {name: {part: counted[name, part] for part in Part.values} for name in townships}
