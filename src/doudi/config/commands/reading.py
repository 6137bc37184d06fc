"""Printing what an auditor reads: the permission table and the data map."""

from __future__ import annotations

import argparse

from .running import django


def permissions(options: argparse.Namespace) -> int:
    """The permission table as Markdown."""
    django()
    from doudi.accounts.permissions import GRANTS
    from doudi.accounts.roles import Role

    print("| 权限 | " + " | ".join(str(r.label) for r in Role) + " |")
    print("|---|" + "---|" * len(Role))
    for permission, roles in GRANTS.items():
        marks = " | ".join("●" if r in roles else "" for r in Role)
        print(f"| {permission.label} `{permission.value}` | {marks} |")
    return 0


def datamap(options: argparse.Namespace) -> int:
    """The data map as Markdown."""
    django()
    from doudi.privacy.datamap import as_markdown

    print(as_markdown())
    return 0
