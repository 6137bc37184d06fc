"""A family's application taken down in one act: the case opened, what they declared kept and entered.

A case may have been opened before anybody asked the family: found by monitoring, or following a review. Its draft is
filled then; nobody has two cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.policy.facts import Plain
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Household

from ..models import Application, IntakeDraft, Origin
from ..queries.evaluation import canonical
from ..queries.involvement import is_involved
from ..queries.unfilled import unfilled_draft
from ..queries.where import ground_of
from .declaring import declare
from .moving import record
from .opening import Need, open_application
from .proxies import attach_authorisation

LARGEST_DRAFT = 100_000  # characters of JSON: a form of twenty people is a tenth of it


def apply(
    *,
    need: Need,
    said: Mapping[str, Plain],
    by: Staff,
    on: date,
    at: datetime,
    authorisation: UploadedFile[Any] | None = None,
) -> Application:
    """Open the case and declare. Refused where this place may not take it; a half-filled form is then still there."""
    if need.household is not None and not need.emergency:
        ground = ground_of(need.household, on)
        if ground.basis is None:
            raise refuse("place_basis", ground.words)
    with transaction.atomic():
        begun = unfilled_draft(need.household) if need.household is not None and not need.emergency else None
        application = (
            open_application(need=need, by=by, on=on, at=at)
            if begun is None
            else _filled(begun, need=need, by=by, on=on, at=at)
        )
        declare(application=application, said=said, by=by, on=on, at=at)
        if authorisation is not None and need.origin == Origin.PROXY:
            source, name = cast(BinaryIO, authorisation.file), authorisation.name or ""
            attach_authorisation(application=application, source=source, name=name, by=by, at=at)
        if need.household is not None:
            IntakeDraft.objects.filter(staff_id=by.pk, household=need.household).delete()
    return application


def _filled(begun: Application, *, need: Need, by: Staff, on: date, at: datetime) -> Application:
    """What the family says goes into the draft at hand; where it came from stays."""
    permit(by, Permission.CASE_INTAKE, place=begun.division_code)
    if is_involved(by.pk, begun, on):
        raise refuse("household", _("申请人或其家庭成员是您本人或您备案的近亲属，请交由其他人办理。"))
    row = Application.objects.select_for_update(of=("self",)).get(pk=begun.pk)
    if on < row.opened_on or on > timezone.localdate(at):
        raise refuse("on", _("申请日期应在 %(day)s 与今天之间。") % {"day": f"{row.opened_on:%Y-%m-%d}"})
    row.programme = row.asked = need.programme
    row.person, row.applicant = need.person, need.applicant or row.applicant
    row.proxy, row.proxy_relation = need.proxy.strip() or None, need.proxy_relation
    row.cause = need.cause.strip() or row.cause
    row.handler_id = row.handler_id or (by.pk if by.may(Permission.CASE_HANDLE, row.division_code) else None)
    row.version += 1
    row.save()
    record(row, "fill", by, programme=need.programme.value, asked_as=need.origin.value)
    return row


def keep_draft(*, household: Household, typed: Mapping[str, str], by: Staff, at: datetime) -> None:
    """Keep a half-filled form, for its writer alone. It is no record yet, and so not audited."""
    permit(by, Permission.CASE_INTAKE, place=household.division_code)
    text = canonical(dict(typed))
    if len(text) > LARGEST_DRAFT:
        raise refuse("", _("填写的内容过长，没有暂存。"))
    IntakeDraft.objects.update_or_create(
        staff_id=by.pk,
        household=household,
        defaults={"typed": text, "saved_at": at, "division_code": household.division_code},
    )
