"""The figures of this context."""

from __future__ import annotations

from datetime import timedelta

RECORDS_A_PUSH = 20
BODY_BYTES = 64 * 1024  # one record without its attachments; a drawn signature is the largest part
ATTACHMENT_BYTES = 400 * 1024
CHUNK_BYTES = 64 * 1024
ATTACHMENTS_A_RECORD = 12
PACKS = 500
SHARE_BYTES = 32
LEASE = timedelta(hours=36)  # how long a phone may open its store without having asked us
OLDEST_RECORD = timedelta(days=60)
DOUBTFUL_CLOCK = timedelta(minutes=5)
KEEP_DAYS = 7  # what has arrived stays on the phone this long
