"""Writes the permission table into the database, where the second wall reads it."""

from __future__ import annotations

from django.db import transaction

from .models import Grant
from .permissions import GRANTS


def write_grants(using: str = "default") -> int:
    """Make the database's copy equal to `permissions.GRANTS`; returns the number of grants."""
    wanted = {(role.value, permission.value) for permission, roles in GRANTS.items() for role in roles}
    with transaction.atomic(using=using):
        rows = Grant.objects.using(using)
        have = set(rows.values_list("role", "permission"))
        for role, permission in have - wanted:
            rows.filter(role=role, permission=permission).delete()
        rows.bulk_create([Grant(role=role, permission=permission) for role, permission in sorted(wanted - have)])
    return len(wanted)
