"""Why a part of a line is paid, in words: what awards say, and who counts for a price subsidy."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.awards.entitlements import WHY as OF_AWARDS
from doudi.awards.kinds import Kind

from .queries.subsidy_proof import GROUPS

WHY: dict[str, str | Promise] = {**OF_AWARDS, **GROUPS}
SUBSIDY = "subsidy"


def part_label(kind: str) -> str | Promise:
    """What a part of a line is called."""
    if kind in Kind.values:
        return str(Kind(kind).label)
    return _("价格临时补贴") if kind == SUBSIDY else kind
