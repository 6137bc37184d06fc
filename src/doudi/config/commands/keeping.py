"""Keys, divisions, the first account."""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path

from .running import django, owner_alias


def keys_new(options: argparse.Namespace) -> int:
    """Write a new key file, readable by its owner only."""
    from doudi.privacy.rotation import new_keyring

    try:
        new_keyring(Path(options.file))
    except FileExistsError:
        print(f"{options.file} exists; keys are never overwritten")
        return 1
    print(f"{options.file} written; keep a copy in another place: what it encrypts cannot be read without it")
    return 0


def keys_add(options: argparse.Namespace) -> int:
    """Add a field key and make it the active one; `doudi keys rotate` then re-encrypts what the old keys sealed."""
    from doudi.privacy.rotation import add_key

    newest = add_key(Path(options.file))
    print(f"key {newest} is active; restart web and worker, then run `doudi keys rotate`")
    return 0


def keys_rotate(options: argparse.Namespace) -> int:
    """Re-encrypt every field that is not under the active key; can be stopped and started again. Files follow."""
    django(as_owner=True)
    from doudi.audit.actions import record
    from doudi.jobs.actions import start
    from doudi.privacy import rotation

    total = rotation.rotate(using=owner_alias(), progress=lambda table, done: print(f"\r{table}: {done:,}", end=""))
    record(by=None, action="keys.rotate", detail={"values": total})
    start("documents.reseal", by_id=None, at=datetime.now(UTC), using=owner_alias())
    print(f"\n{total:,} values re-encrypted; the worker re-encrypts the stored files")
    return 0


def places_load(options: argparse.Namespace) -> int:
    """Load the divisions from our file or another of the same form."""
    django(as_owner=True)
    from doudi.places.actions import load_divisions

    extra = {"path": Path(options.file)} if options.file else {}
    print(f"{load_divisions(by=None, at=datetime.now(UTC), using=owner_alias(), **extra)} divisions")
    return 0


def staff_first(options: argparse.Namespace) -> int:
    """The first security administrator; refuses once anybody exists. The password is asked, never an argument."""
    django(as_owner=True)
    from doudi.accounts.actions import hire_first_administrator
    from doudi.accounts.errors import Refused

    password = getpass.getpass("密码（至少 10 位）：")
    try:
        staff = hire_first_administrator(
            username=options.username, name=options.name, password=password, at=datetime.now(UTC), using=owner_alias()
        )
    except Refused as refused:
        print(refused)
        return 1
    print(f"{staff.username} is security administrator; sign in and appoint the others")
    return 0
