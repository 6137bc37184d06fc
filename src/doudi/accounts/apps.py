from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from doudi.console import navigation, panels
from doudi.console.navigation import Group, NavItem
from doudi.console.panels import Panel

if TYPE_CHECKING:
    from .models import Staff


class AccountsConfig(AppConfig):
    name = "doudi.accounts"
    label = "accounts"

    def ready(self) -> None:
        navigation.register(
            NavItem("accounts:requests", _("临时查看审批"), "eye", "access.grant", Group.MANAGEMENT, 5),
            NavItem("accounts:staff", _("人员与角色"), "people", "staff.read", Group.MANAGEMENT, 10),
            NavItem("accounts:permissions", _("权限表"), "shield", "permission_table.read", Group.MANAGEMENT, 20),
            NavItem("accounts:roles", _("登录要求"), "lock", "staff.read", Group.MANAGEMENT, 30),
        )
        panels.register(
            Panel("access_requests", "accounts/_requests_panel.html", "access.grant", _open_requests, 10),
            Panel("last_sign_in", "accounts/_sign_in_panel.html", "self", _last_sign_in, 90, "side"),
        )


def _open_requests(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    from .queries import open_requests_for

    waiting = list(open_requests_for(staff)[:5])
    return {"requests": waiting, "urgent": len(waiting)} if waiting else None


def _last_sign_in(staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    from .queries import last_sign_in

    last = last_sign_in(staff)
    return {"last": last} if last else None
