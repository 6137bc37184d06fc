"""Backups as a dump: for a server that belongs to somebody else. They reach the moment they were made, no other."""

from __future__ import annotations

import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from . import files, keys, programs
from .store import sm3
from .trouble import Trouble

FORMAT = 1


def make(folder: Path, *, alias: str, keys_folder: Path | None) -> None:
    """Dump database and documents, with a manifest of digests and the audit head at that moment."""
    from doudi.audit import export

    if folder.exists() and any(folder.iterdir()):
        raise Trouble(_("%(path)s 不是空的：恢复不覆盖任何东西，把它移走或者另指一个文件夹") % {"path": folder})
    now = datetime.now(UTC)
    with programs.disk_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        _pg(alias, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / 'database.dump'}")
        with tarfile.open(folder / "documents.tar", "w") as tar:
            data = Path(settings.DOUDI_DATA_DIR)
            for path in files.sealed(data):
                tar.add(path, arcname=str(Path("data") / path.relative_to(data)))
        export.head(folder / "audit-head.txt", using=alias)
        digests = {path.name: sm3(path) for path in sorted(folder.iterdir())}
        manifest = {
            "format": FORMAT, "written_at": now.isoformat(), "sm3": digests,
            "keys": keys.fingerprints(settings.DOUDI_KEYRING),
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
        if keys_folder:
            keys.save(settings.DOUDI_KEYRING, keys_folder, apart_from=folder, at=now)


def restore(folder: Path, *, alias: str, keys_folder: Path | None) -> Path:
    """Into an empty database; numbers of the audit log go on where they stopped. Returns the anchored head."""
    manifest = _manifest(folder)
    settings.DOUDI_KEYRING = keys.fitting(manifest.get("keys", {}), settings.DOUDI_KEYRING, keys_folder)
    with connections[alias].cursor() as cursor:
        if connections[alias].introspection.table_names(cursor):
            raise Trouble(_("数据库不是空的：建一个空的，把 DATABASE_URL 和 DATABASE_OWNER_URL 指向它"))
    data = Path(settings.DOUDI_DATA_DIR)
    if data.exists() and any(data.iterdir()):
        raise Trouble(_("%(path)s 不是空的：恢复不覆盖任何东西，把它移走或者另指一个文件夹") % {"path": data})
    name = connections[alias].settings_dict["NAME"]
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={name}"]
    _pg(alias, "pg_restore", *arguments, str(folder / "database.dump"))
    with connections[alias].cursor() as cursor:
        cursor.execute(RAISE_EPOCH)
    with programs.disk_told(data), tarfile.open(folder / "documents.tar") as tar:
        for member in tar.getmembers():
            member.name = str(Path(member.name).relative_to("data"))
            tar.extract(member, data, filter="data")
    return folder / "audit-head.txt"


# A fresh cluster counts its transactions from the start again; the log's numbers must go on upwards.
RAISE_EPOCH = """
UPDATE audit_epoch SET base = greatest(base,
  coalesce((SELECT max(tx) FROM audit_auditevent), 0) + 1,
  coalesce((SELECT max(tx_until) FROM audit_auditseal), 0) + 1)
"""


def moment(folder: Path) -> datetime:
    """When a dump was made."""
    return datetime.fromisoformat(_manifest(folder)["written_at"])


def _manifest(folder: Path) -> dict:
    try:
        manifest: dict = json.loads((folder / "manifest.json").read_text())
        digests = dict(manifest["sm3"])
    except (OSError, ValueError, KeyError) as error:
        raise Trouble(_("%(folder)s 不是备份文件夹") % {"folder": folder}) from error
    bad = [name for name, digest in digests.items() if not (folder / name).exists() or sm3(folder / name) != digest]
    if bad:
        said = {"files": "、".join(bad), "folder": folder}
        raise Trouble(
            _("备份损坏了，这些文件和写的时候不一样：%(files)s（%(folder)s）。换一份备份，或者换一个时间") % said
        )
    return manifest


def _pg(alias: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against a configured database."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    environ = programs.connection_environ(connections[alias].settings_dict)
    programs.run(version, program, *arguments, environ=environ)
