"""`doudi audit verify`: runs the stand-alone verifier on our own database. There is no second implementation."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from doudi.privacy.wall import owner_alias

from .models import AuditAlert
from .sealing import alert


@cache
def verifier() -> ModuleType:
    """The module `tools/verify_audit.py`, loaded from its file."""
    path = Path(settings.DOUDI_ROOT) / "tools" / "verify_audit.py"
    spec = importlib.util.spec_from_file_location("verify_audit", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verify(*, using: str | None = None, anchor: str | Path | None = None) -> int:
    """Run the tool on the database and let it print; 0 everything agrees, 1 it does not, 2 it cannot read."""
    anchored = ["--anchor", str(anchor)] if anchor else []
    return int(verifier().main(["--dsn", dsn(using or owner_alias()), *anchored]))


def check(*, anchor: Path | None = None, public_key: str | None = None, using: str | None = None) -> Any:
    """The tool's Verifier after reading the whole log: `findings` (empty when everything agrees) and counts."""
    module = verifier()
    result = module.Verifier(public_key).read(module.lines_of_database(dsn(using or owner_alias())))
    result.compare(module.anchors_of(anchor) if anchor else {})
    return result


def check_and_alert(at: datetime, *, using: str | None = None) -> list[str]:
    """The daily check: findings also become an alert for the audit administrator."""
    findings: list[str] = check(using=using).findings
    if findings:
        alert(AuditAlert.Kind.BROKEN, {"findings": findings[:20]}, at=at, using=using or owner_alias())
    return findings


def dsn(alias: str) -> str:
    """The connection string of a database alias, with which the verifier opens its own connection."""
    keep = {"dbname", "user", "password", "host", "port"}
    parameters = connections[alias].get_connection_params()
    return make_conninfo(**{k: v for k, v in parameters.items() if k in keep and v})
