"""Sealing and verifying a large audit log: `./run bench audit_seal` or `python -m benchmarks.audit_seal 1000000`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "doudi_bench_audit"

# Events as the product writes them: a file opened, with purpose, request id and digests; ten in a transaction.
FILL = """
INSERT INTO audit_auditevent (tx, at, actor_id, actor_role, actor_place, action, subject_kind, subject_id,
  subject_place, purpose, before_digest, after_digest, request_id, detail)
SELECT n / 10, timestamptz '2026-11-23 08:00+08' + n * interval '37 milliseconds', n %% 300, 'township_clerk',
  '533103102', 'household.read', 'household', (n %% 140000)::text, '533103102201', '入户核实低保家庭经济状况',
  md5(n::text) || md5((n + 1)::text), md5((n + 2)::text) || md5((n + 3)::text), gen_random_uuid()::text,
  jsonb_build_object('page', '家庭档案', 'n', n)
FROM generate_series(0, %s - 1) AS n
"""


def main(events: int = 1_000_000) -> dict[str, float]:
    """Make a throwaway database, fill it, seal, verify, export; prints a table and returns the figures."""
    base = _prepare()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from doudi.audit import export
    from doudi.audit.sealing import seal
    from doudi.audit.verify import dsn, verifier

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(FILL, [events])
        # The made-up transaction numbers lie below the horizon once the epoch is raised above them.
        cursor.execute("UPDATE audit_epoch SET base = %s", [events])
        cursor.execute("VACUUM ANALYZE audit_auditevent")
    figures: dict[str, float] = {"events": events}
    begun = time.perf_counter()
    figures["seals"] = len(seal(timezone.now()))
    figures["seal_s"] = time.perf_counter() - begun
    begun = time.perf_counter()
    tool = [sys.executable, "-I", str(ROOT / "tools" / "verify_audit.py"), "--dsn", dsn("default")]
    subprocess.run(tool, check=True)
    figures["verify_s"] = time.perf_counter() - begun
    figures |= _export(export.write, verifier().main)
    connection.close()
    _sql(base, f"DROP DATABASE {NAME}")
    for name, value in figures.items():
        print(f"{name:<14}{value:>12,.1f}")
    return figures


def _export(write, verify) -> dict[str, float]:
    """Writing the file, its size, verifying it."""
    path = ROOT / "var" / "bench-audit.jsonl"
    try:
        begun = time.perf_counter()
        write(path)
        written = time.perf_counter()
        assert verify([str(path)]) == 0
        verified = time.perf_counter()
        return {
            "export_s": written - begun,
            "export_mb": path.stat().st_size / 2**20,
            "verify_file_s": verified - written,
        }
    finally:
        path.unlink(missing_ok=True)


def _prepare() -> str:
    """An empty database on the wheel's own server, and an environment that points at it."""
    sys.path.insert(0, str(ROOT / "src"))
    from doudi.config.postgres import local_server_url

    base = local_server_url("pg-bench", database="postgres", durable=True)
    _sql(base, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _sql(base, f"CREATE DATABASE {NAME}")
    os.environ |= {
        "DOUDI_MODE": "demo",
        "DATABASE_URL": base.replace("/postgres?", f"/{NAME}?", 1),
        "DJANGO_SETTINGS_MODULE": "doudi.config.settings",
    }
    os.environ.pop("DATABASE_OWNER_URL", None)
    return base


def _sql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
