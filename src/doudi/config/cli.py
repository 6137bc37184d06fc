"""The `doudi` command line: one parser, one function per command, nothing imported before it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, time
from pathlib import Path

from .cli_policy import add_policy
from .environment import ConfigurationError

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; problems of configuration or use are said in one sentence, without a traceback."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except ConfigurationError as error:
        print(f"doudi: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="doudi", description="兜底 Doudi: a county's social assistance on one machine")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _demo(commands)
    _running(commands)
    _audit(commands)
    _ledger(commands)
    _keeping(commands)
    _feeds(commands)
    _reading(commands)
    add_policy(commands, _add)
    return top


def _add(commands: argparse._SubParsersAction, name: str, help_: str, run: str) -> argparse.ArgumentParser:
    sub: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
    sub.set_defaults(run=_later(run))
    return sub


def _later(target: str) -> Command:
    """Import the command's module only when the command runs, after the settings are known."""

    def run(options: argparse.Namespace) -> int:
        module, function = target.split(":")
        return int(getattr(__import__(f"doudi.config.commands.{module}", fromlist=["_"]), function)(options) or 0)

    return run


def _demo(commands: argparse._SubParsersAction) -> None:
    demo = commands.add_parser("demo", help="the demo county").add_subparsers(required=True, metavar="WHAT")
    up = _add(demo, "up", "start everything with the demo county and print the address", "demo:up")
    up.add_argument("--people", type=int, default=440_000)
    up.add_argument("--seed", type=int, default=1)
    up.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    up.add_argument("--fresh", action="store_true", help="throw the demo database away first")
    up.add_argument("--once", action="store_true", help="stop again after the first page has answered (for tests)")
    generate = _add(demo, "generate", "write the demo county into the configured database", "demo:generate")
    generate.add_argument("--seed", type=int, default=1)
    generate.add_argument("--people", type=int, default=440_000)
    generate.add_argument("--replace", action="store_true")
    money = _add(demo, "money", "grant the demo county's awards and pay its past months", "demo:money")
    money.add_argument("--seed", type=int, default=1)
    money.add_argument("--files", action="store_true", help="hand in the departments' files of last month, too")
    feeds = _add(
        demo, "feeds", "write a year of department files of the demo county, with their hidden truth", "demo:feeds"
    )
    feeds.add_argument("--out", type=Path, required=True, help="folder for the files, one folder in it a source")
    feeds.add_argument("--people", type=int, default=440_000, help="as many as the county was generated with")
    feeds.add_argument("--seed", type=int, default=1, help="of the county")
    feeds.add_argument("--recent", action="store_true", help="only the last file of every source")
    _add(demo, "down", "stop the demo's PostgreSQL", "demo:down")
    day = _add(demo, "day", "let it be a later day in a demo county that has a DOUDI_CLOCK", "demo_day:day")
    day.add_argument("day", type=date.fromisoformat, help="2026-12-01")
    day.add_argument("--time", type=time.fromisoformat, default=time(8, 30), help="when the office opens: 08:30")


def _running(commands: argparse._SubParsersAction) -> None:
    serve = _add(commands, "serve", "serve the web application", "running:serve")
    serve.add_argument("--bind", default="127.0.0.1:8000")
    serve.add_argument("--workers", type=int, default=3)
    serve.add_argument("--threads", type=int, default=2)
    worker = _add(commands, "worker", "run background jobs and schedules", "running:worker")
    worker.add_argument("--concurrency", type=int, default=2, help="jobs at once: a long one must not hold up a file")
    worker.add_argument("--until-idle", action="store_true")
    _add(commands, "migrate", "bring the database to the current form, with its second wall", "running:migrate")
    upgrade = _add(commands, "upgrade", "check, say what will be done, migrate, and prove it", "upgrading:upgrade")
    upgrade.add_argument("--backup", type=Path, help="backup folder: its last moment must be less than a day old")
    upgrade.add_argument("--check", action="store_true", help="only check and say what would be done")
    _add(commands, "check", "check configuration, database and calendar, and say what is missing", "running:check")


