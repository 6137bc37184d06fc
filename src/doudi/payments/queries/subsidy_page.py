"""What the pages of the price subsidy show beyond the months: proof in words, sums by township, people who differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import place_name
from doudi.registry.models import Membership, Person
from doudi.rulebook.queries.book import county_book

from ..limits import SUBSIDY_WORKDAYS
from ..models import IndexRelease
from ..months import months_after
from .subsidy_amounts import Terms, terms_of
from .subsidy_chart import Chart, chart
from .subsidy_index import Level, Rule, history_of, level_of, releases_of, rule_for
from .subsidy_measure import Difference, Differences, Measure, Township, differences, measure
from .subsidy_months import AMBER, Month, State, the_month
from .subsidy_proof import GROUPS, Proof, proof_of
from .subsidy_runs import first_day, is_locked

SHOWN = 100
CHART_MONTHS = 13
KEEPERS = (
    Permission.PAYMENT_MAKE, Permission.PAYMENT_CHECK, Permission.PAYMENT_APPROVE, Permission.SUBSIDY_WRITE,
    Permission.SUBSIDY_CONFIRM,
)  # fmt: skip


@dataclass(frozen=True)
class May:
    """What somebody may do here."""

    enter: bool
    confirm: bool
    start: bool
    counts: bool


def may(by: Staff) -> May:
    """What somebody may do here; whoever neither pays nor decides sees index, line and sums of runs only."""
    return May(
        by.may(Permission.SUBSIDY_WRITE), by.may(Permission.SUBSIDY_CONFIRM), by.may(Permission.PAYMENT_MAKE),
        any(by.may(one) for one in KEEPERS),
    )  # fmt: skip


def level_label(release: IndexRelease) -> str | Promise:
    """Whose index."""
    return level_of(release.area).label


def nation_reached(row: Month) -> bool:
    """Whether the nation's index, which decides nothing, reached a line where no local index is known."""
    return row.deciding is None and row.shown is not None and row.shown.triggered is True


@dataclass(frozen=True)
class Overview:
    """The drawing at the top of the list, and the county's setting."""

    chart: Chart | None
    level: str | Promise
    rule: Rule


def overview(county: str, rows: Sequence[Month]) -> Overview:
    """The deciding index where there are enough months of it, else the nation's for comparison."""
    local = [row.proof for row in reversed(rows) if row.proof is not None]
    rule = rule_for(county, rows[0].month)
    if len(local) >= CHART_MONTHS:
        return Overview(chart(local), rule.level.label, rule)
    book = county_book()
    nation = [proof_of(row.nation, book) for row in reversed(rows) if row.nation is not None]
    return Overview(chart(nation), Level.NATION.label, rule)


@dataclass(frozen=True)
class Named:
    """A township's sums with its name."""

    name: str
    row: Township


@dataclass(frozen=True)
class Differing:
    """Somebody whose subsidy differs, with the household to look at."""

    name: str
    household: str
    difference: Difference


@dataclass(frozen=True)
class Page:
    """Everything the page of a month shows."""

    row: Month
    proof: Proof | None
    chart: Chart | None
    chart_rows: Sequence[Proof]
    history: Sequence[IndexRelease]
    groups: Sequence[str | Promise]
    measure: Measure | None
    townships: Sequence[Named]
    terms: Terms | None
    differences: Differences | None
    people: Sequence[Differing]
    workdays: int = SUBSIDY_WORKDAYS.days
    amber: int = AMBER

    @property
    def may_start(self) -> bool:
        """Whether a list can be begun now: the first, or a further one for whoever was missed."""
        further = self.differences is not None and bool(self.differences.owed)
        return self.row.state == State.TO_START or (further and all(map(is_locked, self.row.runs)))

    @property
    def rates(self) -> Sequence[tuple[str, int, int, int, bool]]:
        """Class, standard, floor, amount, and whether the floor holds; each once."""
        if self.terms is None:
            return []
        words = {"urban": _("城镇"), "rural": _("农村")}
        alike = {(r.residence, r.standard, r.floor, r.fen, r.at_the_floor) for r in self.terms.rates.values()}
        return [(words[residence], *rest) for residence, *rest in sorted(alike)]  # type: ignore[misc]


def page_of(county: str, month: date, *, by: Staff, today: date) -> Page | None:
    """The page of a month; None where there is no such month."""
    row = the_month(county, month, today)
    if row is None:
        return None
    release = row.deciding.release if row.deciding else row.nation
    around = _around(county, month, release)
    terms = _terms(row, county, month, today)
    counting = terms is not None and may(by).counts and not row.elsewhere
    told = measure(terms) if terms and counting and not row.runs else None
    found = differences(terms) if terms and counting and any(map(is_locked, row.runs)) else None
    townships = [Named(place_name(one.place), one) for one in told.townships] if told else []
    return Page(
        row, row.shown, chart(around, month), around[::-1], history_of(release) if release else [],
        [GROUPS[group] for group in terms.groups] if terms else [], told, townships, terms, found,
        _people(found) if found else [],
    )  # fmt: skip


def _terms(row: Month, county: str, month: date, today: date) -> Terms | None:
    """What it would come to: of a triggered month, on the day it was decided or today."""
    if not row.triggered or row.deciding is None:
        return None
    return terms_of(row.deciding.release, first_day(county, month) or today)


def _around(county: str, month: date, release: IndexRelease | None) -> list[Proof]:
    """A year of the same level up to the month."""
    if release is None:
        return []
    level = level_of(release.area)
    rows = releases_of(county, months_after(month, 1 - CHART_MONTHS), month)
    book = county_book()
    return [proof_of(rows[day][level], book) for day in sorted(rows) if level in rows[day]]


def _people(found: Differences) -> list[Differing]:
    """Those who differ, by name, as far as a page can hold them and as far as the asker may see them."""
    shown = [*found.owed[:SHOWN], *found.over[:SHOWN]]
    names = dict(Person.objects.filter(pk__in=[one.person for one in shown]).values_list("pk", "name"))
    homes = dict(
        Membership.objects.known().filter(person__in=names).order_by("starts_on")
        .values_list("person", "household__number")
    )  # fmt: skip
    return [Differing(names.get(one.person, "—"), homes.get(one.person, ""), one) for one in shown]
