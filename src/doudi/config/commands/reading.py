"""Printing what an auditor reads: the permission table, the data map, the procedure, the indicators."""

from __future__ import annotations

import argparse
import os

from .running import django


def _settings() -> None:
    """These pages touch no data: whoever builds needs neither keys nor a database to print them."""
    if "DOUDI_KEYRING" not in os.environ:
        os.environ.setdefault("DOUDI_MODE", "demo")
    os.environ.setdefault("DATABASE_URL", "postgresql:///doudi")
    django()


def permissions(options: argparse.Namespace) -> int:
    """The permission table as Markdown (docs/reference/permissions.md)."""
    _settings()
    print(permissions_page())
    return 0


def permissions_page() -> str:
    """Roles with where they work, then every permission with the roles that hold it; in the words of the product."""
    from doudi.accounts.permissions import GRANTS
    from doudi.accounts.roles import COUNTY_DIGITS, PLACE_DIGITS, Role

    levels = {6: "县（市）", 9: "乡镇", 12: "村（社区）"}
    lines = ["# 权限表", "", "由 `accounts/permissions.py` 生成：`doudi permissions`。请改源文件，不改本页。", ""]
    lines += ["| 权限 | 哪些角色 |", "|---|---|"]
    for permission, roles in GRANTS.items():
        held = "所有角色" if len(roles) == len(Role) else "、".join(str(r.label) for r in Role if r in roles)
        lines.append(f"| {permission.label} `{permission.value}` | {held} |")
    lines += ["", "| 角色 | 代码 | 在哪一级任职 |", "|---|---|---|"]
    lines += [f"| {r.label} | `{r.value}` | {levels[PLACE_DIGITS.get(r, COUNTY_DIGITS)]} |" for r in Role]
    return "\n".join([*lines, "", "权限只在任职的区划以内有效；临时查看只到一个村，24 小时自动结束。"])


def datamap(options: argparse.Namespace) -> int:
    """The data map as Markdown."""
    _settings()
    from doudi.privacy.datamap import as_markdown

    print(as_markdown())
    return 0


def procedure(options: argparse.Namespace) -> int:
    """Programmes, stages, moves and limits of casework as Markdown (docs/reference/procedure.md)."""
    _settings()
    from doudi.casework.reference import as_markdown

    print(as_markdown())
    return 0


def indicators(options: argparse.Namespace) -> int:
    """Indicators of monitoring with clauses, lines and sentences as Markdown (docs/reference/indicators.md)."""
    _settings()
    from doudi.monitoring.indicators.reference import as_markdown

    print(as_markdown())
    return 0
