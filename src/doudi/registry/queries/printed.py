"""The household file as the printed form wants it."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from doudi.documents.forms.household_file import Asset, Flow, Member, Record, Status
from doudi.documents.forms.household_file import HouseholdFile as Form
from doudi.registry.codes import ETHNIC_GROUPS
from doudi.registry.models import LowIncomeStatus, Person, Statement
from doudi.registry.models.facts import HOUSEHOLD_KINDS

from .economy import COUNTS, FLAGS, Economy, Line
from .household_file import HouseholdFile
from .household_file import Member as Living
from .trace import Trace


def form_of(file: HouseholdFile, figures: Economy, traces: list[Trace], *, responsible: str, on: date) -> Form:
    """Everything the viewer may see of a household, in the shape of the form; numbers are masked already."""
    home = file.household
    people = {p.pk: p for p in Person.objects.filter(pk__in=[m.person_id for m in file.members])}
    totals = [("年收入合计", figures.income_total), ("年刚性支出合计", figures.expense_total)]
    return Form(
        number=home.number,
        head=home.head.name,
        as_of=on,
        people=len(file.members),
        place=file.place.official,
        residence_class={"urban": "城镇", "rural": "农村"}.get(file.place.residence_class, ""),
        responsible=responsible,
        address=home.address,
        phone=str(home.head.phone) if home.head.phone else None,
        members=[_member(m, people[m.person_id]) for m in file.members if m.person_id in people],
        statuses=[_status(s) for s in file.statuses],
        flows=[_flow(line, True) for line in figures.income] + [_flow(line, False) for line in figures.expense],
        totals=[(words, fen) for words, fen in totals if fen is not None],
        assets=[_asset(s) for s in file.statements if s.kind in HOUSEHOLD_KINDS],
        records=[Record(timezone.localdate(t.at), t.what, t.who) for t in traces],
    )


def _member(member: Living, person: Person) -> Member:
    group = ETHNIC_GROUPS.get(person.ethnicity)
    words = [*member.situation, f"劳动能力：{member.labour}" if member.labour else ""]
    return Member(
        name=person.name,
        relation=member.relation,
        sex=str(person.get_sex_display()),
        birth=person.birth_date,
        ethnicity=group.name if group else "",
        resident_id=member.masked_id or None,
        notes="；".join(w for w in words if w),
    )


def _status(row: LowIncomeStatus) -> Status:
    who = f"（{row.person.name}）" if row.person else ""
    return Status(
        category=f"{row.get_category_display()}{who}",
        ground=row.ground,
        department=str(row.get_department_display()),
        since=row.starts_on,
        until=row.ends_on,
    )


def _flow(line: Line, is_income: bool) -> Flow:
    return Flow(
        is_income=is_income,
        item=line.label,
        declared=line.declared,
        visit=line.visit,
        verified=line.verified,
        chosen=line.chosen,
        sources="、".join(line.sources),
    )


def _asset(row: Statement) -> Asset:
    plain = row.kind in COUNTS or row.kind in FLAGS
    word = ("是" if row.amount else "否") if row.kind in FLAGS else str(row.amount)
    return Asset(
        category=str(row.get_kind_display()),
        detail=word if plain else "",
        source=str(row.get_source_display()),
        on=row.starts_on,
        fen=None if plain else row.amount,
    )
