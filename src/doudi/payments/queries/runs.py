"""What the pages of runs show: the list, one run with its lines as far as the asker may see, one line with its why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.awards.entitlements import HEALTH
from doudi.awards.queries.pages import citation
from doudi.kernel.money import format_yuan
from doudi.registry.models import Person
from doudi.registry.queries.naming import spots

from ..kinds import NOT_RELEASED, NOTICES, Afterwards, Change, HoldReason, LineState, RunState
from ..models import Hold, PaymentLine, PaymentRun
from ..reasons import WHY, part_label
from .runs_changes import Gone, gone

# What usually helps, beside each thing the gate finds.
ADVICE: Mapping[str, str | Promise] = {
    HoldReason.DEATH: gettext_lazy("核实死亡日期：当月照发的写明理由放行，不再发的本次不发，并办理减人或终止"),
    HoldReason.DUPLICATE_PERSON: gettext_lazy("核对两份档案，合并重复的一份，只留一处待遇"),
    HoldReason.DUPLICATE_ACCOUNT: gettext_lazy("向两户核实账户是谁的；确由一人代领的写明理由放行"),
    HoldReason.NO_ACCOUNT: gettext_lazy("登记社保卡或银行账户后，重新生成名单"),
    HoldReason.ACCOUNT_CHANGED: gettext_lazy("由复核人员电话或当面核实换卡，再次核验"),
    HoldReason.AWARD_ENDED: gettext_lazy("重新生成名单，或本次不发"),
    HoldReason.AMOUNT_JUMP: gettext_lazy("查看金额由来，核对后放行"),
    HoldReason.OVER_BUDGET: gettext_lazy("请财政追加预算，或本次不发"),
    HoldReason.NO_AGREEMENT: gettext_lazy("补签委托照料服务协议，登记收款的人或机构"),
    HoldReason.BY_HAND: gettext_lazy("查清后放行，或本次不发"),
}
VIEWS: Mapping[str, str | Promise] = {
    "held": gettext_lazy("待处理"), "out": gettext_lazy("本次不发"), "changes": gettext_lazy("变化"),
    "all": gettext_lazy("全部"),
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What the lines of a run are narrowed to; '' is everything."""

    view: str = "all"
    change: str = ""
    programme: str = ""
    residence: str = ""
    place: str = ""
    reason: str = ""
    name: str = ""


@dataclass(frozen=True)
class Row:
    """A line as a list shows it."""

    line: PaymentLine
    name: str
    place: str
    holds: Sequence[Hold]

    @property
    def advice(self) -> str:
        """What to do about the first of what was found."""
        return str(ADVICE[self.holds[0].reason]) if self.holds else ""


@dataclass(frozen=True)
class Part:
    """A part of an amount: what for, for whom, why, on what ground."""

    kind: str
    who: str
    why: str
    clauses: str
    fen: int


def runs_for(staff: Staff) -> QuerySet[PaymentRun]:
    """The runs of the counties whose payments somebody may see something of."""
    counties = {place[:6] for place in staff.scope.places(Permission.PAYMENT_READ)}
    wanted = Q(county__in=counties)
    for short in (place for place in counties if len(place) < 6):
        wanted |= Q(county__startswith=short)
    return PaymentRun.objects.filter(wanted).order_by("-month", "-pk")


def lines_for(run: PaymentRun, staff: Staff) -> QuerySet[PaymentLine]:
    """The lines within reach; those that were replaced by building anew are no part of the list."""
    rows = staff.scope.narrow(PaymentLine.objects.filter(run=run), Permission.PAYMENT_READ)
    return rows.exclude(state=LineState.DROPPED, afterwards=Afterwards.REBUILT)


def in_list(rows: QuerySet[PaymentLine]) -> QuerySet[PaymentLine]:
    """Without those that were left out."""
    return rows.exclude(state=LineState.DROPPED)


def narrowed(rows: QuerySet[PaymentLine], wish: Wish) -> QuerySet[PaymentLine]:
    """The lines of a tab with its filters."""
    match wish.view:
        case "held":
            rows = rows.filter(state=LineState.HELD)
        case "out":
            rows = rows.filter(state=LineState.DROPPED)
        case "changes":
            rows = rows.exclude(state=LineState.DROPPED).exclude(change=Change.SAME)
        case _:
            rows = rows.exclude(state=LineState.DROPPED)
    for field in ("change", "programme", "residence"):
        if value := getattr(wish, field):
            rows = rows.filter(**{field: value})
    if wish.place:
        rows = rows.filter(within(wish.place))
    if wish.reason:
        rows = rows.filter(holds__reason=wish.reason, holds__released_at__isnull=True)
    if wish.name:
        # Whose line it is, and whose household: an award of one person is asked for by either name.
        either = Q(pk=OuterRef("household__head_id")) | Q(pk=OuterRef("award__person_id"))
        rows = rows.filter(Exists(Person.objects.filter(either, name__contains=wish.name)))
    return rows.select_related("household__head", "award__person", "account").order_by("division_code", "pk")


def counts(rows: QuerySet[PaymentLine]) -> Mapping[str, int]:
    """How many lines each tab has."""
    return {view: narrowed(rows, Wish(view)).count() for view in VIEWS}


