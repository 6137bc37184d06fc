"""The one filter by place: what a member of staff may see, the first wall in front of row-level security."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

M = TypeVar("M", bound=Model)


def visible(
    rows: QuerySet[M],
    staff: Staff,
    permission: Permission = Permission.PERSON_READ,
    field: str = "division_code",
) -> QuerySet[M]:
    """Only the rows at places where this person holds the permission."""
    return staff.scope.narrow(rows, permission, field)
