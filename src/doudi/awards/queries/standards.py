"""What the pages of an adjustment show: figures in rows, awards in words, nothing calculated in a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import place_name
from doudi.policy.letters import fact_said
from doudi.registry.models import Person
from doudi.rulebook.models import ParameterDraft, State

from ..kinds import Kind, Programme
from ..models import Adjustment, AdjustmentLine
from ..models.adjustments import Outcome, Step

REASONS: Mapping[str, str | Promise] = {"household.not_open": gettext_lazy("当天不在任何一户，或户已注销")}


@dataclass(frozen=True)
class Sums:
    """One line of figures: a township, a programme or all."""

    name: str
    told: Mapping[str, Any] = field(repr=False)

    def __getattr__(self, name: str) -> int:
        told: Mapping[str, int] = object.__getattribute__(self, "told")
        if name.startswith("_") or name not in told:
            raise AttributeError(name)
        return told[name]

    @property
    def change(self) -> int:
        """Fen a month more."""
        return int(self.told["after"]) - int(self.told["before"])

    @property
    def year(self) -> int:
        """Fen a year more."""
        return self.change * 12

    @property
    def left(self) -> int:
        """How many a person must look at."""
        return sum(int(self.told[one]) for one in ("lowered", "differs", "unknown"))


@dataclass(frozen=True)
class Ratio:
    """The rural standard beside the urban one."""

    rural: int
    urban: int
    permille: int
    line: int

    @property
    def percent(self) -> str:
        """75.2, rounded down to a tenth."""
        return f"{self.permille // 10}.{self.permille % 10}"

    @property
    def holds(self) -> bool:
        """Whether it reaches the line."""
        return self.rural * 100 >= self.urban * self.line


@dataclass(frozen=True)
class Effect:
    """The figures of an adjustment."""

    total: Sums
    townships: Sequence[Sums]
    programmes: Sequence[Sums]
    months: Sequence[tuple[date, int]]
    on: date
    ratio: Ratio | None
    ratio_before: Ratio | None


def effect_of(adjustment: Adjustment | None) -> Effect | None:
    """The figures as rows; None before there are any."""
    told = adjustment.figures if adjustment is not None else {}
    if "total" not in told:
        return None
    places = sorted(told["townships"].items())
    programmes = sorted(told["programmes"].items())
    return Effect(
        total=Sums(_("合计"), told["total"]),
        townships=[Sums(place_name(code) or code, one) for code, one in places],
        programmes=[Sums(str(Programme(code).label), one) for code, one in programmes],
        months=[(date.fromisoformat(month), fen) for month, fen in sorted(told["months"].items())],
        on=date.fromisoformat(told["on"]),
        ratio=_ratio(told["ratio"]),
        ratio_before=_ratio(told["ratio_before"]),
    )


def _ratio(told: Mapping[str, int]) -> Ratio | None:
    return Ratio(**told) if told else None


def drafts_with_adjustments() -> list[tuple[ParameterDraft, Adjustment | None, Effect | None]]:
    """The proposals that were not refused, the newest first, each with what it does to the awards."""
    drafts = ParameterDraft.objects.exclude(state=State.REFUSED).select_related("proposer", "decided_by")
    rows = list(drafts.order_by("-pk")[:100])
    known = {one.draft_id: one for one in Adjustment.objects.filter(draft__in=[row.pk for row in rows])}
    return [(row, known.get(row.pk), effect_of(known.get(row.pk))) for row in rows]


def adjustment_of(draft: ParameterDraft) -> Adjustment | None:
    """The adjustment that follows a proposal."""
    return Adjustment.objects.select_related("draft").filter(draft=draft).first()


@dataclass(frozen=True)
class Told:
    """An award under an adjustment, in words."""

    line: AdjustmentLine
    name: str
    spans: Sequence[tuple[str, int, int | None]]
    reasons: Sequence[str]


def lines_of(adjustment: Adjustment, outcome: str, staff: Staff) -> QuerySet[AdjustmentLine]:
    """The awards of an outcome within reach; without an outcome those that a person must look at."""
    rows = AdjustmentLine.objects.filter(adjustment=adjustment)
    rows = rows.filter(outcome=outcome) if outcome else rows.exclude(outcome=Outcome.RAISED)
    rows = staff.scope.narrow(rows, Permission.AWARD_READ)  # type: ignore[assignment]
    return rows.select_related("award__person", "award__household__head").order_by("division_code", "award_id")


def told(lines: Sequence[AdjustmentLine]) -> list[Told]:
    """The rows of a page; who is missing a fact is named."""
    keys = [key for line in lines for key in line.reasons]
    names = names_in(keys)
    return [
        Told(
            line,
            line.award.person.name if line.award.person else line.award.household.head.name,
            [_span(one) for one in line.stretches],
            [said(key, names) for key in line.reasons],
        )
        for line in lines
    ]


def _span(told: Mapping[str, Any]) -> tuple[str, int, int | None]:
    until = f"—{told['until'][:7]}" if told["until"] else _("起")
    after = None if told["after"] is None else sum(one[2] for one in told["after"])
    return f"{told['from'][:7]} {until}", sum(one[2] for one in told["before"]), after


def names_in(keys: Sequence[str]) -> dict[str, str]:
    """The names of the people in keys such as `person:12.employed`."""
    ids = {key.partition(":")[2].partition(".")[0] for key in keys if key.startswith("person:")}
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}


def said(key: str, names: Mapping[str, str]) -> str:
    """A missing fact in words."""
    if key in REASONS:
        return str(REASONS[key])
    of_kin = key.startswith("obligor:")
    entity = key.partition(":")[2].partition(".")[0]
    return fact_said(key, None, {entity: _("法定义务人")} if of_kin else names)


def kinds_said(lines: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """Lines of an answer as kind and fen."""
    return [(str(Kind(kind).label), fen) for kind, _person, fen in lines]


def counts(adjustment: Adjustment, staff: Staff) -> dict[str, int]:
    """How many awards within reach have each outcome."""
    rows = staff.scope.narrow(AdjustmentLine.objects.filter(adjustment=adjustment), Permission.AWARD_READ)
    return dict(rows.order_by().values_list("outcome").annotate(Count("pk")))


@dataclass(frozen=True)
class May:
    """What somebody can do with an adjustment now."""

    estimate: bool
    apply: bool
    undo: bool
    withdraw_first: bool
    print: bool


def may_of(draft: ParameterDraft, adjustment: Adjustment | None, staff: Staff) -> May:
    """By right and by how it stands; a job that was cancelled or failed can be gone on with."""
    publishes = staff.may(Permission.POLICY_PUBLISH) and staff.may(Permission.AWARD_WRITE)
    state = adjustment.state if adjustment else ""
    blocks = list(draft.blocks.all())
    gone = [block for block in blocks if block.withdrawn_at is not None]
    return May(
        estimate=(publishes or staff.may(Permission.POLICY_DRAFT)) and state in ("", Step.COMPUTED, Step.COMPUTING)
        and draft.state != State.REFUSED and not gone and bool(blocks),
        apply=publishes and draft.state == State.PUBLISHED and not gone
        and state in (Step.COMPUTED, Step.APPLYING) and adjustment is not None
        and adjustment.draft_version == draft.version,
        undo=publishes and state in (Step.APPLIED, Step.UNDOING) and len(gone) == len(blocks),
        withdraw_first=state == Step.APPLIED and len(gone) < len(blocks),
        print=state == Step.APPLIED and staff.may(Permission.DOCUMENT_READ),
    )  # fmt: skip
