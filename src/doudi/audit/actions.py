"""Writing the log. Called by every action inside its own transaction, and by every page that shows a person's file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.privacy.cipher import keyring

from .middleware import request_id
from .models import AuditAlert


@dataclass(frozen=True)
class Subject:
    """What an event is about: a kind ('household', 'person', …), its id, and the place responsible for it."""

    kind: str
    id: str
    place: str = ""


NOTHING = Subject("", "")


def record(
    *,
    by: Staff | None,
    action: str,
    subject: Subject = NOTHING,
    purpose: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    using: str = "default",
) -> None:
    """Append one event. `by` None is the system. `detail` must not hold personal data; states go in as digests.

    `using` is the connection on which the action itself writes, so that both commit or neither does.
    """
    row = {
        "at": at or timezone.now(),  # the log's own stamp: when it was written, whatever day the action is about
        "actor_id": by.pk if by else None,
        "actor_role": ",".join(sorted(r.value for r in by.scope.roles))[:60] if by else "system",
        "actor_place": min((h.place for h in by.scope.held), key=len, default="") if by else "",
        "action": action,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "subject_place": subject.place,
        "purpose": purpose,
        "before_digest": digest_of(before),
        "after_digest": digest_of(after),
        "request_id": request_id.get(),
        "detail": json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True, default=str),
    }
    # Plain INSERT without RETURNING: who may append to the log need not be able to read it back.
    columns = ", ".join(row)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_auditevent ({columns}) VALUES ({', '.join(['%s'] * len(row))})",  # noqa: S608
            list(row.values()),
        )


def digest_of(state: Mapping[str, Any] | None) -> str:
    """Keyed SM3 of a state, so that it can be proved later without being readable or guessable now."""
    if state is None:
        return ""
    canonical = json.dumps(state, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return keyring().digest(canonical.encode())


def settle_alert(*, alert: AuditAlert, note: str, by: Staff, at: datetime) -> bool:
    """Close an alert with what it turned out to be; False if somebody had closed it already."""
    permit(by, Permission.AUDIT_READ)
    with transaction.atomic():
        open_one = AuditAlert.objects.filter(pk=alert.pk, settled_at__isnull=True)
        changed = open_one.update(settled_at=at, settled_by_id=by.pk, settled_note=note)
        if changed:
            record(by=by, action="audit.settle_alert", subject=Subject("alert", str(alert.pk)), purpose=note)
    return bool(changed)


def taken_out(*, what: str, by: Staff, detail: Mapping[str, Any] | None = None) -> None:
    """Record that somebody exported part of the log (`export`) or its head (`head`)."""
    permit(by, Permission.AUDIT_EXPORT)
    record(by=by, action=f"audit.{what}", detail=detail)
