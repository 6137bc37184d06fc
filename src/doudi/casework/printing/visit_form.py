"""入户调查表: blank to carry along, or filled with what a visit brought and signed by both sides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.documents.forms import PrintStamp
from doudi.verification.actions.signing import image_of
from doudi.verification.models import Signature

from ..models import Application, HomeVisit
from ..queries.figures import Figure, figures_of
from ..visiting import PROMPTS
from .papers import day, head_of, member_rows, print_guarded

FORM = "visit_form"


def print_visit(application: Application, visit: HomeVisit | None, stamp: PrintStamp, *, by: Staff, on: date) -> bytes:
    """One sheet; without a visit the lines are empty."""
    figures = figures_of(application, visit.on if visit else on)
    data = visit_data(application, visit, figures) | {"signature": _signature(visit, by)}
    return print_guarded(FORM, data, stamp, application.number)


def visit_data(application: Application, visit: HomeVisit | None, figures: Sequence[Figure]) -> dict[str, Any]:
    """Everything on the sheet but the signature."""
    home = application.household
    on = visit.on if visit else application.accepted_on or application.opened_on
    return head_of(application) | {
        "address": home.address if home else "",
        "members": member_rows(home, on),
        "figures": [
            {"name": f.name or "家庭", "label": str(f.spec.label), "declared": f.declared_words,
             "seen": (f.seen_words or "") if visit else ""}
            for f in figures
        ],
        "prompts": [str(label) for label in PROMPTS.values()],
        "visit": _visit(visit) if visit else None,
    }  # fmt: skip


def _visit(visit: HomeVisit) -> dict[str, Any]:
    return {
        "kind": str(visit.get_kind_display()),
        "at": f"{timezone.localtime(visit.at):%Y年%-m月%-d日 %H:%M}",
        "place": visit.place,
        "first": visit.first_name,
        "second": visit.second_name,
        "findings": str(visit.findings).split("\n"),
        "result": str(visit.get_result_display()),
        "unsigned": visit.unsigned_because,
        "recorded": day(timezone.localdate(visit.recorded_at)),
    }


def _signature(visit: HomeVisit | None, by: Staff) -> dict[str, Any]:
    """Who signed and how; the drawing itself only for those who may see documents."""
    found = Signature.objects.filter(pk=visit.family_signature).first() if visit and visit.family_signature else None
    if found is None:
        return {"name": "", "image": []}
    drawn = found.image_id and by.may(Permission.DOCUMENT_READ, found.division_code)
    return {"name": found.signer.name, "image": list(image_of(found, by=by)) if drawn else []}
