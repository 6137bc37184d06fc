"""Officials name their near relatives themselves, and say when it has ended. The number is kept as an index only."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.kernel.resident_id import ResidentId, ResidentIdError
from doudi.privacy.fields import blind
from doudi.registry.actions.refusal import Problems, refuse
from doudi.registry.models import Person

from ..models import RelativeDisclosure
from ..queries.relatives import RELATIONS


def disclose(
    *,
    relation: str,
    name: str,
    by: Staff,
    on: date,
    at: datetime,
    number: str = "",
    person: Person | None = None,
) -> RelativeDisclosure:
    """Disclose one's own relative: a person on file, or anybody by their number, which is not kept readable."""
    permit(by, Permission.DISCLOSURE_WRITE)
    problems = Problems()
    if relation not in RELATIONS:
        problems.add("relation", _("请选择关系。"))
    if not name.strip():
        problems.add("name", _("请填写姓名。"))
    index = _index(number, problems) if number.strip() else _index_of(person)
    if index is None and person is None and not problems.found:
        problems.add("number", _("请填写身份证号，或者选档案里的人。"))
    if on > timezone.localdate(at):
        problems.add("on", _("日期不能晚于今天。"))
    problems.refuse_if_any()
    _refuse_twice(by, person, index)
    with transaction.atomic():
        made = RelativeDisclosure.objects.create(
            staff_id=by.pk, person=person, resident_id_index=index, relative_name=name.strip(), relation=relation,
            place=_county_of(by), starts_on=on, disclosed_at=at,
        )  # fmt: skip
        audit.record(by=by, action="case.disclose", detail={"disclosure": made.pk, "relation": relation})
    return made


def _index(number: str, problems: Problems) -> bytes | None:
    try:
        return blind(ResidentId.parse(number[:100]).to_18().number, purpose="resident_id")
    except ResidentIdError as error:
        problems.add("number", str(error))
        return None


def _index_of(person: Person | None) -> bytes | None:
    found = person.resident_id_index if person else None
    return bytes(found) if found is not None else None


def _refuse_twice(by: Staff, person: Person | None, index: bytes | None) -> None:
    rows = RelativeDisclosure.objects.filter(staff_id=by.pk, ends_on__isnull=True)
    same = rows.filter(person=person) if person is not None else rows.filter(resident_id_index=index)
    if same.exists():
        raise refuse("number", _("您已经备案过这位亲属。"))


def _county_of(by: Staff) -> str:
    return by.scope.places(Permission.DISCLOSURE_WRITE)[0][:6]


def end_disclosure(*, disclosure: RelativeDisclosure, by: Staff, on: date) -> None:
    """The tie is over (divorce, death) or was entered by mistake; what was disclosed stays on record."""
    permit(by, Permission.DISCLOSURE_WRITE)
    if disclosure.staff_id != by.pk:
        raise refuse("", _("近亲属备案只能由本人终止。"))
    if disclosure.ends_on is not None or on < disclosure.starts_on:
        raise refuse("on", _("这条备案已经终止，或者终止日期早于开始日期。"))
    with transaction.atomic():
        disclosure.ends_on = on
        disclosure.save(update_fields=["ends_on"])
        audit.record(by=by, action="case.end_disclosure", detail={"disclosure": disclosure.pk})
