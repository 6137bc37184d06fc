"""Work in a county, as its own process: `python -m tests.keeping.writing LABEL` writes what the drill looks for later.

Every round stores a paper, books money that has come in, and seals the log: each as a transaction of its own, as people
do.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO

from doudi.config.commands.running import django

ROUNDS = 4


def main(label: str) -> None:
    """Write."""
    django(as_owner=True)
    from django.utils import timezone

    from doudi.audit.sealing import seal
    from doudi.demo.money.lay import demo_staff
    from doudi.documents import actions as documents
    from doudi.documents.models import Kind
    from doudi.documents.owners import Owner
    from doudi.payments.actions import budgeting
    from doudi.payments.models import Fund
    from doudi.registry.models import Household

    now = datetime.now(UTC)
    clerk, finance, fund = demo_staff("jingban", now), demo_staff("caizheng", now), Fund.objects.order_by("pk")[0]
    home = Household.objects.filter(division_code__startswith="533103102").order_by("pk")[0]
    owner = Owner("household", str(home.pk), home.division_code)
    for number in range(ROUNDS):
        at, text = datetime.now(UTC), f"{label} {number} ".encode() * 5000
        documents.store(
            by=clerk, source=BytesIO(text), name=f"{label}-{number}.txt", kind=Kind.OTHER, owner=owner, at=at
        )
        reference = f"{label}-{number}"
        budgeting.receive(fund=fund, fen=12_345, reference=reference, by=finance, on=timezone.localdate(at), at=at)
        seal(at)


if __name__ == "__main__":
    main(sys.argv[1])
