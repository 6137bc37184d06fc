"""The authorisation of a proxy: kept with the case, at once or later."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.documents import actions as documents
from doudi.documents.models import Document, Kind
from doudi.registry.actions.refusal import refuse

from ..models import Application, Origin
from ..owners import case_owner
from ..stages import ENDED
from .moving import lock, record


def attach_authorisation(*, application: Application, source: BinaryIO, name: str, by: Staff, at: datetime) -> Document:
    """Keep the paper with which the applicant authorises the proxy; a newer one takes the place of the older."""
    permit(by, Permission.CASE_INTAKE, place=application.division_code)
    with transaction.atomic():
        current = lock(application.pk)
        if current.origin != Origin.PROXY:
            raise refuse("", _("这件申请不是代办，不需要委托书。"))
        if current.stage in ENDED:
            raise refuse("", _("这件申请已经办结，不能再补委托书。"))
        paper = documents.store(by=by, source=source, name=name, kind=Kind.CONSENT, owner=case_owner(current), at=at)
        current.proxy_document = paper.pk
        current.save(update_fields=["proxy_document"])
        record(current, "authorise_proxy", by, document=paper.pk)
    application.proxy_document = paper.pk
    return paper
