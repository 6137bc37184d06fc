#!/usr/bin/env python3
"""A small made-up county as an earlier commit writes it, for the tests of upgrading (tests/keeping/test_upgrade.py).

    python tools/old_county.py COMMIT tests/keeping/counties/NAME.sql.gz [--people 1000]

The commit's own code makes the county: migrations, divisions, people, cases, awards, months of payments, and files of
departments where it knows them; its worker runs until nothing is left; its log is sealed. The dump is plain SQL
of PostgreSQL 15, the oldest server we support, so that every newer one reads it. Needs the history; the tests do not.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.keeping.cluster import DEBIAN, Cluster  # noqa: E402

# What psql of another minor version may not know.
NOISE = re.compile(rb"^(\\(un)?restrict .*|SET transaction_timeout .*)\n", re.MULTILINE)
LAY = """
from datetime import UTC, datetime
from django.conf import settings
from django.utils import timezone
from doudi.demo.cases import lay_cases
from doudi.demo.staff import create_demo_staff
from doudi.payments.actions.subsidy_index import load_history
now = datetime.now(UTC)
create_demo_staff(using="default", at=now)
lay_cases(30, seed=1, today=timezone.localdate(now), places=("533103102", "533103103"))
load_history(county=settings.DOUDI_COUNTY, at=now, using="default")
"""


def main() -> int:
    """Make one file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("commit")
    options.add_argument("out", type=Path)
    options.add_argument("--people", type=int, default=1000)
    chosen = options.parse_args()
    cluster = Cluster(DEBIAN)
    try:
        cluster.start()
        code = cluster.folder / "code"
        _check_out(chosen.commit, code)
        _make(code, cluster, chosen.people)
        _dump(cluster, chosen.out)
    finally:
        cluster.remove()
    packed = chosen.out.read_bytes()
    print(f"{chosen.out}: {len(packed):,} bytes, sha256 {hashlib.sha256(packed).hexdigest()}")
    return 0


def _check_out(commit: str, code: Path) -> None:
    code.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(code)], input=archive.stdout, check=True)
    (code / "node_modules").symlink_to(ROOT / "node_modules")


def _make(code: Path, cluster: Cluster, people: int) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DOUDI_", "DATABASE_"))}
    environ |= cluster.create() | {
        "DOUDI_MODE": "demo", "DOUDI_ROOT": str(code), "DOUDI_VAR": str(code / "var"), "PYTHONPATH": str(code / "src"),
        "PYTHONUTF8": "1",
    }  # fmt: skip

    def doudi(*arguments: str, allowed: bool = False) -> bool:
        print("\ndoudi", *arguments, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "doudi.config.cli", *arguments], env=environ, cwd=code, check=not allowed
        )
        return done.returncode == 0

    doudi("migrate")
    doudi("places", "load")
    doudi("demo", "generate", "--people", str(people))
    lay = "from doudi.config.commands.running import django; django(as_owner=True)\n" + LAY
    subprocess.run([sys.executable, "-c", lay], env=environ, cwd=code, check=True)
    if not doudi("demo", "money", "--files", allowed=True):
        doudi("demo", "money")
    # As the owner: at some commits a landed file could not tell monitoring past the second wall.
    environ["DATABASE_URL"] = environ["DATABASE_OWNER_URL"]
    doudi("worker", "--until-idle")
    doudi("audit", "seal")
    doudi("ledger", "check")


def _dump(cluster: Cluster, out: Path) -> None:
    arguments = [
        "--no-owner",
        "--no-privileges",
        "--exclude-table-data=django_session",
        "--exclude-table-data=procrastinate_*",
    ]
    with tempfile.NamedTemporaryFile(suffix=".sql") as file:
        shutil.chown(file.name, cluster.user) if cluster.user else None
        cluster.run("pg_dump", *arguments, f"--file={file.name}", cluster.url())
        text = NOISE.sub(b"", Path(file.name).read_bytes())
    out.write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    sys.exit(main())
