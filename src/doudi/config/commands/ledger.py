"""The books from the command line: check every invariant of money."""

from __future__ import annotations

import argparse

from .running import django, owner_alias


def check(options: argparse.Namespace) -> int:
    """Say of each invariant whether it holds; 1 if one does not."""
    django()
    from doudi.payments.queries.checking import LABELS
    from doudi.payments.queries.checking import check as look

    def told(name: str, broken: int) -> None:
        print(f"{name} {'ok' if not broken else f'BROKEN ({broken})'}  {LABELS[name]}")

    found = look(using=owner_alias(), told=told)
    for one in found[: options.most]:
        print(f"  {one.invariant}: {one.where}")
    return int(bool(found))


def indices(options: argparse.Namespace) -> int:
    """Load the nation's price indices of the past; what is there already stays."""
    django(as_owner=True)
    from django.conf import settings
    from django.utils import timezone

    from doudi.payments.actions.subsidy_index import load_history

    added = load_history(county=settings.DOUDI_COUNTY, at=timezone.now(), using=owner_alias())
    print(f"{added} months added")
    return 0
