"""Households: opened, split, joined, handed to another place, and who heads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..codes import HEAD
from ..models import Household, LowIncomeStatus, Membership, Move, Person
from ..places import village
from .appending import Cut, change, cut, end, rehome
from .checks import (
    Checked,
    check_address,
    check_alive,
    check_in_no_household,
    check_not_twice,
    check_open,
    check_person,
    check_reason,
    check_relation,
    check_unregistered,
    check_village,
)
from .drafts import MemberDraft, PersonDraft
from .recording import hand_over, next_number, record
from .refusal import Conflict, Problems, guarded, refuse


def register_household(
    *,
    division_code: str,
    head: PersonDraft | Person,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
    members: Sequence[MemberDraft] = (),
) -> Household:
    """Open a household in a village with its head and members from `on`; Refused names 'head.name', 'members.0.…'."""
    permit(by, Permission.PERSON_WRITE, place=division_code)
    problems = Problems()
    check_village(division_code, problems)
    address = check_address(address, problems)
    joining = [(MemberDraft(person=head, relation=HEAD, co_resident=True), problems.under("head."))]
    joining += [(m, problems.under(f"members.{i}.")) for i, m in enumerate(members)]
    people = [_newcomer(draft, division_code, by, mine, on, at) for draft, mine in joining]
    for draft, mine in joining[1:]:
        check_relation(draft.relation, mine)
    _check_each_once(people, [mine for _draft, mine in joining])
    problems.refuse_if_any()
    with guarded():
        stored = [store(person, division_code, at) for person in people if person is not None]
        household = _open(division_code, stored[0], address, on, at)
        for person, (draft, _mine) in zip(stored, joining, strict=True):
            enter(household, person, draft.relation, draft.co_resident, on=on, by=by, at=at)
        record("household.register", household, by, people=[p.pk for p in stored], number=household.number)
    return household


def _newcomer(
    draft: MemberDraft, code: str, by: Staff, problems: Problems, on: date, at: datetime
) -> Checked | Person | None:
    person = draft.person
    if isinstance(person, PersonDraft):
        checked = check_person(person, problems, on)
        check_unregistered(checked.resident_id if checked else None, code, by, problems)
        check_not_twice(checked, code, at, problems)
        return checked
    permit(by, Permission.PERSON_WRITE, place=person.division_code)
    check_alive(person, problems, on)
    check_in_no_household(person, by, problems, on)
    return person


def _check_each_once(people: Iterable[Checked | Person | None], problems: Iterable[Problems]) -> None:
    seen: set[str | int] = set()
    for person, mine in zip(people, problems, strict=True):
        key = person.resident_id if isinstance(person, Checked) else person.pk if person else None
        if key is not None and key in seen:
            mine.add("resident_id", _("同一人在本户填写了两次，请删去一行。"))
        if key is not None:
            seen.add(key)


def store(person: Checked | Person, code: str, at: datetime) -> Person:
    """Keep a checked person; one who is registered already is returned as they are."""
    if isinstance(person, Person):
        return person
    return Person.objects.create(division_code=code, recorded_at=at, **person.columns())


def _open(code: str, head: Person, address: str, on: date, at: datetime) -> Household:
    place = village(code)
    if place is None or not place.letters:
        raise refuse("division_code", _("该乡镇尚未设置户编号字母，请系统管理员在区划中补充。"))
    number = next_number(f"{place.county_letters or 'MS'}-{place.letters}-")
    return Household.objects.create(
        number=number, division_code=code, address=address, head=head, opened_on=on, recorded_at=at
    )


def enter(
    household: Household,
    person: Person,
    relation: str,
    co_resident: bool | None,
    *,
    on: date,
    by: Staff,
    at: datetime,
) -> Membership:
    """The person belongs to the household from a day; their file goes where the household is."""
    rehome(person, household.division_code, household.pk)
    return Membership.objects.create(
        household=household,
        person=person,
        relation=relation,
        co_resident=co_resident,
        division_code=household.division_code,
        starts_on=on,
        recorded_at=at,
        recorded_by_id=by.pk,
    )


def members_on(household: Household, day: date) -> list[Membership]:
    """Who belongs to the household on a day."""
    rows = Membership.objects.known().on(day).filter(household=household)
    return list(rows.select_related("person").order_by("pk"))


def touch(household: Household) -> None:
    """Raise the version, so that a form read before is refused. Conflict if the household is out of our hands."""
    if not Household.objects.filter(pk=household.pk, closed_on__isnull=True).update(version=F("version") + 1):
        raise Conflict
    household.version += 1


def close(household: Household, because: str, *, on: date, by: Staff, at: datetime) -> list[Cut]:
    """Close a household that has no members any more; its categories end with it and are returned."""
    statuses = LowIncomeStatus.objects.known().filter(household=household, person__isnull=True)
    ended = [cut(status, on=on, by=by, at=at) for status in statuses if status.ends_on is None or status.ends_on > on]
    household.closed_on, household.closed_because = max(on, household.opened_on), because[:120]
    household.save(update_fields=["closed_on", "closed_because"])
    return ended


def split_household(
    *,
    household: Household,
    head: Person,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
    address: str = "",
) -> Household:
    """Some members become a household of their own from `on`; `relations` (person id → relation to the new head)."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    address = check_address(address, problems)
    check_open(household, problems, on)
    members = {m.person_id: m for m in members_on(household, on)}
    leaving = {head.pk, *relations}
    if strangers := leaving - set(members):
        problems.add("relations", _("有 %(n)s 人当天不是本户成员，请刷新后重选。") % {"n": len(strangers)})
    elif leaving == set(members):
        problems.add("relations", _("不能把全部成员都分出去，原户至少留一人。"))
    elif household.head_id in leaving:
        problems.add("head", _("户主不能分出，请先变更户主。"))
    for person_id, relation in relations.items():
        if person_id != head.pk:
            check_relation(relation, problems.under(f"relations.{person_id}."))
    problems.refuse_if_any()
    with guarded():
        touch(household)
        fresh = _open(household.division_code, head, address or household.address, on, at)
        for person_id in sorted(leaving):
            old = members[person_id]
            end(old, on=on, by=by, at=at)
            relation = HEAD if person_id == head.pk else relations[person_id]
            enter(fresh, old.person, relation, old.co_resident, on=on, by=by, at=at)
        record("household.split", fresh, by, purpose=reason, origin=household.pk, people=sorted(leaving))
    return fresh


