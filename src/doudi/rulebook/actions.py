"""Setting parameters: proposed by one person, tried on the register, published by another; withdrawn by two as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit.actions import Subject, record
from doudi.jobs import actions as jobs
from doudi.jobs.models import Job
from doudi.policy import PolicyError, Rulebook, RuleError
from doudi.policy.cases import LawCase, flipped

from .models import Asked, ParameterBlock, ParameterDraft, State, Withdrawal
from .queries.book import book_without, county_book, gives_way, laid
from .values import CLASSES, read

EARLIEST, LATEST = date(2021, 1, 1), date(2099, 12, 31)
TRIAL = "rulebook.trial"
SHORTEST_NOTE = 4


@transaction.atomic
def propose(
    *, name: str, area: str, residence: str, starts_on: date, value: str, source: str, is_assumed: bool,
    draft: ParameterDraft | None, title: str, by: Staff, at: datetime,
) -> ParameterBlock:  # fmt: skip
    """Put a value into a new proposal, or into one that is still open. Refused where nobody could publish it."""
    permit(by, Permission.POLICY_DRAFT, place=area)
    block = _checked(name, area, residence, starts_on, value, source, is_assumed)
    if draft is None:
        if len(title.strip()) < SHORTEST_NOTE:
            raise Refused(_("请写明方案名称，例如“2027 年农村低保标准”"), "title")
        draft = ParameterDraft.objects.create(title=title.strip()[:120], proposer=by, proposed_at=at)
    draft = _open(draft, by)
    block.draft = draft
    _fits(draft, block)
    block.save()
    _changed(draft)
    _record(by, "propose", draft, purpose=source, after=_state(block), area=area)
    return block


@transaction.atomic
def remove_value(*, draft: ParameterDraft, block: ParameterBlock, by: Staff) -> None:
    """Take a value out of an open proposal."""
    permit(by, Permission.POLICY_DRAFT, place=block.area)
    draft = _open(draft, by)
    _record(by, "remove_value", draft, before=_state(block), area=block.area)
    block.delete()
    _changed(draft)


@transaction.atomic
def try_out(*, draft: ParameterDraft, by: Staff, at: datetime) -> Job:
    """Start the trial: who would change class, and what it would cost."""
    permit(by, Permission.POLICY_DRAFT)
    draft = _open(draft, by)
    if not draft.blocks.exists():
        raise Refused(_("方案里还没有参数，先加一项再试算"))
    own = min(by.scope.places(Permission.POLICY_DRAFT), key=len)
    params = {"draft": draft.pk, "version": draft.version, "prefix": own}
    job = jobs.start(
        TRIAL, by_id=by.pk, at=at, params=params, title=_("试算：%(t)s") % {"t": draft.title[:60]}, place=own
    )
    ParameterDraft.objects.filter(pk=draft.pk).update(job_id=job.pk, trial={}, state=State.DRAFT)
    _record(by, "try_out", draft, area=own, job=job.pk)
    return job


@transaction.atomic
def publish(*, draft: ParameterDraft, note: str, sign_off: bool, by: Staff, at: datetime) -> None:
    """Let the values hold. Another person than the proposer; law cases that come out otherwise must be signed for."""
    permit(by, Permission.POLICY_PUBLISH)
    draft = _locked(draft)
    if draft.proposer_id == by.pk:
        raise Refused(_("起草和发布要由两个人办，请由另一人发布"))
    blocks = list(draft.blocks.all())
    for block in blocks:
        permit(by, Permission.POLICY_PUBLISH, place=block.area)
    if draft.state != State.TRIAL or draft.trial.get("version") != draft.version:
        raise Refused(_("方案改过或还没有试算，请起草人先试算"))
    try:
        flips = flips_of(draft)
    except RuleError as error:
        raise Refused(str(error)) from error
    if flips and not sign_off:
        raise Refused(_("有 %(n)s 个法定案例的结果会改变，请逐个看过并勾选确认") % {"n": len(flips)}, "sign_off")
    if len(note.strip()) < SHORTEST_NOTE:
        raise Refused(_("请写明发布依据或意见，至少 %(n)s 个字") % {"n": SHORTEST_NOTE}, "note")
    _replace_assumed(blocks, at)
    ParameterBlock.objects.filter(pk__in=[b.pk for b in blocks]).update(published_at=at)
    _decide(draft, State.PUBLISHED, note, by, at)
    _record(by, "publish", draft, purpose=note, after={"blocks": [_state(b) for b in blocks]},
            flips=[case.name for case in flips])  # fmt: skip


@transaction.atomic
def refuse(*, draft: ParameterDraft, note: str, by: Staff, at: datetime) -> None:
    """Close a proposal without publishing it: the publisher declines, or the proposer withdraws."""
    own = draft.proposer_id == by.pk
    permit(by, Permission.POLICY_DRAFT if own else Permission.POLICY_PUBLISH)
    draft = _locked(draft)
    if len(note.strip()) < SHORTEST_NOTE:
        raise Refused(_("请写明原因，至少 %(n)s 个字") % {"n": SHORTEST_NOTE}, "note")
    _decide(draft, State.REFUSED, note, by, at)
    _record(by, "refuse", draft, purpose=note)


@transaction.atomic
def ask_withdrawal(*, block: ParameterBlock, reason: str, by: Staff, at: datetime) -> Withdrawal:
    """Ask for a published value to be taken back because it is wrong. Nothing changes until somebody else confirms."""
    permit(by, Permission.POLICY_DRAFT, place=block.area)
    if not block.is_in_force:
        raise Refused(_("这个值没有在执行，不用撤回"))
    if block.withdrawals.filter(state=Asked.OPEN).exists():
        raise Refused(_("这个值已有人申请撤回，正在等另一人确认"))
    asked = Withdrawal.objects.create(block=block, reason=_written(reason, "reason"), asked_by=by, asked_at=at)
    _record(by, "ask_withdrawal", block.draft, purpose=asked.reason, after=_state(block), area=block.area)
    return asked


@transaction.atomic
def withdraw(*, asked: Withdrawal, note: str, sign_off: bool, by: Staff, at: datetime) -> None:
    """Take the value back: another person than the one who asked. Decisions made with it stay as they were made."""
    permit(by, Permission.POLICY_PUBLISH, place=asked.block.area)
    asked = _locked_withdrawal(asked)
    block = asked.block
    if asked.asked_by_id == by.pk:
        raise Refused(_("申请撤回和确认撤回要由两个人办，请由另一人确认"))
    has_begun = block.starts_on <= timezone.localdate(at)
    flips = flipped(county_book(), book_without(block))
    if (has_begun or flips) and not sign_off:
        raise Refused(_("这个值已经开始执行，或有法定案例的结果会改变，请看过影响并勾选确认"), "sign_off")
    decided = {"decided_by": by, "decided_at": at, "decided_note": _written(note, "note")}
    Withdrawal.objects.filter(pk=asked.pk).update(state=Asked.CONFIRMED, **decided)
    if not ParameterBlock.objects.in_force().filter(pk=block.pk).update(withdrawn_at=at):
        raise Refused(_("这个值没有在执行，不用撤回"))
    _record(by, "withdraw", block.draft, purpose=note, before=_state(block), area=block.area, reason=asked.reason,
            has_begun=has_begun, flips=[case.name for case in flips])  # fmt: skip


@transaction.atomic
def keep_value(*, asked: Withdrawal, note: str, by: Staff, at: datetime) -> None:
    """Close a wish to withdraw: the second person declines, or the first takes it back."""
    own = asked.asked_by_id == by.pk
    permit(by, Permission.POLICY_DRAFT if own else Permission.POLICY_PUBLISH, place=asked.block.area)
    asked = _locked_withdrawal(asked)
    decided = {"decided_by": by, "decided_at": at, "decided_note": _written(note, "note")}
    Withdrawal.objects.filter(pk=asked.pk).update(state=Asked.REFUSED, **decided)
    _record(by, "keep_value", asked.block.draft, purpose=note, after=_state(asked.block), area=asked.block.area)


def _written(text: str, field: str) -> str:
    if len(text.strip()) < SHORTEST_NOTE:
        raise Refused(_("请写明原因，至少 %(n)s 个字") % {"n": SHORTEST_NOTE}, field)
    return text.strip()[:300]


def _locked_withdrawal(asked: Withdrawal) -> Withdrawal:
    rows = Withdrawal.objects.select_for_update(of=("self",)).select_related("block__draft")
    found = rows.filter(pk=asked.pk).first()
    if found is None or not found.is_open:  # the wall does not let a closed one be locked
        raise Refused(_("这件撤回申请已经办结，不能再改"))
    return found


def keep_trial(*, draft_id: int, version: int, figures: dict[str, Any], by: Staff) -> bool:
    """Keep the figures of a finished trial; False if the proposal was changed or closed meanwhile."""
    permit(by, Permission.POLICY_DRAFT)
    rows = ParameterDraft.objects.filter(pk=draft_id, version=version, state__in=[State.DRAFT, State.TRIAL])
    return bool(rows.update(trial={**figures, "version": version}, state=State.TRIAL))


def proposed_book(draft: ParameterDraft) -> Rulebook:
    """The county's rulebook with the proposal over it."""
    return laid(county_book(), [(block.name, block.block) for block in draft.blocks.all()])


