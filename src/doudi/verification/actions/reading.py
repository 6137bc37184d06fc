"""Looking is an act: a report says what somebody earns and owns."""

from __future__ import annotations

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit

from ..models import Request
from .recording import Placed, record


def opened(request: Request, *, by: Staff) -> None:
    """Somebody opened a round with its report."""
    permit(by, Permission.VERIFICATION_READ, place=request.division_code)
    record("verification.read", "verification", request, by, purpose="日常办理")


def printed(row: Placed, kind: str, *, by: Staff, permission: Permission) -> None:
    """Somebody printed a consent, a pledge or a report."""
    permit(by, permission, place=row.division_code)
    record("verification.print", kind, row, by, purpose="日常办理")
