"""Two files of one person made one, and apart again.

`Merge.moved` names every row that changed: which were given to the survivor (and where each was kept before), which
were superseded because the survivor's own row holds for those days, what was appended for the days that remained, and
which households were closed or got the survivor as their head. Undoing follows it backwards.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..models import (
    Certificate,
    Household,
    KinTie,
    LowIncomeStatus,
    Membership,
    Merge,
    Person,
    Residence,
    Statement,
)
from ..models.dated import Dated
from .appending import append, days, without
from .checks import check_reason
from .households import close
from .recording import record
from .refusal import Problems, guarded, refuse

# What may not overlap for one person: the absorbed file gives way.
_EXCLUSIVE: tuple[type[Dated], ...] = (Membership, LowIncomeStatus)
_FREE: tuple[type[Dated], ...] = (Certificate, Statement, Residence)


def merge_people(*, survivor: Person, absorbed: Person, reason: str, by: Staff, at: datetime) -> Merge:
    """Everything known about `absorbed` belongs to `survivor`; where both were in a household, the survivor's holds."""
    permit(by, Permission.PERSON_MERGE, place=survivor.division_code)
    permit(by, Permission.PERSON_MERGE, place=absorbed.division_code)
    with guarded():
        pair = Person.objects.select_for_update().in_bulk([survivor.pk, absorbed.pk])
        keep, gone = pair.get(survivor.pk, survivor), pair.get(absorbed.pk, absorbed)
        problems = Problems()
        reason = check_reason(reason, problems)
        _check_same_human(keep, gone, problems)
        problems.refuse_if_any()
        moved: dict[str, Any] = {"given": {}, "superseded": {}, "added": {}, "closed": [], "headed": []}
        for model in _EXCLUSIVE:
            _give_way(model, keep, gone, moved, by, at)
        _join_kin(keep, gone, moved, at)
        for model in _FREE:
            _give(model, "person_id", gone, keep, moved)
        _settle_households(keep, gone, moved, by, at)
        gone.merged_into = keep
        gone.save(update_fields=["merged_into"])
        merge = Merge.objects.create(
            survivor=keep, absorbed=gone, division_code=keep.division_code, moved=moved, reason=reason,
            merged_at=at, merged_by_id=by.pk,
        )  # fmt: skip
        record("person.merge", keep, by, purpose=reason, absorbed=gone.pk, merge=merge.pk)
    return merge


def _check_same_human(keep: Person, gone: Person, problems: Problems) -> None:
    if keep.pk == gone.pk:
        problems.add("", _("不能把档案与自身合并。"))
    if keep.merged_into_id or gone.merged_into_id:
        problems.add("", _("其中一份档案已被合并，请刷新后重试。"))
    if keep.resident_id and gone.resident_id and keep.resident_id != gone.resident_id:
        problems.add("", _("两份档案身份证号不同，不是同一人；如其中一个号码有误，请先更正。"))
    if gone.resident_id and not keep.resident_id:
        problems.add("survivor", _("请把有身份证号的档案作为保留档案。"))
    if keep.sex != gone.sex or keep.birth_date != gone.birth_date:
        problems.add("", _("两份档案性别或出生日期不同，请先更正再合并。"))
    if keep.death_date != gone.death_date:
        problems.add("", _("两份档案死亡登记不同，请先核对死亡日期。"))


def _give(model: type[Dated], field: str, gone: Person, keep: Person, moved: dict[str, Any], but: Any = ()) -> None:
    """Give rows to the survivor. What is about the person goes to the survivor's place, a membership stays put."""
    rows = model._default_manager.filter(**{field: gone.pk}).exclude(pk__in=but)
    follows = field == "person_id" and model is not Membership
    given = [[pk, code] for pk, code in rows.order_by("pk").values_list("pk", "division_code")]
    if given:
        moved["given"][f"{model._meta.label}.{field}"] = given
        place = {"division_code": keep.division_code} if follows else {}
        rows.update(**{field: keep.pk}, **place)


def _give_way(model: type[Dated], keep: Person, gone: Person, moved: dict[str, Any], by: Staff, at: datetime) -> None:
    """Rows that overlap the survivor's are superseded; the days the survivor's leave free are appended for them."""
    believed = model._default_manager.filter(superseded_at__isnull=True)
    taken = [days(row) for row in believed.filter(person_id=keep.pk)]  # type: ignore[misc]
    overlapping, added = [], []
    for row in believed.filter(person_id=gone.pk).order_by("pk"):  # type: ignore[misc]
        pieces = [days(row)]
        for period in taken:
            pieces = [left for piece in pieces for left in without(piece, period)]
        if pieces == [days(row)]:
            continue
        overlapping.append(row.pk)
        model._default_manager.filter(pk=row.pk).update(superseded_at=at)
        added += [(row, start, until) for start, until in pieces]
    moved["superseded"][model._meta.label] = overlapping
    _give(model, "person_id", gone, keep, moved, but=overlapping)
    moved["added"][model._meta.label] = [
        append(row, by=by, at=at, person_id=keep.pk, starts_on=start, ends_on=until).pk for row, start, until in added
    ]


