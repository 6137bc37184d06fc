"""What the bank was told and what it said: batches, returns, what failed, and whether four sides agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..banking.codes import Code, code_of
from ..kinds import AnswerState, Book, EntryKind, LineState, RunState
from ..models import BankAnswer, BankBatch, BankReturn, PaymentLine, PaymentRun, Posting, Transfer

# Answers that somebody has to explain; a repeated one explains itself.
UNMATCHED = (AnswerState.FOREIGN, AnswerState.CONTRADICTS, AnswerState.WRONG)


@dataclass(frozen=True)
class Part:
    """So many lines, so much."""

    count: int = 0
    fen: int = 0

    def __add__(self, other: Part) -> Part:
        return Part(self.count + other.count, self.fen + other.fen)


@dataclass(frozen=True)
class Reconciliation:
    """The four sides of a run: what is due, what finance granted, what the bank did, what was not sent."""

    due: Part
    granted_fen: int
    told_fen: int
    sent_fen: int | None
    paid: Part
    booked_paid_fen: int
    under_way: Part
    failed: Part
    closed: Part
    held: Part

    @property
    def sum(self) -> Part:
        """Where all lines are."""
        return self.paid + self.under_way + self.failed + self.closed + self.held

    @property
    def difference_fen(self) -> int:
        """How far the sides are apart, every pair counted; zero when they agree."""
        listed = self.sum.fen - self.held.fen
        pairs = [
            (self.due.fen, self.sum.fen), (self.told_fen, listed), (self.granted_fen, self.told_fen),
            (self.booked_paid_fen, self.paid.fen),
        ]  # fmt: skip
        if self.sent_fen is not None:
            pairs.append((self.sent_fen, self.told_fen))
        return sum(abs(one - other) for one, other in pairs)


def reconciliation_of(run: PaymentRun) -> Reconciliation:
    """A run read from its lines, its files and the books; for whoever sees all of the county."""
    lines = PaymentLine.objects.filter(run=run).order_by()
    parts = {
        state: Part(count, fen)
        for state, count, fen in lines.values_list("state").annotate(n=Count("pk"), fen=Sum("fen"))
    }

    def of(*states: LineState) -> Part:
        return sum((parts.get(state.value, Part()) for state in states), Part())

    first = BankBatch.objects.filter(run=run, attempt=1).values_list("total_fen", flat=True).first()
    return Reconciliation(
        due=sum(parts.values(), Part()),
        granted_fen=_booked(run, Book.COMMITTED, EntryKind.COMMIT),
        told_fen=run.total_fen or 0,
        sent_fen=first,
        paid=of(LineState.PAID),
        booked_paid_fen=_booked(run, Book.SPENT),
        under_way=of(LineState.LOCKED),
        failed=of(LineState.FAILED),
        closed=of(LineState.CLOSED),
        held=of(LineState.DROPPED, LineState.READY, LineState.HELD),
    )


def _booked(run: PaymentRun, book: Book, kind: EntryKind | None = None) -> int:
    rows = Posting.objects.filter(entry__about="run", entry__about_id=str(run.pk), account__book=book)
    if kind is not None:
        rows = rows.filter(entry__kind=kind)
    return rows.aggregate(fen=Sum("fen"))["fen"] or 0


def unsettled(run: PaymentRun | None = None) -> QuerySet[BankAnswer]:
    """Answers that match nothing and that nobody has explained; of a run, or of all files."""
    rows = BankAnswer.objects.filter(state__in=UNMATCHED, settled_by_id__isnull=True)
    if run is not None:
        rows = rows.filter(batch_number__in=list(run.batches.values_list("number", flat=True)))
    return rows.select_related("file", "transfer").order_by("file_id", "row")


@dataclass(frozen=True)
class Failed:
    """A line that did not arrive: why, what helps, and what was decided."""

    transfer: Transfer
    line: PaymentLine
    why: Code
    name: str
    number: str

    @property
    def state(self) -> str:
        """'open' waits for a decision, 'again' for the next file, 'stop' is over."""
        return self.transfer.decision or "open"


def failed_transfers(staff: Staff, run: PaymentRun | None = None) -> QuerySet[Transfer]:
    """The newest transfer of every line that failed, within reach; the open ones first."""
    later = Transfer.objects.filter(line=OuterRef("line"), pk__gt=OuterRef("pk"))
    rows = Transfer.objects.filter(line__state=LineState.FAILED).filter(~Exists(later))
    if run is not None:
        rows = rows.filter(line__run=run)
    rows = staff.scope.narrow(rows, Permission.PAYMENT_READ)
    return rows.select_related("line__run", "line__household__head", "line__account__person", "account").order_by(
        "decision", "answered_on", "pk"
    )


def failed_of(transfers: Sequence[Transfer]) -> list[Failed]:
    """In words."""
    found = []
    for one in transfers:
        line, account = one.line, one.account
        person = account.person if account.person_id else None
        name = person.name if person else str(account.institution or "")
        number = line.household.number if line.household else ""
        found.append(Failed(one, line, code_of(one.code), name, number))
    return found


def batches_of(run: PaymentRun) -> QuerySet[BankBatch]:
    """The files of a run with how their transfers stand."""
    counts = {
        name: Count("transfers", filter=Q(transfers__state__in=states))
        for name, states in (("sent", ["sent"]), ("paid", ["paid"]), ("failed", ["rejected", "returned"]))
    }
    return BankBatch.objects.filter(run=run).annotate(**counts).order_by("attempt")


def returns_within(staff: Staff) -> QuerySet[BankReturn]:
    """The files that came back, newest first, with what their rows were."""
    counts = {state.value: Count("answers", filter=Q(answers__state=state)) for state in AnswerState}
    open_ones = Count("answers", filter=Q(answers__state__in=UNMATCHED, answers__settled_by_id__isnull=True))
    rows = staff.scope.narrow(BankReturn.objects.all(), Permission.PAYMENT_READ)
    return rows.annotate(**counts, open=open_ones).order_by("-pk")


def runs_at_the_bank(staff: Staff) -> QuerySet[PaymentRun]:
    """Runs that are locked or later, newest first."""
    rows = PaymentRun.objects.filter(state__in=[RunState.LOCKED, RunState.SENT, RunState.DONE])
    return staff.scope.narrow(rows, Permission.PAYMENT_READ)
