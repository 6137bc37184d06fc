"""Keys of the other system: given out once by the department itself, in whose name its system then acts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted, permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.registry.actions.refusal import refuse

from ..keys import new_token, token_index
from ..models import Peer


def issue_key(*, county: str, name: str, by: Staff, at: datetime) -> tuple[Peer, str]:
    """A new key and its token, told this once. Earlier keys stay until they are revoked, so that nothing stops."""
    permit(by, Permission.EXCHANGE_WRITE, place=county)
    if Role.RURAL_REVITALISATION not in by.scope.roles:
        raise NotPermitted(Permission.EXCHANGE_WRITE, county)
    name = name.strip()
    if not name or len(name) > 60 or not name.isprintable():
        raise refuse("name", _("请写明是哪个系统，最多 60 个字。"))
    token = new_token()
    with transaction.atomic():
        peer = Peer.objects.create(
            county=county, name=name, token_index=token_index(token), staff_id=by.pk, issued_at=at
        )
        audit.record(by=by, action="exchange.issue_key", subject=Subject("exchange", county, county),
                     detail={"peer": peer.pk})  # fmt: skip
    return peer, token


def revoke_key(*, peer: Peer, by: Staff, at: datetime) -> bool:
    """The key opens nothing from now on; False if it was revoked before."""
    permit(by, Permission.EXCHANGE_WRITE, place=peer.county)
    with transaction.atomic():
        rows = Peer.objects.filter(pk=peer.pk, revoked_at__isnull=True)
        changed = rows.update(revoked_at=at, revoked_by_id=by.pk)
        if changed:
            audit.record(by=by, action="exchange.revoke_key", subject=Subject("exchange", peer.county, peer.county),
                         detail={"peer": peer.pk})  # fmt: skip
    return bool(changed)
