"""Law, rules and parameters as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.places.queries import place_name
from doudi.policy import Rulebook
from doudi.policy.coverage import Covered, Status, coverage
from doudi.policy.engine.declare import Rule
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, RUN, Depth
from doudi.policy.facts import FACTS, RUN_FACTS
from doudi.policy.law import Instrument, instruments
from doudi.policy.parameters import Block, Quantity

from ..models import ParameterBlock
from ..values import CLASSES, shown, title

SCHEMES: dict[str, str | Promise] = {
    "income": _("家庭成员与收入"), "assets": _("财产"), "dibao": _("最低生活保障"),
    "near_threshold": _("低保边缘家庭"), "individual": _("单人户低保"), "tekun": _("特困人员"),
    "rigid_expenditure": _("刚性支出困难家庭"), "category": _("类别与认定部门"), "phase_out": _("渐退"),
    "price_subsidy": _("价格临时补贴"), "temporary": _("临时救助"), "special": _("专项救助转介"),
}  # fmt: skip
DEPTHS = {HOUSEHOLD: _("家庭"), PERSON: _("个人"), OBLIGOR: _("义务人")}
NATION = _("全国")


@dataclass(frozen=True)
class Instrumented:
    """An instrument with what becomes of its articles."""

    key: str
    title: str
    short: str
    number: str
    start: date
    end: date | None
    in_force: bool
    note: str
    articles: Sequence[Covered]

    @property
    def done(self) -> int:
        """How many articles a rule, a page, an action or a table implements."""
        return self._of(Status.DONE)

    @property
    def partly(self) -> int:
        """How many of those still lack a part."""
        return sum(one.partly for one in self.articles)

    @property
    def planned(self) -> int:
        """How many are still to be built."""
        return self._of(Status.PLANNED)

    @property
    def left_out(self) -> int:
        """How many are listed with the reason why not."""
        return self._of(Status.LEFT_OUT)

    def _of(self, status: Status) -> int:
        return sum(one.status == status for one in self.articles)


def library(on: date) -> list[Instrumented]:
    """Every instrument, the newest first."""
    by: dict[str, list[Covered]] = {}
    for row in coverage():
        by.setdefault(row.instrument, []).append(row)
    found = [_instrumented(one, on, by.get(one.key, [])) for one in instruments()]
    return sorted(found, key=lambda one: one.start, reverse=True)


def _instrumented(one: Instrument, on: date, articles: list[Covered]) -> Instrumented:
    force = one.in_force(on)
    return Instrumented(one.key, one.title, one.short, one.number, one.start, one.end, force, one.note, articles)


@dataclass(frozen=True)
class Told:
    """A rule on a page."""

    rule: Rule
    kind: str | Promise
    needs: Sequence[tuple[str, str]]
    applies: bool

    @property
    def clauses(self) -> list[tuple[str, str]]:
        """Citation and summary."""
        return [(article.citation, article.summary) for article in self.rule.implements]


@dataclass(frozen=True)
class Scheme:
    """The rules of one programme."""

    key: str
    label: str | Promise
    rules: Sequence[Told]


def schemes(book: Rulebook, on: date) -> list[Scheme]:
    """All rules by programme, each with its arguments in words."""
    labels = _labels(book)
    found: dict[str, list[Told]] = {}
    for rule in book.rules:
        key = rule.body.__module__.rpartition(".")[2]
        needs = [(name, _fact_label(name, rule.depth) or labels.get(name, name)) for name in rule.needs]
        found.setdefault(key, []).append(Told(rule, DEPTHS[rule.depth], needs, rule.applies_on(on)))
    order = [*SCHEMES, *found.keys() - SCHEMES.keys()]
    return [Scheme(key, SCHEMES.get(key, key), found[key]) for key in order if key in found]


def rule_labels(book: Rulebook) -> dict[str, str]:
    """The Chinese title of every rule by name; what is calculated apart from the rules has one too."""
    return {rule.name: rule.label for rule in book.rules} | {"temporary_assistance": str(SCHEMES["temporary"])}


def _fact_label(name: str, depth: Depth) -> str | None:
    """What a rule of an entity means by the name of a fact: its own, one above it, one below; as the engine does."""
    below = () if depth == OBLIGOR else (Depth(depth + 1),)
    for level in (*range(depth, RUN, -1), *below):
        if name in FACTS[Depth(level)]:
            return FACTS[Depth(level)][name].label
    return None


def _labels(book: Rulebook) -> dict[str, str]:
    labels = {name: spec.label for name, spec in RUN_FACTS.items()}
    for name, quantity in book.parameters.quantities.items():
        labels[name] = labels[name.partition(".")[0]] = quantity.label
    return labels | rule_labels(book)


@dataclass(frozen=True)
class Held:
    """A value as a row of a page."""

    quantity: Quantity
    block: Block
    local: ParameterBlock | None = None
    now: bool = False

    @property
    def title(self) -> str:
        return title(self.quantity)

    @property
    def area(self) -> str:
        return place_name(self.block.area) or self.block.area if self.block.area else str(NATION)

    @property
    def residence(self) -> str:
        return str(CLASSES[self.block.residence])

    @property
    def value(self) -> str:
        return shown(self.quantity, self.block.value)


def parameters(book: Rulebook, area: str, on: date) -> list[Held]:
    """The value of every parameter in an area on a day, urban and rural apart where they are kept apart."""
    rows: list[Held] = []
    for quantity in book.parameters.quantities.values():
        classes = ("urban", "rural") if quantity.by_class else (None,)
        blocks = [quantity.block(area, each, on) for each in classes]
        rows += [Held(quantity, block) for block in blocks if block is not None]
    return rows


def timeline(book: Rulebook, name: str, on: date) -> list[Held]:
    """Every block of a parameter by area and class, the newest first, with the proposal it came from."""
    quantity = book.parameters.quantity(name)
    local = {
        (row.area, row.residence or None, row.starts_on): row
        for row in ParameterBlock.objects.in_force().filter(name=name).select_related("draft")
    }
    return [
        Held(quantity, block, local.get((block.area, block.residence, block.start)), _holds(quantity, block, on))
        for block in sorted(quantity.blocks, key=_order)
    ]


def _holds(quantity: Quantity, block: Block, on: date) -> bool:
    same = [b for b in quantity.blocks if (b.area, b.residence) == (block.area, block.residence) and b.start <= on]
    return bool(same) and max(same, key=lambda b: b.start) == block


def _order(block: Block) -> tuple[str, str, int]:
    return block.area, block.residence or "", -block.start.toordinal()


def unconfirmed(rows: Iterable[Held]) -> list[Held]:
    """Those that the county has still to confirm."""
    return [row for row in rows if row.block.unconfirmed]
