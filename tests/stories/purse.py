"""Money for the stories of emergencies, in the running demo county: `python -m tests.stories.purse`.

A fund with money and budget, and an open, empty reserve fund of the township; the stories fill it through its pages.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any

TOWNSHIP, COUNTY = "533103102000", "533103"
FEN, TARGET = 50_000_000, 3_000_000


def main() -> None:
    """Set up what is missing, and say where the purse is."""
    from doudi.config.commands.running import django

    django(as_owner=True)
    from django.utils import timezone

    from doudi.payments.models import ReserveFund

    now = timezone.now()
    fund = ReserveFund.objects.filter(division_code=TOWNSHIP, closed_on=None).first() or opened(now)
    sys.stdout.write(json.dumps({"purse": fund.pk}) + "\n")


def opened(now: datetime) -> Any:
    """By the finance bureau of the demo."""
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.scope import scope_of
    from doudi.payments.actions.reserve import open_reserve

    finance = Staff.objects.get(username="caizheng")
    finance.scope = scope_of(finance, now)
    keeper = Staff.objects.get(username="jingban")
    on = timezone.localdate(now)
    return open_reserve(
        place=TOWNSHIP, fund=pot(finance, on, now), target_fen=TARGET, keeper_id=keeper.pk, by=finance, on=on, at=now
    )


def pot(finance: Any, on: date, now: datetime) -> Any:
    """A fund for temporary assistance with this year's budget."""
    from doudi.payments.actions import budgeting
    from doudi.payments.kinds import Programme, Source

    fund = budgeting.open_fund(
        county=COUNTY, code="LSJZ", name="临时救助资金", source=Source.COUNTY, rank=90, programmes=["temporary"],
        by=finance, at=now,
    )  # fmt: skip
    budgeting.receive(fund=fund, fen=FEN, reference="芒财社〔2026〕9号", by=finance, on=on, at=now)
    budgeting.authorise(
        fund=fund, programme=Programme.TEMPORARY, year=on.year, fen=FEN, reference="芒财社〔2026〕9号", by=finance,
        on=on, at=now,
    )  # fmt: skip
    return fund


if __name__ == "__main__":
    main()
