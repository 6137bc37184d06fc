"""Looking at a case is on record like looking at a file."""

from __future__ import annotations

from doudi.accounts.models import Staff

from ..models import Application
from .moving import record


def opened(application: Application, *, by: Staff) -> None:
    """Somebody opened the page of a case."""
    record(application, "read", by)


def printed(application: Application, *, by: Staff, form: str) -> None:
    """Somebody printed a form of a case."""
    record(application, "print", by, form=form)
