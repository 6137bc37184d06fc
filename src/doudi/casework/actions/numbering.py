"""Numbers of cases and determinations: letters, the day, a running number (DB-2026-1027-0031)."""

from __future__ import annotations

from datetime import date

from django.db import connection


def next_number(letters: str, on: date) -> str:
    """The next number of a day; the next asker waits for our transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_next_case_number(%s)", [f"{letters}-{on:%Y}-{on:%m%d}-"])
        return str(cursor.fetchone()[0])


def open_case_of(person_id: int) -> str:
    """The number of the open case a person is in, wherever it is; '' if none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT doudi_open_case_of(%s)", [person_id])
        row = cursor.fetchone()
    return str(row[0]) if row and row[0] else ""
