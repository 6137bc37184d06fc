from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from doudi.accounts.models import Staff
    from doudi.accounts.port import State


class AuditConfig(AppConfig):
    name = "doudi.audit"
    label = "audit"

    def ready(self) -> None:
        from doudi.accounts import port

        port.on_event(_record)
        _join_console()
        _join_jobs()


def _join_console() -> None:
    from doudi.console import navigation, panels
    from doudi.console.navigation import Group, NavItem

    from .panel import PANEL

    navigation.register(
        NavItem("audit:events", _("审计记录"), "eye", "audit.read", Group.MANAGEMENT, 50, key="a"),
        NavItem("audit:figures", _("查阅统计"), "chart", "audit.read", Group.MANAGEMENT, 51),
        NavItem("audit:seals", _("审计链"), "link", "audit.read", Group.MANAGEMENT, 52),
    )
    panels.register(PANEL)


def _join_jobs() -> None:
    from doudi.jobs.steps import register, schedule

    from .steps import Check, Rotate, Seal

    register(Seal(), Check(), Rotate())
    schedule("audit.seal", "7 * * * *")
    schedule("audit.verify", "40 18 * * *")  # 02:40 in China


def _record(
    *, by: Staff | None, action: str, subject_kind: str, subject_id: str, place: str, purpose: str,
    before: State, after: State, detail: State,
) -> None:  # fmt: skip
    """`accounts` lies below the log and cannot import it, so the log plugs itself in (docs/decisions/0021)."""
    from .actions import Subject, record

    subject = Subject(subject_kind, subject_id, place)
    record(by=by, action=action, subject=subject, purpose=purpose, before=before, after=after, detail=detail)
