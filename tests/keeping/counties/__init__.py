"""Small made-up counties as earlier commits wrote them, made by tools/old_county.py; the files are never made again.

| file | commit | holds |
|---|---|---|
| `before-monitoring` | 92d47a2 | people, cases, awards, six months of payments; no feeds, monitoring, services yet |
| `before-queues` | 0e92e59 | all that, department files landed and monitored; before files waited their turn |
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Cluster


@dataclass(frozen=True)
class County:
    """A file, and the digest it must have."""

    name: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(__file__).parent / f"{self.name}.sql.gz"


BEFORE_MONITORING = County("before-monitoring", "a8219cc40d5fd972870af808397eb0555844ef8916f383b9afea318e3064fac0")
BEFORE_QUEUES = County("before-queues", "67c72ef5d1af99f006f1f78253d935f4375c5b8dd8a106d7727f91236cec5200")
COUNTIES = [BEFORE_MONITORING, BEFORE_QUEUES]


def load(county: County, cluster: Cluster, database: str) -> dict[str, str]:
    """The county as it was, not migrated; the environment of commands that use it."""
    packed = county.path.read_bytes()
    assert hashlib.sha256(packed).hexdigest() == county.sha256, "not the file that was written"
    environ = cluster.create(database)
    cluster.pipe(gzip.decompress(packed), database, "doudi_owner")
    return environ
