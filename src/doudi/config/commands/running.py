"""Running the system: web, worker, migrations, and a check that says what is missing."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date

STANDS_BACK = 10  # a worker that wants the processor when a page does gets a tenth of it (decision 0105)


def django(*, as_owner: bool = False) -> None:
    """Load the settings; raises ConfigurationError with what to set.

    `as_owner` makes the owner of the tables the default connection of this process: for commands that write through
    actions, so that what they do and its audit event commit together.
    """
    if as_owner and os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ.pop("DATABASE_OWNER_URL")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
    import django as framework

    framework.setup()


def owner_alias() -> str:
    """The database alias that owns the tables, for migrations and maintenance."""
    from django.conf import settings

    return "owner" if "owner" in settings.DATABASES else "default"


def serve(options: argparse.Namespace) -> int:
    """Serve with gunicorn in this process."""
    from .. import environment

    environment.read()
    os.execv(  # noqa: S606
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "doudi.config.wsgi:application"),
            *("--bind", options.bind, "--workers", str(options.workers), "--threads", str(options.threads)),
            *("--preload", "--no-control-socket", "--log-level", "warning", "--max-requests", "20000"),
        ],
    )


def worker(options: argparse.Namespace) -> int:
    """Run jobs until stopped, or until there is nothing left to do; whoever waits for a page comes first."""
    os.nice(STANDS_BACK)
    django()
    from doudi.jobs.worker import WorkerCannotSeeJobs, run

    try:
        run(concurrency=options.concurrency, stop_when_idle=options.until_idle)
    except WorkerCannotSeeJobs as problem:
        print(f"doudi: {problem}", file=sys.stderr)
        return 2
    return 0


def migrate(options: argparse.Namespace) -> int:
    """Migrations, then the second wall and the permission table, as the owner of the tables."""
    django()
    from django.core.management import call_command

    from doudi.accounts.grants import write_grants
    from doudi.privacy import wall

    alias = owner_alias()
    call_command("migrate", database=alias, interactive=False, verbosity=0)
    walls = wall.apply(using=alias)
    grants = write_grants(using=alias)
    print(f"migrated; second wall of {', '.join(walls)}; {grants} grants")
    return 0


def check(options: argparse.Namespace) -> int:
    """Say what is configured and what is missing; exit code 1 if something must be done before use."""
    django()
    from django.core.management import call_command
    from django.db import connections

    from doudi.places.queries import calendar_for

    call_command("check", fail_level="WARNING")
    with connections["default"].cursor() as cursor:
        cursor.execute(WHO)
        user, unsafe, version = cursor.fetchone()
    problems = []
    if unsafe:
        problems.append(
            f"the web role {user} can bypass row-level security; use a plain role that is a member of doudi_web"
        )
    if version < 150000:
        problems.append("PostgreSQL 15 or newer is needed")
    warning = calendar_for().holidays_due_warning(date.today())
    if warning:
        problems.append(warning)
    print("\n".join(problems) or "all well")
    return 1 if problems else 0


WHO = """
SELECT current_user, rolbypassrls OR rolsuper, current_setting('server_version_num')::int
FROM pg_roles WHERE rolname = current_user
"""
