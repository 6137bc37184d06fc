"""Changing what an award pays and whom it covers, from a month on or for some months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.kernel.period import Period
from doudi.registry.actions.appending import days, without
from doudi.registry.actions.refusal import Problems
from doudi.registry.models.dated import Dated

from ..entitlements import Entitlement, Line
from ..kinds import Act, Kind, Programme
from ..models import Award, AwardChange, AwardLine, AwardMember
from ..queries.amounts import in_force, total
from ..queries.finding import people_of
from .checks import check_lines, check_not_covered, check_people
from .granting import put_lines
from .recording import Days, Why, Work, check_inside, check_month, check_why, held, keep, known, working
from .refusal import guarded


def change_lines(
    *,
    award: Award,
    lines: Sequence[Line],
    from_month: date,
    why: Why,
    by: Staff,
    on: date,
    at: datetime,
    until: date | None = None,
    people: Sequence[int] | None = None,
    version: int | None = None,
) -> AwardChange:
    """From `from_month` (before `until`) the award pays exactly these lines; what was said of those months gives way.

    Increase, reduction or adjustment follows from the totals. `people`: whom it covers from then on, if that changes.
    A standard that changed in the past is applied month by month from the first: each call replaces all later months
    unless `until` says how far it speaks.
    """
    with guarded(), working(award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        if not check_inside(work.award, from_month, problems) or not _until_fits(
            work.award, from_month, until, problems
        ):
            problems.refuse_if_any()
        end = until or work.award.ends_on
        covered = _throughout(work.award, (from_month, end))
        wanted = covered if people is None else set(people)
        check_lines(Programme(work.award.programme), lines, wanted, problems)
        _check_joining(work, wanted - covered, (from_month, end), problems)
        before, after = total(work.award, from_month), sum(line.fen_month for line in lines)
        act = Act.INCREASE if after > before else Act.REDUCE if after < before else Act.ADJUST
        # More in the first month may be less in a later one: that is taking away, too.
        check_why(why, Act.REDUCE if after < _highest(work.award, (from_month, end)) else act, on, problems)
        problems.refuse_if_any()
        _recast(work, lines, wanted if people is not None else None, from_month, end)
        if not work.gone and not work.new:
            problems.add("lines", _("与现在的金额和保障对象相同，没有变化。"))
            problems.refuse_if_any()
        return keep(work, act, why, fen=(before, after), from_month=from_month, until=until)


def remove_member(
    *,
    award: Award,
    person: int,
    from_month: date,
    why: Why,
    by: Staff,
    on: date,
    at: datetime,
    base_fen_month: int | None = None,
    version: int | None = None,
) -> AwardChange:
    """One member's share stops: death, leaving, or three refused jobs (M57-34).

    `base_fen_month` is the household's new base where the rulebook gave one. Without it the base is cut by an equal
    share, rounded down, so that nobody who stays loses a fen.
    """
    with held(award, by=by):
        problems = Problems()
        rows = in_force(award, from_month)
        staying = [m.person_id for m in people_of(award, from_month)]
        if person not in staying:
            problems.add("person", _("该人员在这一月份不是本待遇保障的人，请核对。"))
        elif len(staying) == 1:
            problems.add("person", _("本待遇只保障这一人，请办理终止。"))
        _check_same_later(award, [*known(AwardLine, award), *known(AwardMember, award)], from_month, problems)
        problems.refuse_if_any()
        lines = [_cut(line, len(staying), base_fen_month) for line in map(said, rows) if line.person != person]
        return change_lines(
            award=award, lines=lines, people=[p for p in staying if p != person], from_month=from_month,
            why=replace(why, person=person), by=by, on=on, at=at, version=version,
        )  # fmt: skip


def add_member(
    *,
    award: Award,
    person: int,
    lines: Sequence[Line],
    from_month: date,
    why: Why,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None = None,
) -> AwardChange:
    """Somebody joins the household's award (a birth, a marriage); `lines` is everything it pays from then on."""
    with held(award, by=by):
        problems = Problems()
        _check_same_later(award, known(AwardMember, award), from_month, problems)
        problems.refuse_if_any()
        covered = [m.person_id for m in people_of(award, from_month)]
        return change_lines(
            award=award, lines=lines, people=list(dict.fromkeys([*covered, person])), from_month=from_month,
            why=replace(why, person=person), by=by, on=on, at=at, version=version,
        )  # fmt: skip