def shown(lines: Sequence[PaymentLine]) -> list[Row]:
    """Lines with names, places and what stands against them, in three queries."""
    where = spots(line.division_code for line in lines)
    holds: dict[int, list[Hold]] = {}
    for hold in Hold.objects.filter(line__in=[line.pk for line in lines], released_at__isnull=True).order_by("pk"):
        holds.setdefault(hold.line_id, []).append(hold)
    return [Row(x, name_of(x), where[x.division_code].path, holds.get(x.pk, [])) for x in lines]


def name_of(line: PaymentLine) -> str:
    """Whose line it is: the person of the award, or the head of the household."""
    if line.award is not None and line.award.person is not None:
        return line.award.person.name
    return line.household.head.name if line.household is not None else ""


def seen_words(hold: Hold) -> str:
    """What the gate saw, in words; without names."""
    seen = hold.seen
    if hold.reason == HoldReason.AMOUNT_JUMP:
        said = {"before": format_yuan(seen["before"]), "now": format_yuan(seen["now"])}
        return _("上月 %(before)s 元，本月 %(now)s 元") % said
    if hold.reason == HoldReason.DUPLICATE_ACCOUNT:
        return _("共 %(n)s 户用这个账户") % {"n": seen["households"]}
    if hold.reason == HoldReason.BY_HAND:
        return str(seen.get("because", ""))
    if hold.reason == HoldReason.ACCOUNT_CHANGED and seen.get("replaced"):
        return _("名单生成后又换了账户")
    return str(seen.get("on") or "")


def releasable(hold: Hold) -> bool:
    """Whether a reason lets the line pass."""
    return hold.released_at is None and hold.reason not in NOT_RELEASED | NOTICES


def parts_of(line: PaymentLine, staff: Staff) -> list[Part]:
    """The amount part by part; what tells of somebody's health only to those who may see it."""
    health = staff.may(Permission.HEALTH_READ, line.division_code)
    names = dict(
        Person.objects.filter(pk__in=[p["person"] for p in line.parts if p["person"]]).values_list("pk", "name")
    )
    return [part_of(part, names, health) for part in line.parts]


def part_of(part: Mapping[str, Any], names: Mapping[int, str], health: bool) -> Part:
    """One part in words; `names` of the people it may be for."""
    hidden = part["reason"] in HEALTH and not health
    kind = part_label(part["kind"])
    why = _("按您的角色不显示") if hidden else str(WHY.get(part["reason"], part["reason"]))
    who = names.get(part["person"], "") if part["person"] else _("全户")
    return Part(str(kind), who, why, "、".join(map(citation, part["clauses"])), part["fen"])


def gone_for(run: PaymentRun, staff: Staff) -> list[Gone]:
    """Who is no longer in the list, within reach."""
    places = {max(place, run.county, key=len) for place in staff.scope.places(Permission.PAYMENT_READ)}
    return [one for place in sorted(places) if place.startswith(run.county) for one in gone(run, place)]


# The steps a run goes through, each with the field that says when.
STEPS: Sequence[tuple[str | Promise, str, frozenset[str]]] = (
    (gettext_lazy("生成"), "made_at", frozenset({RunState.BUILDING})),
    (gettext_lazy("数据核验"), "submitted_at", frozenset({RunState.DRAFT})),
    (gettext_lazy("复核"), "checked_at", frozenset({RunState.SUBMITTED})),
    (gettext_lazy("财政审签"), "approved_at", frozenset({RunState.CHECKED, RunState.LOCKING})),
    (gettext_lazy("银行代发"), "sent_at", frozenset({RunState.LOCKED})),
    (gettext_lazy("对账"), "done_at", frozenset({RunState.SENT})),
)


@dataclass(frozen=True)
class Step:
    """A step of a run as the stepper shows it."""

    label: str
    number: int
    is_done: bool
    is_now: bool
    on: date | None


def steps_of(run: PaymentRun) -> list[Step]:
    """Where a run is on its way; a cancelled one is nowhere."""
    now = next((n for n, step in enumerate(STEPS) if run.state in step[2]), len(STEPS))
    if run.state == RunState.CANCELLED:
        now = -1
    found = []
    for n, (label, field, _states) in enumerate(STEPS):
        at = getattr(run, field)
        found.append(Step(str(label), n + 1, n < now, n == now, at.date() if at and n < now else None))
    return found


# The order in which the way from last month to this is told.
WATERFALL: Sequence[tuple[str, str | Promise]] = (
    ("new", gettext_lazy("新增")), ("restarted", gettext_lazy("恢复")), ("ended_gone", gettext_lazy("退出")),
    ("death_gone", gettext_lazy("死亡终止")), ("suspended_gone", gettext_lazy("暂停")),
    ("dropped_gone", gettext_lazy("本次不发")), ("death", gettext_lazy("死亡减人")), ("raised", gettext_lazy("增加")),
    ("lowered", gettext_lazy("减少")), ("moved", gettext_lazy("迁移")), ("account", gettext_lazy("换卡")),
    ("arrears", gettext_lazy("补发")),
)  # fmt: skip


@dataclass(frozen=True)
class Fall:
    """One reason why the list is another than last month's."""

    code: str
    label: str
    n: int
    fen: int

    @property
    def is_gone(self) -> bool:
        return self.code.endswith("_gone")


def waterfall(run: PaymentRun) -> list[Fall]:
    """Where this month differs from last, in figures that add up."""
    told = run.figures.get("changes", {})
    return [Fall(code, str(label), told[code]["n"], told[code]["fen"]) for code, label in WATERFALL if code in told]
