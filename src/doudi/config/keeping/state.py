"""What stands in the database, in a few numbers: compared after a restore, they say what was lost."""

from __future__ import annotations

from django.db import connections
from django.utils.translation import gettext_lazy as _

# The highest number of each: counting millions of rows at every run would cost more than the backup.
COUNTED = {
    "audit_auditevent": _("留痕"),
    "casework_application": _("申请"),
    "payments_entry": _("记账凭证"),
    "payments_paymentrun": _("发放批次"),
    "documents_document": _("材料"),
    "monitoring_visittask": _("入户任务"),
    "feeds_batch": _("部门数据批次"),
}


def counts(alias: str) -> dict[str, int]:
    """The highest number of each table that counts."""
    with connections[alias].cursor() as cursor:
        there = set(connections[alias].introspection.table_names(cursor))
        wanted = [table for table in COUNTED if table in there]
        parts = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in wanted)  # noqa: S608  ours
        cursor.execute(f"SELECT {parts}" if parts else "SELECT")
        return dict(zip(wanted, cursor.fetchone() or (), strict=True))


def lost(then: dict[str, int], now: dict[str, int]) -> list[str]:
    """What stood in the database at the last backup and does not any more, in words."""
    return [f"{COUNTED[table]} {n - now[table]}" for table, n in then.items() if table in now and n > now[table]]
