"""What the pages show: a row of the list, the page of one award. Codes in words, nothing calculated in a template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import within
from doudi.console.components import Entry
from doudi.kernel.money import format_yuan
from doudi.policy import PolicyError, RuleError
from doudi.policy.law import instrument
from doudi.registry.queries.naming import Spot, spots
from doudi.rulebook.queries.book import county_book
from doudi.rulebook.values import shown, title

from ..entitlements import HEALTH, WHY
from ..kinds import Act, Kind, Programme, State
from ..models import Award, AwardChange, AwardLine, AwardMember, Suspension
from ..months import month_of
from ..reasons import reason_label
from .amounts import in_force, suspension_on
from .finding import history, people_of, visible_awards

SEALS = {Programme.DIBAO: "dibao", Programme.INDIVIDUAL_DIBAO: "dibao", Programme.TEKUN: "tekun"}


@dataclass(frozen=True)
class Row:
    """An award in a list."""

    award: Award
    name: str
    seal: str
    people: int
    fen: int
    state: State
    place: Spot

    @property
    def review_due(self) -> bool:
        """Whether a review can still be due."""
        return self.award.review_by is not None and self.state is not State.ENDED


@dataclass(frozen=True)
class Told:
    """A line of an award in words; what tells of somebody's health only to those who may see it."""

    kind: str
    who: str
    fen: int
    why: str
    clauses: str
    values: Sequence[str]
    since: date


@dataclass(frozen=True)
class Page:
    """Everything the page of an award shows."""

    row: Row
    members: Sequence[AwardMember]
    lines: Sequence[Told]
    coming: Sequence[tuple[date, int]]
    suspension: Suspension | None
    month: date
    log: Sequence[Entry]


def wanted(staff: Staff, programme: str, state: str, place: str, on: date) -> QuerySet[Award]:
    """The awards of a list, by place and number."""
    rows = visible_awards(staff)
    if programme:
        rows = rows.filter(programme=programme)
    if state:
        rows = rows.in_state(State(state), on)
    if place:
        rows = rows.filter(within(place))
    return rows.select_related("household__head", "person").order_by("division_code", "programme", "number")


def rows_of(awards: Iterable[Award], on: date) -> list[Row]:
    """The rows of a page in five queries, however long it is. Before an award begins, what it will pay at first."""
    found = list(awards)
    keys = [award.pk for award in found]
    fens: dict[int, int] = defaultdict(int)
    starts = {award.pk: month_of(max(on, award.starts_on)) for award in found}
    for line in AwardLine.objects.known().filter(award__in=keys):
        month = starts[line.award_id]
        if line.starts_on <= month and (line.ends_on is None or line.ends_on > month):
            fens[line.award_id] += line.fen_month
    heads: dict[int, set[int]] = defaultdict(set)
    for member in AwardMember.objects.known().filter(award__in=keys):
        if member.starts_on <= starts[member.award_id] and (member.ends_on is None or member.ends_on > on):
            heads[member.award_id].add(member.person_id)
    resting = set(Suspension.objects.known().on(on).filter(award__in=keys).values_list("award", flat=True))
    where = spots(award.division_code for award in found)
    return [_row(a, len(heads[a.pk]), fens[a.pk], a.pk in resting, where, on) for a in found]


def _row(award: Award, people: int, fen: int, resting: bool, where: dict[str, Spot], on: date) -> Row:
    name = award.person.name if award.person else award.household.head.name
    seal = SEALS[Programme(award.programme)]
    return Row(award, name, seal, people, fen, award.state(on, suspended=resting), where[award.division_code])


def page_of(award: Award, *, staff: Staff, on: date) -> Page:
    """The page of an award: this month, or its first where it has not begun, or its last where it has ended."""
    last = award.ends_on is not None and award.ends_on <= on and award.ends_on > award.starts_on
    month = month_of(max(on, award.starts_on))
    (row,) = rows_of([award], on)
    health = staff.may(Permission.HEALTH_READ, award.division_code)
    lines = [] if last else [_told(line, health) for line in in_force(award, month)]
    members = [] if last else people_of(award, month)
    log = [_entry(change) for change in reversed(history(award))]
    return Page(row, members, lines, _coming(award, month), suspension_on(award, month), month, log)


def _coming(award: Award, month: date) -> list[tuple[date, int]]:
    """Months still to come in which the total changes, each with the new total."""
    lines = AwardLine.objects.known().filter(award=award)
    days = sorted({d for line in lines for d in (line.starts_on, line.ends_on) if d is not None and d > month})
    return [(day, sum(line.fen_month for line in in_force(award, day))) for day in days]


def _told(line: AwardLine, health: bool) -> Told:
    hidden = line.reason in HEALTH and not health
    return Told(
        kind=str(Kind(line.kind).label),
        who=line.person.name if line.person else _("全户"),
        fen=line.fen_month,
        why=_("按您的角色不显示") if hidden else str(WHY.get(line.reason, line.reason)),
        clauses="、".join(map(citation, line.clauses)),
        values=[] if hidden else [words for told in line.parameters if (words := _value(told))],
        since=line.starts_on,
    )


def citation(key: str) -> str:
    """A clause key such as `M57-23` as a document cites it; a key nobody knows any more as it is."""
    name, _dash, number = key.partition("-")
    try:
        return instrument(name).article(number).citation
    except RuleError:
        return key


def _value(told: dict[str, object]) -> str:
    try:
        quantity = county_book().parameters.quantity(str(told["name"]))
    except PolicyError:
        return ""
    value = told["value"]
    words = f"{title(quantity)} {shown(quantity, value if isinstance(value, int | str) else None)}"
    return f"{words}（{_('待当地确认')}）" if told["unconfirmed"] else words


def _entry(change: AwardChange) -> Entry:
    """An act of the history: what, from when, from how much to how much; below it why and on what ground."""
    act = Act(change.act).label
    said = {"act": act, "m": f"{change.effective_from:%Y-%m}"}
    text = _("%(act)s，自 %(m)s 起") % said
    if change.until is not None:
        text += _("，至 %(m)s 前") % {"m": f"{change.until:%Y-%m}"}
    if change.act == Act.GRANT:
        text += _("，每月 %(after)s 元") % {"after": format_yuan(change.after_fen)}
    elif change.before_fen != change.after_fen:
        told = {"before": format_yuan(change.before_fen), "after": format_yuan(change.after_fen)}
        text += _("，每月 %(before)s 元变为 %(after)s 元") % told
    notes = [reason_label(change.reason), change.person.name if change.person else "", change.reference]
    notes += [*map(citation, change.clauses), str(change.note or "")]
    if hasattr(change, "taken_back_by"):
        notes.append(_("已撤回"))
    return Entry(change.at, text, [note for note in notes if note])
