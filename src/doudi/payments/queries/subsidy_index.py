"""Price indices as released: whose they are, which of them decides in a county, what a figure looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from doudi.kernel.money import MINUS
from doudi.policy import Rulebook
from doudi.rulebook.queries.book import county_book

from ..models import IndexRelease

AREA_PARAMETER = "price_index_area"


class Level(TextChoices):
    """Whose index. The nation's is shown for comparison and never decides."""

    PREFECTURE = "prefecture", _("州级")
    PROVINCE = "province", _("省级")
    NATION = "nation", _("全国")


NATION = "0"


def area_of(level: Level, county: str) -> str:
    """The code an index of a level carries, seen from a county."""
    return {Level.PREFECTURE: county[:4], Level.PROVINCE: county[:2], Level.NATION: NATION}[level]


def level_of(area: str) -> Level:
    """Whose index a code names."""
    return {4: Level.PREFECTURE, 2: Level.PROVINCE}.get(len(area), Level.NATION)


@dataclass(frozen=True)
class Rule:
    """Which level decides in a county for a month, and whether the county has confirmed that: 待当地确认."""

    level: Level
    unconfirmed: bool

    @property
    def order(self) -> tuple[Level, ...]:
        """The level itself, then the one to fall back to where it has no index."""
        return (Level.PREFECTURE, Level.PROVINCE) if self.level == Level.PREFECTURE else (Level.PROVINCE,)


def rule_for(county: str, month: date, book: Rulebook | None = None) -> Rule:
    """The county's setting, from the rulebook's parameters; months before the first setting follow it too."""
    book = book or county_book()
    quantity = book.parameters.quantity(AREA_PARAMETER)
    first = min(block.start for block in quantity.blocks)
    found = book.parameters.find(AREA_PARAMETER, county, None, max(month, first))
    return Rule(Level(str(found.value)), found.block is None or found.block.unconfirmed)


@dataclass(frozen=True)
class Deciding:
    """The index that decides a month. `stands_in` where the level that should decide has none."""

    release: IndexRelease
    rule: Rule

    @property
    def level(self) -> Level:
        """Whose it is."""
        return level_of(self.release.area)

    @property
    def stands_in(self) -> bool:
        """Whether it is only the next level's, because the county's own level has no index of the month."""
        return self.level != self.rule.level


Releases = Mapping[Level, IndexRelease]


def releases_of(county: str, first: date, last: date) -> Mapping[date, Releases]:
    """The indices that stand, by month and level; what was corrected is left out."""
    rows = IndexRelease.objects.filter(county=county, month__range=(first, last), replaced_at__isnull=True)
    found: dict[date, dict[Level, IndexRelease]] = defaultdict(dict)
    for row in rows:
        found[row.month][level_of(row.area)] = row
    return found


def deciding(
    county: str, month: date, releases: Releases | None = None, book: Rulebook | None = None
) -> Deciding | None:
    """The index that decides a month in a county; None while neither level has one."""
    if releases is None:
        releases = releases_of(county, month, month).get(month, {})
    rule = rule_for(county, month, book)
    row = next((releases[level] for level in rule.order if level in releases), None)
    return None if row is None else Deciding(row, rule)


def history_of(release: IndexRelease) -> Sequence[IndexRelease]:
    """Everything entered for the same area and month, newest first."""
    rows = IndexRelease.objects.filter(county=release.county, area=release.area, month=release.month)
    return list(rows.order_by("-pk"))


def permille(value: int | None) -> str:
    """35 → 3.5%, -3 → −0.3%; — where it is not known."""
    if value is None:
        return "—"
    whole, tenth = divmod(abs(value), 10)
    return f"{MINUS if value < 0 else ''}{whole}.{tenth}%"