def said(row: AwardLine) -> Line:
    """A line of an award as a plain value."""
    told = tuple(row.parameters)
    return Line(Kind(row.kind), row.fen_month, row.reason, tuple(row.clauses), row.person_id, told)


def _cut(line: Line, heads: int, base_fen_month: int | None) -> Line:
    if line.kind != Kind.BASE:
        return line
    if base_fen_month is not None:
        return replace(line, fen_month=base_fen_month)
    return replace(line, fen_month=line.fen_month - line.fen_month // heads, reason="share_stopped")


def _throughout(award: Award, taken: Days) -> set[int]:
    """Whom the award covers in every one of these months: whoever leaves or joins within them is paid no line."""
    uncovered: dict[int, list[Days]] = {}
    for row in known(AwardMember, award):
        still = uncovered.get(row.person_id, [taken])
        uncovered[row.person_id] = [left for days_left in still for left in without(days_left, days(row))]
    return {person for person, left in uncovered.items() if not left}


def _highest(award: Award, taken: Days) -> int:
    """The largest monthly total that these months have paid until now."""
    start, end = taken
    begins = {row.starts_on for row in known(AwardLine, award) if row.starts_on > start}
    return max(total(award, month) for month in {start, *(m for m in begins if end is None or m < end)})


def _check_same_later(award: Award, rows: Sequence[Dated], month: date, problems: Problems) -> None:
    """What is said of the month can be said of all later ones: no row begins or stops before the award does."""
    if any(row.starts_on > month or _stops_within(award, row, month) for row in rows):
        problems.add("from_month", _("该月以后金额或保障对象另有变动，请逐段办理金额变动。"))


def _stops_within(award: Award, row: Dated, month: date) -> bool:
    return row.ends_on is not None and month < row.ends_on != award.ends_on


def _until_fits(award: Award, from_month: date, until: date | None, problems: Problems) -> bool:
    if until is None:
        return True
    if not check_month(until, problems, "until"):
        return False
    if until <= from_month or (award.ends_on is not None and until > award.ends_on):
        problems.add("until", _("截止月应晚于起始月，且不晚于待遇终止月。"))
        return False
    return True


def _check_joining(work: Work, joining: set[int], days: tuple[date, date | None], problems: Problems) -> None:
    if joining and work.award.person_id is not None:
        problems.add("people", _("按人认定的待遇不能增加成员。"))
        return
    check_people(joining, work.award.household_id, work.on, problems)
    check_not_covered(joining, days, problems, but=work.award.pk)


def _recast(work: Work, lines: Sequence[Line], people: set[int] | None, start: date, end: date | None) -> None:
    """Make the rows of these months say exactly this; rows that already do are left as they are."""
    taken = (start, end)
    rows = [row for row in known(AwardLine, work.award) if _touches(row, taken)]
    kept = {line.what: row for line in lines for row in rows if said(row) == line and _covers(row, taken)}
    left_alone = {row.pk for row in kept.values()}
    work.clear([row for row in rows if row.pk not in left_alone], taken)
    new = tuple(line for line in lines if line.what not in kept)
    programme = Programme(work.award.programme)
    put_lines(work, Entitlement(programme, work.award.household_id, (), new), start, end)
    if people is not None:
        members = known(AwardMember, work.award)
        work.clear([row for row in members if row.person_id not in people], taken)
        there = {row.person_id for row in members if _covers(row, taken)}
        work.clear([row for row in members if row.person_id in people - there], taken)
        for person in sorted(people - there):
            work.put(AwardMember(award=work.award, person_id=person, starts_on=start, ends_on=end))


def _touches(row: AwardLine, taken: tuple[date, date | None]) -> bool:
    return Period(row.starts_on, row.ends_on).overlaps(Period(*taken))


def _covers(row: AwardLine | AwardMember, taken: tuple[date, date | None]) -> bool:
    return Period(row.starts_on, row.ends_on).covers(Period(*taken))
