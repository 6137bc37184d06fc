"""Proof of trigger: the index of a month against the rulebook's line of that month, with clause and window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy import Case, Rulebook, RuleError, Run
from doudi.policy.law import LAW26, PR16, PR21, PR22, instrument
from doudi.policy.law.library import Article
from doudi.policy.parameters import Block
from doudi.rulebook.queries.book import county_book

from ..models import IndexRelease
from ..months import months_after

TRIGGER = (*PR16("二"), *PR21("启动条件"), *PR22("启动条件"))
AMOUNT = (*PR21("补贴标准"), LAW26.article(32))
# Who may count, in the order in which a person in several groups is named.
GROUPS: dict[str, str | Promise] = {
    "tekun": _("特困人员"),
    "dibao": _("低保对象"),
    "individual_dibao": _("单人户低保对象"),
    "child_support": _("孤儿、事实无人抚养儿童"),
    "near_threshold": _("低保边缘人口"),
}


@dataclass(frozen=True)
class Measure:
    """One index against its line. `since` and `until` (open if None) is the window in which that line holds."""

    name: str
    label: str | Promise
    value: int | None
    line: int
    since: date
    until: date | None
    source: str
    unconfirmed: bool
    is_read: bool

    @property
    def reached(self) -> bool | None:
        """At the line counts as reached (达到); None where the figure is missing."""
        return None if self.value is None else self.value >= self.line

    @property
    def notices(self) -> str:
        """The notices the line comes from, as one calls them."""
        return "、".join(_called(key) for key in self.source.split("；"))

    @property
    def at_the_line(self) -> bool:
        """Exactly on it."""
        return self.value == self.line

    @property
    def short_by(self) -> int:
        """How far below the line, in tenths of a percent; below zero: above it."""
        return self.line - (self.value or 0)


@dataclass(frozen=True)
class Proof:
    """Whether a month's index triggers a subsidy, by which index, and on what ground."""

    release: IndexRelease
    cpi: Measure
    food: Measure
    clauses: Sequence[Article]

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """Both indices."""
        return self.cpi, self.food

    @property
    def triggered(self) -> bool | None:
        """None while a figure is missing: then the higher index is not known (rules.md §5)."""
        reached = [one.reached for one in self.measures]
        return None if None in reached else any(reached)

    @property
    def used(self) -> Measure | None:
        """The index the amount follows: of those that reached their line the higher one."""
        reached = [one for one in self.measures if one.reached]
        return max(reached, key=lambda one: one.value or 0) if self.triggered else None

    @property
    def both(self) -> bool:
        """Whether both reached their lines."""
        return all(one.reached for one in self.measures)

    @property
    def run(self) -> Run:
        """As the rulebook takes it."""
        return run_of(self.release.month, self.release.cpi, self.release.food_cpi)


def run_of(month: date, cpi: int | None, food_cpi: int | None) -> Run:
    """The facts of a run of an index month."""
    return Run.read(f"{month:%Y-%m}", cpi, food_cpi)


def proof_of(release: IndexRelease, book: Rulebook | None = None) -> Proof:
    """The proof for an index as it was released."""
    book, month = book or county_book(), release.month
    cpi = _measure(book, release, "cpi_trigger", _("居民消费价格"), release.cpi, release.cpi_is_read)
    food = _measure(book, release, "food_cpi_trigger", _("食品价格"), release.food_cpi, release.food_is_read)
    return Proof(release, cpi, food, held(TRIGGER, release.released_on or months_after(month, 1)))


def _measure(
    book: Rulebook, release: IndexRelease, name: str, label: str | Promise, value: int | None, is_read: bool
) -> Measure:
    """A line set down from a later month on is that of the months before it too: it comes from an older notice."""
    quantity = book.parameters.quantity(name)
    first = min(block.start for block in quantity.blocks)
    found = book.parameters.find(name, release.county, None, max(release.month, first))
    assert found.block is not None
    assert isinstance(found.value, int)
    block = found.block
    until = min((b.start for b in _rivals(quantity.blocks, block)), default=None)
    return Measure(
        name, label, value, found.value, block.start, until, block.source, block.unconfirmed, is_read
    )  # fmt: skip


def _called(key: str) -> str:
    try:
        return f"《{instrument(key).short}》"
    except RuleError:
        return key


def _rivals(blocks: Sequence[Block], held: Block) -> list[Block]:
    """The blocks that end one: those of the same area that begin later."""
    return [b for b in blocks if b.area == held.area and b.start > held.start]


def held(articles: Sequence[Article], day: date) -> list[Article]:
    """Those of instruments in force on a day: the day the index is released is what the notices speak of."""
    return [one for one in articles if one.instrument.in_force(day)]


def groups_of(month: date, on: date, county: str, book: Rulebook | None = None) -> tuple[str, ...]:
    """Who counts for an index month: the rulebook is asked about one person of each group, nothing is known here."""
    return _groups(book or county_book(), month, on, county)


@lru_cache(maxsize=64)
def _groups(book: Rulebook, month: date, on: date, county: str) -> tuple[str, ...]:
    run = run_of(month, None, None)
    asked = ((group, book.decide(_somebody(group, book, on, county), on, run)) for group in GROUPS)
    return tuple(group for group, told in asked if told.value("subsidy_recipient", "person:1"))


def _somebody(group: str, book: Rulebook, on: date, county: str) -> Case:
    """One person, living alone, who is in one group and in no other."""
    place = county.ljust(12, "0")
    home = {
        "household_id": "1", "division_code": place, "residence_class": "rural", "on_dibao": group == "dibao",
        "financial_assets_fen": 0, "vehicle_count": 0, "vehicle_value_fen": 0, "extra_dwellings": 0,
        "business_over_rule": False,
    }  # fmt: skip
    standard = book.parameters.find("dibao_standard", place, "rural", on).value
    assert isinstance(standard, int)
    income = standard * 12 if group == "near_threshold" else 0  # at the line: no longer dibao, not yet beyond
    amounts = ("wage_income", "property_net_income", "transfer_net_income", "basic_pension", "old_age_allowance")
    person = {
        "person_id": "1", "birth_date": date(1970, 1, 1), "sex": 1, "relation": "02", "co_resident": True,
        "in_prison": False, "in_compulsory_detox": False, "declared_missing": False, "clergy_years_away": 0,
        "on_tekun": group == "tekun", "on_individual_dibao": group == "individual_dibao", "employed": False,
        "child_support_scheme": group == "child_support", "severe_illness": False, "disability_grade": 0,
        "disability_kind": 0, "study_stage": "none", "business_net_income_fen": income, "medical_self_paid_fen": 0,
        "education_fee_fen": 0, "rehabilitation_fee_fen": 0, "other_rigid_fen": 0,
    } | {f"{name}_fen": 0 for name in amounts}  # fmt: skip
    person = {k: str(v) if k == "birth_date" else v for k, v in person.items()}
    return Case.read({"household": home, "persons": [person], "obligors": []})
