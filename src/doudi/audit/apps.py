from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from doudi.accounts.models import Staff
    from doudi.accounts.port import State


class AuditConfig(AppConfig):
    name = "doudi.audit"
    label = "audit"

    def ready(self) -> None:
        from doudi.accounts import port

        port.on_event(_record)


def _record(
    *, by: Staff | None, action: str, subject_kind: str, subject_id: str, place: str, purpose: str,
    before: State, after: State, detail: State,
) -> None:  # fmt: skip
    """`accounts` lies below the log and cannot import it, so the log plugs itself in (docs/decisions/0021)."""
    from .actions import Subject, record

    subject = Subject(subject_kind, subject_id, place)
    record(by=by, action=action, subject=subject, purpose=purpose, before=before, after=after, detail=detail)
