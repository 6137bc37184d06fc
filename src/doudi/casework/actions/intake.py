"""A family's application taken down in one act: the case opened, what they declared kept and entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.policy.facts import Plain
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Household

from ..models import Application, IntakeDraft, Origin
from ..queries.evaluation import canonical
from ..queries.where import ground_of
from .declaring import declare
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
        application = open_application(need=need, by=by, on=on, at=at)
        declare(application=application, said=said, by=by, on=on, at=at)
        if authorisation is not None and need.origin == Origin.PROXY:
            source, name = cast(BinaryIO, authorisation.file), authorisation.name or ""
            attach_authorisation(application=application, source=source, name=name, by=by, at=at)
        if need.household is not None:
            IntakeDraft.objects.filter(staff_id=by.pk, household=need.household).delete()
    return application


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
