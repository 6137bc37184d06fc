"""Lists that a member of staff keeps under a name: their own filters as tabs, of the households or of the queue."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record

from .refusal import refuse

MOST = 8
LONGEST_NAME = 12
LONGEST_QUERY = 300
# Where lists are kept: the key among the preferences of a person.
HOUSEHOLDS, QUEUE = "household_lists", "queue_lists"


def keep_list(*, name: str, query: str, by: Staff, shelf: str = HOUSEHOLDS) -> None:
    """Keep the filters `query` (a query string) under `name`; the same name again replaces it."""
    permit(by, Permission.SELF)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or len(query) > LONGEST_QUERY:
        raise refuse("name", _("名称要 1 到 %(n)s 个字") % {"n": LONGEST_NAME})
    kept = [row for row in kept_lists(by, shelf) if row["name"] != name]
    if len(kept) >= MOST:
        raise refuse("name", _("最多存 %(n)s 个常用视图，请先去掉一个") % {"n": MOST})
    _save([*kept, {"name": name, "query": query}], by, shelf, "registry.keep_list")


def drop_list(*, name: str, by: Staff, shelf: str = HOUSEHOLDS) -> None:
    """Forget a kept list; an unknown name changes nothing."""
    permit(by, Permission.SELF)
    _save([row for row in kept_lists(by, shelf) if row["name"] != name], by, shelf, "registry.drop_list")


def kept_lists(staff: Staff, shelf: str = HOUSEHOLDS) -> list[dict[str, str]]:
    """The lists a person keeps: name and query string."""
    rows = staff.preferences.get(shelf, [])
    return [row for row in rows if isinstance(row, dict) and {"name", "query"} <= row.keys()]


def _save(rows: list[dict[str, str]], by: Staff, shelf: str, action: str) -> None:
    with transaction.atomic():
        by.preferences = {**by.preferences, shelf: rows}
        by.save(update_fields=["preferences"])
        record(by=by, action=action, subject=Subject("staff", str(by.pk)))
