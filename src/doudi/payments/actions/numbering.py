"""Numbers of runs and recoveries: letters, the month, a running number (FF-202611-01)."""

from __future__ import annotations

from datetime import date

from django.db import connections

RUN = {"monthly": "FF", "price_subsidy": "BT", "temporary": "LS"}
RECOVERY = "ZH"


def next_number(letters: str, county: str, month: date, using: str = "default") -> str:
    """The next number of a month in a county; the next asker waits for our transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT doudi_next_money_number(%s, %s)", [county, f"{letters}-{month:%Y%m}-"])
        return str(cursor.fetchone()[0])