def flips_of(draft: ParameterDraft) -> Sequence[LawCase]:
    """The worked cases of the law that would come out otherwise than by hand."""
    return flipped(county_book(), proposed_book(draft))


def _checked(
    name: str, area: str, residence: str, starts_on: date, value: str, source: str, is_assumed: bool
) -> ParameterBlock:
    try:
        quantity = county_book().parameters.quantity(name)
    except PolicyError as error:
        raise Refused(str(error), "name") from error
    if not EARLIEST <= starts_on <= LATEST:
        raise Refused(_("起始日应在 2021-01-01 与 2099-12-31 之间"), "starts_on")
    if residence not in ("", *CLASSES):
        raise Refused(_("请选择城镇、农村或城乡相同"), "residence")
    if not source.strip() and not is_assumed:
        raise Refused(_("请写明依据（文号和条款）；没有依据的要勾选“暂定”"), "source")
    return ParameterBlock(
        name=name, area=area, residence=residence, starts_on=starts_on, value=read(quantity, value),
        source=source.strip()[:200], is_assumed=is_assumed,
    )  # fmt: skip


def _fits(draft: ParameterDraft, block: ParameterBlock) -> None:
    """Refused if two values would hold on one day, or if classes are mixed."""
    for other in draft.blocks.filter(name=block.name, area=block.area, residence=block.residence):
        if other.starts_on == block.starts_on:
            raise Refused(_("方案里已有同一天起的同一参数，日期重叠"), "starts_on")
    try:
        laid(proposed_book(draft), [(block.name, block.block)])
    except RuleError as error:
        raise Refused(str(error), "starts_on") from error