def merge_households(
    *,
    survivor: Household,
    absorbed: Household,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
) -> Household:
    """All members of `absorbed` belong to `survivor` from `on`; relations are to the survivor's head."""
    permit(by, Permission.PERSON_MERGE, place=survivor.division_code)
    permit(by, Permission.PERSON_MERGE, place=absorbed.division_code)
    problems = Problems()
    reason = check_reason(reason, problems, 110)
    check_open(survivor, problems, on)
    check_open(absorbed, problems, on)
    if survivor.pk == absorbed.pk:
        problems.add("", _("不能把一户与自身合并。"))
    members = members_on(absorbed, on)
    for member in members:
        check_relation(relations.get(member.person_id, ""), problems.under(f"relations.{member.person_id}."))
    problems.refuse_if_any()
    with guarded():
        touch(survivor)
        for member in members:
            end(member, on=on, by=by, at=at)
            relation = relations[member.person_id]
            enter(survivor, member.person, relation, member.co_resident, on=on, by=by, at=at)
        absorbed.merged_into = survivor
        absorbed.save(update_fields=["merged_into"])
        close(absorbed, reason, on=on, by=by, at=at)
        people = [m.person_id for m in members]
        record("household.merge", survivor, by, purpose=reason, absorbed=absorbed.pk, people=people)
    return survivor


def move_household(
    *, household: Household, to_code: str, reason: str, by: Staff, on: date, at: datetime, address: str = ""
) -> Household:
    """Hand the household with everything known about its members to another village of the county from `on`."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    address = check_address(address, problems)
    check_open(household, problems, on)
    check_village(to_code, problems, "to_code")
    if to_code[:6] != household.division_code[:6]:
        problems.add("to_code", _("只能移交给本县（市）的村（社区），跨县请办理迁出。"))
    elif to_code == household.division_code:
        problems.add("to_code", _("该户已在这个村（社区）。"))
    latest = household.moves.order_by("-moved_on").first()
    if latest is not None and on <= latest.moved_on:
        problems.add("on", _("日期应晚于上次迁移 %(day)s。") % {"day": latest.moved_on})
    problems.refuse_if_any()
    with guarded():
        touch(household)
        from_code = household.division_code
        Move.objects.create(
            household=household, division_code=from_code, from_code=from_code, to_code=to_code, moved_on=on,
            reason=reason, recorded_at=at, recorded_by_id=by.pk,
        )  # fmt: skip
        Household.objects.filter(pk=household.pk).update(address=address)
        hand_over(household, to_code, by)
        # Read back by nobody here: the file may be out of the actor's sight from now on.
        household.division_code, household.address = to_code, address
        record("household.move", household, by, purpose=reason, origin=from_code, to=to_code)
    return household


def set_head(
    *,
    household: Household,
    head: Person,
    relations: Mapping[int, str],
    reason: str,
    by: Staff,
    on: date,
    at: datetime,
) -> Household:
    """Another member heads the household from `on`; `relations` names every other member's relation to them."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    reason = check_reason(reason, problems)
    check_open(household, problems, on)
    members = members_on(household, on)
    if head.pk not in {m.person_id for m in members}:
        problems.add("head", _("新户主当天不是本户成员。"))
    for member in members:
        if member.person_id != head.pk:
            check_relation(relations.get(member.person_id, ""), problems.under(f"relations.{member.person_id}."))
    problems.refuse_if_any()
    with guarded():
        touch(household)
        for member in members:
            relation = HEAD if member.person_id == head.pk else relations[member.person_id]
            if relation != member.relation:
                change(member, on=on, by=by, at=at, relation=relation)
        before = household.head_id
        household.head = head
        household.save(update_fields=["head"])
        record("household.set_head", household, by, purpose=reason, head=head.pk, before_head=before)
    return household


def correct_address(*, household: Household, address: str, version: int, by: Staff, at: datetime) -> Household:
    """Change the address; Conflict if the household was changed since `version`."""
    permit(by, Permission.PERSON_WRITE, place=household.division_code)
    problems = Problems()
    address = check_address(address, problems)
    check_open(household, problems, household.opened_on)
    problems.refuse_if_any()
    with guarded():
        before = {"address": household.address}
        rows = Household.objects.filter(pk=household.pk, version=version)
        if not rows.update(address=address, version=version + 1):
            raise Conflict
        household.address, household.version = address, version + 1
        record("household.correct_address", household, by, before=before, after={"address": address})
    return household
