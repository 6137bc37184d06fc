"""Keys of a person's sources."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..access import contracts_for
from ..models import FeedKey


def keys_for(staff: Staff) -> QuerySet[FeedKey]:
    """The keys within place and business, with the moment of the last call."""
    rows = FeedKey.objects.filter(contract__in=[one.key for one in contracts_for(staff)]).select_related("made_by")
    return staff.scope.narrow(rows, Permission.FEED_WRITE).annotate(last_call=Max("calls__at"))