def _replace_assumed(blocks: Sequence[ParameterBlock], at: datetime) -> None:
    """Published values that nobody had confirmed give way; PolicyError cannot happen any more, only a lost race."""
    for block in blocks:
        same = ParameterBlock.objects.in_force().filter(
            name=block.name, area=block.area, residence=block.residence, starts_on=block.starts_on
        )
        for old in same:
            if not gives_way(old.block, block.block):
                raise Refused(_("%(name)s 自这一天起已有别人发布的值，日期重叠") % {"name": block.name})
            ParameterBlock.objects.filter(pk=old.pk).update(replaced_at=at)


def _locked(draft: ParameterDraft) -> ParameterDraft:
    found = ParameterDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None or not found.is_open:  # the wall does not let a closed one be locked
        raise Refused(_("这个方案已经办结，不能再改"))
    return found


def _open(draft: ParameterDraft, by: Staff) -> ParameterDraft:
    draft = _locked(draft)
    if draft.proposer_id != by.pk:
        raise Refused(_("只有起草人能改方案"))
    return draft


def _changed(draft: ParameterDraft) -> None:
    ParameterDraft.objects.filter(pk=draft.pk).update(version=F("version") + 1, trial={}, state=State.DRAFT)


def _decide(draft: ParameterDraft, state: State, note: str, by: Staff, at: datetime) -> None:
    rows = ParameterDraft.objects.filter(pk=draft.pk)
    rows.update(state=state, decided_by=by, decided_at=at, decided_note=note.strip()[:300])


def _state(block: ParameterBlock) -> dict[str, Any]:
    names = ("name", "area", "residence", "starts_on", "value", "source", "is_assumed")
    return {name: getattr(block, name) for name in names}


def _record(
    by: Staff, action: str, draft: ParameterDraft, *, purpose: str = "", area: str = "",
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, **detail: Any,
) -> None:  # fmt: skip
    told = {k: v for k, v in (after or before or {}).items() if k != "blocks"}
    record(
        by=by, action=f"policy.{action}", subject=Subject("draft", str(draft.pk), area), purpose=purpose[:200],
        before=before, after=after, detail={"title": draft.title, **told, **detail},
    )  # fmt: skip
