"""When a sign-in is not even tried: after wrong attempts, per account *and* address (docs/decisions/0020).

Nobody can lock out somebody else: wrong attempts from elsewhere never count against the address where the person works,
and a noisy address stops only accounts that have not signed in from it before. Guesses at one account from ever new
addresses slow down every address but those it has signed in from.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from .models import SignIn

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5
ADDRESS_LIMIT = 20
ACCOUNT_LIMIT = 50
ACCOUNT_WINDOW = timedelta(days=1)

_O = SignIn.Outcome
WRONG = (_O.WRONG_PASSWORD, _O.WRONG_CODE, _O.DISABLED)


def one_at_a_time(username: str, address: str) -> None:
    """Attempts for one account from one address wait for each other, so that parallel guesses are all counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{username} {address}"])


def locked_until(username: str, address: str, at: datetime) -> datetime | None:
    """Until when this account may not be tried from this address, or None."""
    ends = [_pair_locked_until(username, address, at)]
    if not SignIn.objects.filter(username=username, address=address, outcome=_O.OK).exists():
        ends.append(_locked_until(_wrong(at).filter(address=address), ADDRESS_LIMIT))
        spread = _wrong(at, ACCOUNT_WINDOW).filter(username=username)
        ends.append(_locked_until(spread, ACCOUNT_LIMIT, ACCOUNT_WINDOW))
    return max((end for end in ends if end and end > at), default=None)


def _pair_locked_until(username: str, address: str, at: datetime) -> datetime | None:
    """Wrong attempts before the last good sign-in are forgotten."""
    mine = SignIn.objects.filter(username=username, address=address)
    wrong = _wrong(at).filter(username=username, address=address)
    good = mine.filter(outcome=_O.OK).order_by("-at").values_list("at", flat=True).first()
    return _locked_until(wrong.filter(at__gt=good) if good else wrong, PAIR_LIMIT)


def _wrong(at: datetime, window: timedelta = WINDOW):  # type: ignore[no-untyped-def]  # a queryset of two windows: the limit may fall in the first
    return SignIn.objects.filter(outcome__in=WRONG, at__gt=at - 2 * window, at__lte=at)


def _locked_until(wrong, limit: int, window: timedelta = WINDOW) -> datetime | None:  # type: ignore[no-untyped-def]
    """The end of the lock: a quarter of an hour after the attempt that completed the limit within one window."""
    last = list(wrong.order_by("-at").values_list("at", flat=True)[:limit])
    if len(last) < limit or last[0] - last[-1] > window:
        return None
    return last[0] + WINDOW
