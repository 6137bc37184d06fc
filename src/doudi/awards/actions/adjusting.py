"""A standard that changes: what it would do, letting it change every award, and undoing it before the first payment.

The values themselves are proposed, published and withdrawn in the rulebook, each time by two people. What is done here
follows from that: nothing is raised before publication, and nothing is undone before the values are withdrawn.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import record
from doudi.jobs import actions as jobs
from doudi.jobs.models import Job
from doudi.jobs.models import State as JobState
from doudi.rulebook.models import ParameterDraft, State

from ..models import Adjustment
from ..models.adjustments import Outcome, Step
from ..months import first_whole_month
from ..queries.adjustments import hindered

ESTIMATE, APPLY, UNDO = "awards.standard_effect", "awards.standard_apply", "awards.standard_undo"
SHORTEST_NOTE = 4


@transaction.atomic
def estimate(*, draft: ParameterDraft, by: Staff, at: datetime) -> Adjustment:
    """Calculate what a proposal does to the awards: before it is published, and again after."""
    county = _county(by)
    draft = ParameterDraft.objects.get(pk=draft.pk)
    if draft.state == State.REFUSED or not draft.blocks.exists():
        raise Refused(_("方案没有参数或已经办结，不用测算"))
    known = Adjustment.objects.select_for_update().filter(draft=draft).first()
    if known is not None and known.state not in (Step.COMPUTED, Step.COMPUTING):
        raise Refused(_("已经按这个方案调整过待遇，不再测算"))
    if known is not None and known.state == Step.COMPUTING and _at_work(known):
        raise Refused(_("正在测算，请稍等"))
    said = {"draft_version": draft.version, "effective_from": _first_month(draft), "state": Step.COMPUTING}
    said |= {"computed_at": at, "computed_by_id": by.pk, "progress": {}}
    adjustment, _new = Adjustment.objects.update_or_create(draft=draft, defaults={"county": county, **said})
    return _start(ESTIMATE, adjustment, "estimate", by, at)


@transaction.atomic
def apply(*, adjustment: Adjustment, by: Staff, at: datetime) -> Adjustment:
    """Change the awards. The values are published; whoever cannot be calculated, or would get less, stays as is."""
    permit(by, Permission.POLICY_PUBLISH)
    permit(by, Permission.AWARD_WRITE, place=adjustment.county)
    adjustment = _locked(adjustment)
    draft = adjustment.draft
    if draft.state != State.PUBLISHED:
        raise Refused(_("方案还没有发布，先由另一人发布再调整待遇"))
    if adjustment.state == Step.APPLYING and not _at_work(adjustment):  # cancelled or failed: go on from there
        return _start(APPLY, adjustment, "apply", by, at)
    if adjustment.state != Step.COMPUTED or adjustment.draft_version != draft.version:
        raise Refused(_("请先按已发布的方案测算影响"))
    if any(not block.is_in_force for block in draft.blocks.all()):
        raise Refused(_("方案里有已撤回或被替换的值，不能据此调整"))
    _refuse_if_another(adjustment)
    said = {"state": Step.APPLYING, "applied_at": at, "applied_by_id": by.pk, "progress": {}}
    Adjustment.objects.filter(pk=adjustment.pk).update(**said)
    return _start(APPLY, adjustment, "apply", by, at)


@transaction.atomic
def undo(*, adjustment: Adjustment, note: str, by: Staff, at: datetime) -> Adjustment:
    """Take every change back. The values are withdrawn by two people, and nothing was paid on the new amounts."""
    permit(by, Permission.POLICY_PUBLISH)
    permit(by, Permission.AWARD_WRITE, place=adjustment.county)
    adjustment = _locked(adjustment)
    if adjustment.state == Step.UNDOING and not _at_work(adjustment):
        return _start(UNDO, adjustment, "undo", by, at)
    if adjustment.state != Step.APPLIED:
        raise Refused(_("待遇还没有按这个方案调整，不用撤销"))
    if adjustment.draft.blocks.filter(withdrawn_at__isnull=True).exists():
        raise Refused(_("请先在“参数变更”里由两个人撤回方案的每一个值，再撤销调整"))
    if len(note.strip()) < SHORTEST_NOTE:
        raise Refused(_("请写明撤销原因，至少 %(n)s 个字") % {"n": SHORTEST_NOTE}, "note")
    raised = adjustment.lines.filter(outcome=Outcome.RAISED).values_list("award", flat=True)
    said = hindered(adjustment, list(raised))
    if said:
        raise Refused(said)
    told = {"undone_at": at, "undone_by_id": by.pk, "undone_note": note.strip()[:300]}
    Adjustment.objects.filter(pk=adjustment.pk).update(state=Step.UNDOING, progress={}, **told)
    return _start(UNDO, adjustment, "undo", by, at)


def _county(by: Staff) -> str:
    county = str(settings.DOUDI_COUNTY)
    if not by.may(Permission.POLICY_PUBLISH):
        permit(by, Permission.POLICY_DRAFT)
    permit(by, Permission.AWARD_READ, place=county)
    return county


def _first_month(draft: ParameterDraft) -> date:
    return first_whole_month(min(draft.blocks.values_list("starts_on", flat=True)))


def _locked(adjustment: Adjustment) -> Adjustment:
    return Adjustment.objects.select_for_update(of=("self",)).select_related("draft").get(pk=adjustment.pk)


def _at_work(adjustment: Adjustment) -> bool:
    job = Job.objects.filter(pk=adjustment.job_id or 0).first()
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def _refuse_if_another(adjustment: Adjustment) -> None:
    """An earlier publication is applied first: otherwise nobody pays what the old values answer."""
    others = Adjustment.objects.filter(county=adjustment.county).exclude(pk=adjustment.pk)
    busy = others.filter(state__in=[Step.APPLYING, Step.UNDOING]).select_related("draft").first()
    if busy is not None:
        raise Refused(_("“%(t)s”正在办理，完成后再调整") % {"t": busy.draft.title})
    earlier = others.filter(state=Step.COMPUTED, draft__state=State.PUBLISHED)
    earlier = earlier.filter(
        draft__decided_at__lt=adjustment.draft.decided_at, draft__blocks__withdrawn_at__isnull=True
    )
    first = earlier.select_related("draft").order_by("draft__decided_at").first()
    if first is not None:
        raise Refused(_("先发布的“%(t)s”还没有调整待遇，请先办理它") % {"t": first.draft.title})


def _start(kind: str, adjustment: Adjustment, what: str, by: Staff, at: datetime) -> Adjustment:
    job = jobs.start(kind, by_id=by.pk, at=at, params={"adjustment": adjustment.pk}, place=adjustment.county)
    Adjustment.objects.filter(pk=adjustment.pk).update(job_id=job.pk)
    detail = {"adjustment": adjustment.number, "draft": adjustment.draft_id, "job": job.pk}
    record(by=by, action=f"award.standard_{what}", detail=detail)
    adjustment.refresh_from_db()
    return adjustment
