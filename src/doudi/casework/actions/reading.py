"""Looking at a case is on record like looking at a file."""

from __future__ import annotations

from doudi.accounts.models import Staff
from doudi.audit import actions as audit

from ..models import Application
from .moving import record


def opened(application: Application, *, by: Staff) -> None:
    """Somebody opened the page of a case."""
    record(application, "read", by)


def printed(application: Application, *, by: Staff, form: str) -> None:
    """Somebody printed a form of a case."""
    record(application, "print", by, form=form)


def printed_list(*, by: Staff, form: str, place: str, n: int) -> None:
    """Somebody printed a sheet of several cases."""
    audit.record(by=by, action="case.print_list", detail={"form": form, "place": place, "n": n})
