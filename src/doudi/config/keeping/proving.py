"""What is proven of a database before anybody works in it again: after a restore, and after an upgrade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from django.db import connections
from django.utils.translation import gettext as _
from psycopg import sql

from doudi.privacy.cipher import keyring

Say = Callable[[str], None]


def prove(alias: str, say: Say, *, anchor: Path | None = None, documents: bool = True) -> list[str]:
    """Keys, documents, the books, the log; says how each went and returns what is wrong."""
    wrong: list[str] = []
    checks: list[tuple[str, Callable[[], Iterable[str]]]] = [
        (_("密钥"), lambda: closed_values(alias)),
        (_("账目"), lambda: books(alias)),
    ]
    checks += [(_("留痕"), lambda: log(alias, anchor))]
    if documents:
        checks.insert(1, (_("材料"), lambda: lost_documents(alias)))
    for name, check in checks:
        found = list(check())
        say(f"{'✓' if not found else '✗'} {name}" + "".join(f"\n    {line}" for line in found[:10]))
        wrong += found
    return wrong


def closed_values(alias: str) -> Iterator[str]:
    """Columns of which a value does not open: one value by each key is tried."""
    from doudi.privacy.rotation import columns

    query = "SELECT DISTINCT ON (get_byte({name}, 0)) {name} FROM {table} WHERE octet_length({name}) > 0"
    with connections[alias].cursor() as cursor:
        for column in columns():
            named = {"name": sql.Identifier(column.name), "table": sql.Identifier(column.table)}
            cursor.execute(sql.SQL(query).format(**named))
            for (value,) in cursor.fetchall():
                try:
                    keyring().open(value, purpose=column.purpose)
                except (InvalidTag, KeyError):
                    said = {"column": f"{column.table}.{column.name}", "key": bytes(value)[0]}
                    yield _("%(column)s 用第 %(key)s 号密钥加密的内容打不开") % said


def lost_documents(alias: str) -> Iterator[str]:
    """Files that a row names and that are not there or do not open, each read from the first byte to the last."""
    from doudi.documents import objects
    from doudi.documents.models import Document
    from doudi.feeds.landing.store import path_of as path_of_feed
    from doudi.feeds.models import BatchFile
    from doudi.jobs.files import path_of as path_of_job
    from doudi.jobs.models import JobFile
    from doudi.privacy.sealed_files import Tampered

    kept = Document.objects.using(alias).kept().order_by("digest")
    for digest, number in kept.values_list("digest", "pk").distinct("digest"):
        try:
            for _piece in objects.read(digest):
                pass
        except FileNotFoundError:
            yield _("%(number)s 号材料的文件不在") % {"number": number}
        except (Tampered, KeyError):
            yield _("%(number)s 号材料打不开") % {"number": number}
    for model, path_of in ((JobFile, path_of_job), (BatchFile, path_of_feed)):
        for blob in model.objects.using(alias).values_list("blob", flat=True):
            if not path_of(blob).exists():
                yield _("文件不在：%(path)s") % {"path": path_of(blob)}


def books(alias: str) -> Iterator[str]:
    """What `doudi ledger check` finds."""
    from doudi.payments.queries.checking import check

    return (f"{one.invariant}: {one.where}" for one in check(using=alias))


def log(alias: str, anchor: Path | None) -> list[str]:
    """What the stand-alone verifier finds in the log."""
    from doudi.audit.verify import check

    findings: list[str] = check(using=alias, anchor=anchor if anchor and anchor.exists() else None).findings
    return findings
