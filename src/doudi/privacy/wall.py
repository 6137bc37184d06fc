"""The second wall: row-level security, declared in each context's `wall.sql` and applied after every migration.

One file per context states who may see and change its rows in the language of the database. Applying is idempotent: it
brings a database to the declared state whatever it was before, so a forgotten or removed policy comes back.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections

WEB_ROLE = "doudi_web"


def owner_alias() -> str:
    """The connection of system work that the web role may not do: the owner's where one is set, else the only one."""
    return "owner" if "owner" in settings.DATABASES else "default"


def wall_files() -> list[Path]:
    """The `wall.sql` of every installed context, in the order of INSTALLED_APPS; a long one goes on in `wall_*.sql`."""
    return [path for config in apps.get_app_configs() for path in sorted(Path(config.path).glob("wall*.sql"))]


def apply(using: str = "default") -> list[str]:
    """Bring roles, grants, policies and guards to the declared state; returns the files applied."""
    with connections[using].cursor() as cursor:
        for path in wall_files():
            cursor.execute(path.read_text(encoding="utf-8"))
    return list(dict.fromkeys(path.parent.name for path in wall_files()))
