"""Determinations as they stand, and whether the facts still say what the opinion said."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.documents.models import Document
from doudi.registry.actions.refusal import Problems

from ..models import Application, Determination, Step
from ..programmes import Programme
from . import conferences
from .evaluation import Evaluation, again, evaluate
from .opinions import latest_opinion


def in_force(application: Application) -> Determination | None:
    """The determination that holds: the latest that no other corrects."""
    rows = Determination.objects.filter(application=application, corrected_by__isnull=True)
    return rows.order_by("-pk").first()


def letters_for(staff: Staff) -> QuerySet[Determination]:
    """The determinations in force within reach, newest first; each with `delivered`: its refusal was handed over."""
    handed = Step.objects.filter(application=OuterRef("application"), move="deliver_refusal")
    rows = Determination.objects.filter(corrected_by__isnull=True).annotate(delivered=Exists(handed))
    rows = rows.select_related("application__applicant", "application__person", "person").order_by("-on", "-pk")
    return staff.scope.narrow(rows, Permission.CASE_READ)


def facts_still_say_so(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a decision: with what is known today the rulebook's answer is what the opinion rested on.

    Of a refusal too: its letter tells the figures, and a family that fits by now is not refused on old ones.
    """
    opinion = latest_opinion(application)
    if opinion is None or application.household_id is None:
        return
    programme = Programme(opinion.programme)
    then = again(opinion.snapshot, opinion.known_at).fit(programme, opinion.person_id)
    now = evaluate(application, today=on, at=None).fit(programme, opinion.person_id)
    if (then.fits, then.amount_fen_month) != (now.fits, now.amount_fen_month):
        problems.add("", _("初审之后情况有变化，规则测算的结果与初审意见不同，请退回乡镇重新审核。"))


def replay(determination: Determination) -> Evaluation:
    """Decide again on the kept facts, day and county values."""
    assert determination.snapshot is not None
    return again(determination.snapshot, determination.known_at)


def comes_out_the_same(determination: Determination) -> bool:
    """Whether a replay gives the same bytes."""
    return replay(determination).answer == str(determination.answer)


def evidence_of(application: Application) -> list[dict[str, str]]:
    """What the decision rests on, each with the digest of what it was: documents of the case and its records."""
    documents = Document.objects.of("application", str(application.pk)).order_by("pk")
    kept = [{"kind": f"document.{d.kind}", "id": str(d.pk), "digest": d.digest} for d in documents]
    return kept + conferences.evidence(application)