def _join_kin(keep: Person, gone: Person, moved: dict[str, Any], at: datetime) -> None:
    """Ties of both become the survivor's; a tie the survivor has already, or to themselves, gives way."""
    known = KinTie.objects.known()
    taken = {(t.person_id, t.relative_id) for t in known.filter(person=keep) | known.filter(relative=keep)}
    doubled = []
    for tie in (known.filter(person=gone) | known.filter(relative=gone)).order_by("pk"):
        person = keep.pk if tie.person_id == gone.pk else tie.person_id
        relative = keep.pk if tie.relative_id == gone.pk else tie.relative_id
        if person == relative or (relative is not None and (person, relative) in taken):
            doubled.append(tie.pk)
        taken.add((person, relative))
    KinTie.objects.filter(pk__in=doubled).update(superseded_at=at)
    moved["superseded"][KinTie._meta.label] = doubled
    _give(KinTie, "person_id", gone, keep, moved, but=doubled)
    _give(KinTie, "relative_id", gone, keep, moved, but=doubled)


def _settle_households(keep: Person, gone: Person, moved: dict[str, Any], by: Staff, at: datetime) -> None:
    """Households the absorbed file headed: emptied ones close, the survivor heads those they belong to."""
    today = timezone.localdate(at)
    for household in Household.objects.filter(head=gone, closed_on__isnull=True).order_by("pk"):
        members = Membership.objects.known().filter(household=household)
        running = [m for m in members if m.ends_on is None or m.ends_on > today]
        if not running:
            ended = close(household, str(_("户主与另一档案合并，户内无其他成员")), on=today, by=by, at=at)
            moved["closed"].append([household.pk, ended])
        elif any(m.person_id == keep.pk for m in running):
            Household.objects.filter(pk=household.pk).update(head=keep)
            moved["headed"].append(household.pk)
        else:
            raise refuse("", _("被合并的人员是另一户的户主，请先变更 %(n)s 户的户主。") % {"n": household.number})


def undo_merge(*, merge: Merge, reason: str, by: Staff, at: datetime) -> Merge:
    """Put back every row the merge moved, exactly as it was."""
    permit(by, Permission.PERSON_MERGE, place=merge.division_code)
    permit(by, Permission.PERSON_MERGE, place=merge.absorbed.division_code)
    with guarded():
        now = Merge.objects.select_for_update().get(pk=merge.pk)
        problems = Problems()
        reason = check_reason(reason, problems)
        if now.undone_at is not None:
            problems.add("", _("这次合并已撤销。"))
        elif _changed_since(now):
            problems.add("", _("合并之后成员关系、认定或管理地又有变动，不能自动撤销，请先恢复这些变动。"))
        problems.refuse_if_any()
        _put_back(now, at)
        now.undone_at, now.undone_by_id = at, by.pk
        now.save(update_fields=["undone_at", "undone_by_id"])
        record("person.undo_merge", now.survivor, by, purpose=reason, merge=now.pk, absorbed=now.absorbed_id)
    return now


def _changed_since(merge: Merge) -> bool:
    """Whether something the merge gave or added was superseded or handed on since."""
    if merge.survivor.division_code != merge.division_code or merge.survivor.merged_into_id is not None:
        return True
    touched = {key.rsplit(".", 1)[0]: [pk for pk, _code in rows] for key, rows in merge.moved["given"].items()}
    for label, added in merge.moved["added"].items():
        touched[label] = touched.get(label, []) + added
    return any(
        apps.get_model(label)._default_manager.filter(pk__in=pks, superseded_at__gte=merge.merged_at).exists()
        for label, pks in touched.items()
    )


def _put_back(merge: Merge, at: datetime) -> None:
    moved = merge.moved
    for label, pks in moved["added"].items():
        apps.get_model(label)._default_manager.filter(pk__in=pks).update(superseded_at=at)
    for key, rows in moved["given"].items():
        label, field = key.rsplit(".", 1)
        for pk, code in rows:
            manager = apps.get_model(label)._default_manager
            manager.filter(pk=pk).update(**{field: merge.absorbed_id, "division_code": code})
    for label, pks in moved["superseded"].items():
        apps.get_model(label)._default_manager.filter(pk__in=pks).update(superseded_at=None)
    for household_id, ended in moved["closed"]:
        Household.objects.filter(pk=household_id).update(closed_on=None, closed_because="")
        for label, was, left in ended:
            rows = apps.get_model(label)._default_manager
            rows.filter(pk=left).update(superseded_at=at)
            rows.filter(pk=was).update(superseded_at=None)
    Household.objects.filter(pk__in=moved["headed"]).update(head=merge.absorbed_id)
    Person.objects.filter(pk=merge.absorbed_id).update(merged_into=None)
