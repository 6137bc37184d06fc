"""What must be right about lines and people before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from doudi.registry.actions.checks import check_alive
from doudi.registry.actions.refusal import Problems
from doudi.registry.models import Membership, Person

from ..entitlements import WHY, Line
from ..kinds import Kind, Programme
from ..models import AwardMember
from ..models.lines import LARGEST_FEN

# What an award of a programme may pay for.
KINDS = {
    Programme.DIBAO: {Kind.BASE, Kind.TOP_UP},
    Programme.INDIVIDUAL_DIBAO: {Kind.BASE},
    Programme.TEKUN: {Kind.BASE, Kind.CARE},
}


def check_lines(programme: Programme, lines: Sequence[Line], people: Collection[int], problems: Problems) -> None:
    """Every line is one the programme pays, positive, with its why, for somebody the award covers, and there once."""
    for line in lines:
        if line.kind not in KINDS[programme]:
            said = {"programme": programme.label, "kind": line.kind.label}
            problems.add("lines", _("%(programme)s没有“%(kind)s”，请核对。") % said)
        if not 0 < line.fen_month < LARGEST_FEN:
            problems.add("lines", _("“%(kind)s”的金额应大于 0，且不要多输数字。") % {"kind": line.kind.label})
        if line.reason not in WHY or not line.clauses:
            problems.add("lines", _("“%(kind)s”没有写明理由和条款。") % {"kind": line.kind.label})
        of_household = programme == Programme.DIBAO and line.kind == Kind.BASE
        if (line.person is None) != of_household or (line.person is not None and line.person not in people):
            problems.add("lines", _("“%(kind)s”的对象不是本待遇保障的人，请核对。") % {"kind": line.kind.label})
    if len({line.what for line in lines}) < len(lines):
        problems.add("lines", _("同一对象的同一项金额写了两次，请合并。"))
    if sum(line.kind == Kind.BASE for line in lines) != 1:
        problems.add("lines", _("须有且只有一项基本保障金。"))


def check_people(people: Iterable[int], household: int, on: date, problems: Problems) -> None:
    """Everybody is alive and belongs to the household on the day."""
    found = Person.objects.in_bulk(list(people))
    at_home = set(
        Membership.objects.known().on(on).filter(household=household, person__in=found).values_list("person", flat=True)
    )
    for pk in people:
        person = found.get(pk)
        if person is None or pk not in at_home:
            name = person.name if person else pk
            problems.add("people", _("%(name)s当天不是本户成员，请先核对家庭成员。") % {"name": name})
        else:
            check_alive(person, problems.under("people."), on)


def check_not_covered(people: Iterable[int], days: tuple[date, date | None], problems: Problems, but: int = 0) -> None:
    """Nobody is covered by another award in these months. Awards out of sight are refused by the database."""
    start, until = days
    rows = (
        AwardMember.objects.known().filter(person__in=list(people)).exclude(award=but).select_related("award", "person")
    )
    for row in rows:
        if (row.ends_on is None or row.ends_on > start) and (until is None or row.starts_on < until):
            said = {"name": row.person.name, "number": row.award.number, "what": row.award.get_programme_display()}
            problems.add("people", _("%(name)s已享受%(what)s（%(number)s），请先终止原待遇。") % said)
