"""How statements over a whole run are planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.utils import CursorWrapper


@contextmanager
def whole_tables(using: str = "default") -> Iterator[CursorWrapper]:
    """A cursor for statements over a whole township or run, planned as such.

    Behind row-level security PostgreSQL expects a handful of rows everywhere and would join by looking each up in the
    whole of the other table; and compiling a statement takes longer than running it. What it joins by are tables in
    memory: of a large county they fit into more than a page's share of it, and do not go to the disk and back.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")
