"""Cases that were opened for a family before anybody asked it: their form is still to be filled."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from doudi.registry.models import Household

from ..models import Application, Declaration
from ..stages import Stage


def unfilled(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Drafts of a household in which nothing was declared yet."""
    declared = Exists(Declaration.objects.filter(application=OuterRef("pk")))
    return rows.filter(~declared, stage=Stage.DRAFT, household__isnull=False)


def unfilled_draft(household: Household) -> Application | None:
    """The case of a household that waits for its form; None if there is none."""
    rows = unfilled(Application.objects.filter(household=household)).exclude(programme="temporary_emergency")
    return rows.order_by("pk").first()