def _audit(commands: argparse._SubParsersAction) -> None:
    audit = commands.add_parser("audit", help="the audit log").add_subparsers(required=True, metavar="WHAT")
    _add(audit, "seal", "seal everything that is not sealed yet", "audit:seal")
    _add(audit, "verify", "verify every seal against the log", "audit:verify").add_argument("--anchor")
    _add(audit, "export", "write the log and its seals to a file", "audit:export").add_argument("file")
    _add(audit, "head", "write the signed head, to be kept outside", "audit:head").add_argument("file")


def _ledger(commands: argparse._SubParsersAction) -> None:
    ledger = commands.add_parser("ledger", help="the books").add_subparsers(required=True, metavar="WHAT")
    check = _add(ledger, "check", "check every invariant of money; exit code 1 if one is broken", "ledger:check")
    check.add_argument("--most", type=int, default=50, help="how many findings to print")
    _add(ledger, "indices", "load the nation's price indices since 2019, for comparison", "ledger:indices")


def _keeping(commands: argparse._SubParsersAction) -> None:
    _backups(commands)
    keys = commands.add_parser("keys", help="encryption keys").add_subparsers(required=True, metavar="WHAT")
    _add(keys, "new", "write a new key file", "keeping:keys_new").add_argument("file")
    _add(keys, "add", "add a field key to the key file and make it the active one", "keeping:keys_add").add_argument(
        "file"
    )
    _add(keys, "rotate", "re-encrypt every field with the active key", "keeping:keys_rotate")
    places = commands.add_parser("places", help="divisions").add_subparsers(required=True, metavar="WHAT")
    _add(places, "load", "load the divisions of the county", "keeping:places_load").add_argument("file", nargs="?")
    staff = commands.add_parser("staff", help="staff").add_subparsers(required=True, metavar="WHAT")
    first = _add(staff, "first", "create the first security administrator of an empty system", "keeping:staff_first")
    first.add_argument("username")
    first.add_argument("name")


def _backups(commands: argparse._SubParsersAction) -> None:
    backup = _add(commands, "backup", "bring a backup of database, documents and keys up to now", "backups:backup")
    backup.add_argument("folder", type=Path)
    backup.add_argument("--keys", type=Path, help="folder for copies of the key file, apart from the backup")
    backup.add_argument("--dump", action="store_true", help="a dump: reaches this moment only, needs no replication")
    backup.add_argument("--base-hours", type=int, default=24, help="how old the last copy of the cluster may be")
    backup.add_argument("--keep-days", type=int, default=14, help="how far back moments stay restorable")
    backup.add_argument("--every", type=int, metavar="SECONDS", help="do not end: again after so many seconds")
    restore = _add(commands, "restore", "bring back a backup, as of a moment, and prove it", "backups:restore")
    restore.add_argument("folder", type=Path)
    restore.add_argument("--to", metavar="TIME", help="as 2026-11-24 09:30; without it the last moment of the backup")
    restore.add_argument("--into", type=Path, help="data folder of PostgreSQL, empty or not there")
    restore.add_argument("--keys", type=Path, help="folder with copies of the key file")


def _feeds(commands: argparse._SubParsersAction) -> None:
    feeds = commands.add_parser("feeds", help="departments' data").add_subparsers(required=True, metavar="WHAT")
    take = _add(feeds, "take", "receive a department's file; it lands by itself if it reads well", "feeds:take")
    take.add_argument("file")
    take.add_argument("--source", required=True, help="key of the contract, such as medical")
    take.add_argument("--as-of", help="the day the data is of, as 2026-10-31")
    _add(feeds, "status", "how fresh each source is; exit code 1 if one is a month late", "feeds:status")


def _reading(commands: argparse._SubParsersAction) -> None:
    _add(commands, "permissions", "print the permission table", "reading:permissions")
    _add(commands, "datamap", "print the data map", "reading:datamap")
    _add(commands, "procedure", "print the programmes, moves and limits of casework", "reading:procedure")
    _add(commands, "indicators", "print the indicators of monitoring", "reading:indicators")


if __name__ == "__main__":
    sys.exit(main())
