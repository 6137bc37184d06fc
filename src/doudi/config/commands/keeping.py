"""Keeping the county's data: backup and restore, keys, divisions, the first account."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from .running import django, owner_alias

FORMAT = 1


def backup(options: argparse.Namespace) -> int:
    """Dump database and documents, with a manifest of digests and the audit head at that moment."""
    django()
    from django.conf import settings

    from doudi.audit import export

    alias = owner_alias()
    folder = Path(options.folder)
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty; name a new folder")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    dump = folder / "database.dump"
    _pg(alias, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
    documents = folder / "documents.tar"
    with tarfile.open(documents, "w") as tar:
        if Path(settings.DOUDI_DATA_DIR).exists():
            tar.add(settings.DOUDI_DATA_DIR, arcname="data")
    export.head(folder / "audit-head.txt", using=alias)
    files = {path.name: _sm3(path) for path in sorted(folder.iterdir())}
    manifest = {"format": FORMAT, "written_at": datetime.now(UTC).isoformat(), "sm3": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    print(f"backup in {folder}; keep the key file elsewhere: without it the encrypted fields are lost")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Restore into an empty database; numbers of the audit log go on where they stopped; verified at the end."""
    django()
    from django.conf import settings
    from django.db import connections

    folder = Path(options.folder)
    if problems := _damaged(folder):
        print("\n".join(problems))
        return 1
    alias = owner_alias()
    with connections[alias].cursor() as cursor:
        if connections[alias].introspection.table_names(cursor):
            print("the database is not empty; create an empty one and point DATABASE_URL and DATABASE_OWNER_URL to it")
            return 1
    _pg(
        alias,
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        f"--dbname={_name(alias)}",
        str(folder / "database.dump"),
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(RAISE_EPOCH)
    with tarfile.open(folder / "documents.tar") as tar:
        tar.extractall(Path(settings.DOUDI_DATA_DIR).parent, filter="data")
    from .audit import verify
    from .running import migrate

    migrate(argparse.Namespace())
    return verify(argparse.Namespace(anchor=str(folder / "audit-head.txt")))


# A fresh cluster counts its transactions from the start again; the log's numbers must go on upwards.
RAISE_EPOCH = """
UPDATE audit_epoch SET base = greatest(base,
  coalesce((SELECT max(tx) FROM audit_auditevent), 0) + 1,
  coalesce((SELECT max(tx_until) FROM audit_auditseal), 0) + 1)
"""


def _damaged(folder: Path) -> list[str]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        return [f"{folder} is not a backup: {error}"]
    missing = [f"{name} is missing" for name in manifest["sm3"] if not (folder / name).exists()]
    present = {name: digest for name, digest in manifest["sm3"].items() if (folder / name).exists()}
    return missing + [f"{name} is damaged" for name, digest in present.items() if _sm3(folder / name) != digest]


def _sm3(path: Path) -> str:
    from cryptography.hazmat.primitives import hashes

    digest = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.finalize().hex()


def _name(alias: str) -> str:
    from django.db import connections

    return str(connections[alias].settings_dict["NAME"])


def _pg(alias: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against a configured database."""
    from django.db import connections

    from ..postgres import binaries

    settings = connections[alias].settings_dict
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    environ = os.environ | {
        "PGHOST": settings["HOST"], "PGPORT": str(settings["PORT"]), "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"],
    }  # fmt: skip
    command = [str(binaries(version) / program), *arguments]
    subprocess.run(command, check=True, env={k: v for k, v in environ.items() if v})


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
