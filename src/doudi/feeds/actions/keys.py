"""Keys for a department's machine: one source, in the name of the person who made it, for a year at most."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit import actions as audit
from doudi.privacy.fields import blind
from doudi.registry.actions import Conflict
from doudi.registry.actions.refusal import refuse

from ..access import county_of, permit_source
from ..contracts import CONTRACTS
from ..models import FeedCall, FeedKey

VALID_DAYS = 365
CALLS_AN_HOUR = 30
WINDOW = timedelta(hours=1)


def make_key(*, contract: str, by: Staff, on: date, at: datetime) -> tuple[FeedKey, str]:
    """A key and its text, which is shown this once and kept nowhere."""
    told = CONTRACTS.get(contract)
    if told is None:
        raise refuse("contract", _("没有这个数据来源，请从列表中选择。"))
    permit_source(by, told)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        key = FeedKey.objects.create(
            contract=contract, division_code=county_of(by), liaison=told.liaison or "", made_by=by, made_at=at,
            index=blind(token, purpose="feed_key"), ends_on=on + timedelta(days=VALID_DAYS),
        )  # fmt: skip
        _record("feeds.make_key", key, by)
    return key, token


def revoke_key(*, key: FeedKey, by: Staff, at: datetime) -> None:
    """The key opens nothing from now on."""
    permit_source(by, CONTRACTS[key.contract], key.division_code)
    with transaction.atomic():
        rows = FeedKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
        if not rows.update(revoked_at=at, revoked_by_id=by.pk):
            raise Conflict
        _record("feeds.revoke_key", key, by)


def holder_of(token: str, on: date) -> tuple[int, int] | None:
    """Id of a live key and of the person in whose name it speaks; None for any other text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, staff_id FROM doudi_feed_key(%s, %s)", [blind(token, purpose="feed_key"), on])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def count_call(*, key: FeedKey, by: Staff, at: datetime) -> bool:
    """Note a call; False if the key has called too often, and then nothing is noted."""
    permit_source(by, CONTRACTS[key.contract], key.division_code)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"feed key {key.pk}"])
        if FeedCall.objects.filter(key=key, at__gt=at - WINDOW).count() >= CALLS_AN_HOUR:
            return False
        FeedCall.objects.create(key=key, division_code=key.division_code, at=at)
    return True


def _record(action: str, key: FeedKey, by: Staff) -> None:
    subject = audit.Subject("feed_key", str(key.pk), key.division_code)
    audit.record(by=by, action=action, subject=subject, detail={"contract": key.contract})
