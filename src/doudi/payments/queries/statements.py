"""Every payment of a household with its reason and state: what staff, and the family itself, are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.money import format_yuan
from doudi.registry.models import Household, Person

from ..kinds import LineKind, LineState, TransferState
from ..models import PaymentLine, ReliefPayment, Transfer
from .runs import Part, part_of

LIVE = (LineState.LOCKED, LineState.PAID, LineState.FAILED, LineState.CLOSED)


@dataclass(frozen=True)
class Payment:
    """One payment: for which month, how much, why, and what became of it."""

    line: PaymentLine | None
    month: date
    programme: str
    kind: str
    fen: int
    kept_fen: int
    parts: Sequence[Part]
    state: str
    tone: str
    said: str
    on: date | None
    card: str


@dataclass(frozen=True)
class Statement:
    """A household's payments of some months, newest first, with their sum."""

    household: Household
    since: date
    until: date
    payments: Sequence[Payment]

    @property
    def paid_fen(self) -> int:
        """What has arrived."""
        return sum(one.fen for one in self.payments if one.tone == "ok")

    @property
    def coming_fen(self) -> int:
        """What is under way or came back."""
        return sum(one.fen for one in self.payments if one.tone != "ok" and one.tone != "off")


def statement(household: Household, *, since: date, until: date, staff: Staff) -> Statement:
    """Everything paid to a household for the months of a period (`until` is the first month after it)."""
    health = staff.may(Permission.HEALTH_READ, household.division_code)
    lines = list(_lines(household).filter(month__gte=since, month__lt=until))
    names = _names(lines)
    found = [_payment(line, names, health) for line in lines]
    handed = ReliefPayment.objects.filter(plan__application__household=household, fund__isnull=False)
    found += [_handed(one) for one in handed.filter(on__gte=since, on__lt=until)]
    return Statement(
        household, since, until, sorted(found, key=lambda one: (one.month, one.on or one.month), reverse=True)
    )


def latest(household: Household, staff: Staff, count: int = 3) -> Sequence[Payment]:
    """The last payments, for the card on the household's page."""
    lines = list(_lines(household).order_by("-month", "-id")[:count])
    names = _names(lines)
    return [_payment(line, names, staff.may(Permission.HEALTH_READ, household.division_code)) for line in lines]


def _lines(household: Household) -> QuerySet[PaymentLine]:
    rows = PaymentLine.objects.filter(household=household, state__in=LIVE).select_related("run", "account")
    sent = Prefetch("transfers", queryset=Transfer.objects.order_by("-id"))
    return rows.prefetch_related(sent).order_by("-month", "-id")


def _names(lines: Sequence[PaymentLine]) -> dict[int, str]:
    people = {int(part["person"]) for line in lines for part in line.parts if part.get("person")}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


def _payment(line: PaymentLine, names: dict[int, str], health: bool) -> Payment:
    state, tone, said, on = _standing(line)
    return Payment(
        line, line.month, str(line.get_programme_display()), str(LineKind(line.kind).label), line.fen, line.kept_fen,
        [part_of(part, names, health) for part in line.parts], state, tone, said, on,
        line.account.tail if line.account else "",
    )  # fmt: skip


def _standing(line: PaymentLine) -> tuple[str, str, str, date | None]:
    """State in words, its tone, what to do about it, and the day."""
    last = next(iter(line.transfers.all()), None)
    if line.state == LineState.PAID:
        return str(_("已到账")), "ok", "", last.answered_on if last else None
    if line.state == LineState.CLOSED:
        return str(_("未到账，不再发")), "off", line.dropped_because, last.answered_on if last else None
    if last is None:
        return str(_("已审签，待送银行")), "wait", "", None
    if last.state == TransferState.SENT:
        return str(_("银行办理中")), "wait", "", None
    return str(_("没有打进去")), "bad", str(_("钱还在，请更正账户后重发")), last.answered_on


def _handed(one: ReliefPayment) -> Payment:
    form = str(one.get_form_display())
    part = Part(str(_("先行救助")), "", form, "", one.fen)
    programme, kind, state = str(_("临时救助")), str(_("备用金")), str(_("已发到手"))
    return Payment(None, one.on.replace(day=1), programme, kind, one.fen, 0, [part], state, "ok", "", one.on, "")


def words(one: Payment) -> str:
    """The why of a payment in one line."""
    parts = [f"{p.kind}{('（' + p.who + '）') if p.who else ''} {format_yuan(p.fen)}：{p.why}" for p in one.parts]
    if one.kept_fen:
        parts.append(str(_("扣回 %(yuan)s") % {"yuan": format_yuan(one.kept_fen)}))
    return "；".join(parts)
