"""The one table of moves: every step of an application, from where, to where, and who may take it.

The action `actions/moving.py` reads it, the pages offer what it allows, and a test walks every stage × move × role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.accounts.permissions import Permission

from .programmes import Decider, Programme
from .stages import BEFORE_DECISION, OPEN, RUNNING, Stage

S, P = Stage, Permission
EVERY = frozenset(Programme)
EMERGENCY = frozenset({Programme.TEMPORARY_EMERGENCY})
ORDINARY = EVERY - EMERGENCY

DECIDES = {Decider.COUNTY: P.CASE_CONFIRM, Decider.TOWNSHIP: P.CASE_APPROVE, Decider.DEPARTMENT: P.CASE_DEPARTMENT}


@dataclass(frozen=True)
class Move:
    """One step.

    `target` None leaves the stage as it is. `permissions` empty: whoever decides this programme on its day
    (`programmes.decider`). `not_after`: moves whose actor may not also take this one (maker and checker differ).
    `needs_note`: the person must say why. `adverse`: the page asks for confirmation.
    """

    name: str
    label: str | Promise
    sources: frozenset[Stage]
    target: Stage | None
    permissions: tuple[Permission, ...] = ()
    programmes: frozenset[Programme] = EVERY
    not_after: tuple[str, ...] = ()
    needs_note: bool = False
    adverse: bool = False

    @property
    def at_once(self) -> bool:
        """Whether it is dated the day it is entered."""
        return self.name in AT_ONCE


def _from(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


HANDLE, INTAKE, CHECK, APPROVE, CONFIRM = (
    P.CASE_HANDLE, P.CASE_INTAKE, P.CASE_CHECK, P.CASE_APPROVE, P.CASE_CONFIRM,
)  # fmt: skip
MAKERS = ("accept", "finish_survey", "propose_grant", "propose_refusal", "refer")
# Acts of the office itself: dated the day they are entered. A back-dated opinion, notice or decision would mend a
# missed limit, cut short the seven days, or begin an award a month early. What happened outside may be entered later: a
# visit, an objection received, a letter handed over, papers brought, help given on the spot.
AT_ONCE = frozenset({
    "list_gaps", "start_verification", "back_to_survey", "countersign", "write_opinion", "propose_grant",
    "propose_refusal", "refer", "answer_objection", "end_notice", "send_to_check", "return", "confirm", "refuse",
    "refuse_relief", "pause", "extend", "change_handler", "hand_over", "transfer_out", "reopen", "correct",
})  # fmt: skip

MOVES: dict[str, Move] = {
    m.name: m
    for m in (
        Move("open", _("登记申请"), frozenset(), None, (INTAKE,)),  # the first step: there is nothing before it
        Move("submit", _("提交申请"), _from(S.DRAFT), S.SUBMITTED, (INTAKE,)),
        Move("list_gaps", _("一次性告知补正"), _from(S.SUBMITTED), S.GAPS, (HANDLE,), ORDINARY),
        Move("supply", _("补齐材料"), _from(S.GAPS), S.SUBMITTED, (INTAKE,), ORDINARY),
        Move("accept", _("受理"), _from(S.SUBMITTED), S.SURVEY, (HANDLE,), ORDINARY),
        Move("accept_relief", _("急难登记受理"), _from(S.SUBMITTED), S.RELIEF, (HANDLE,), EMERGENCY),
        # What happens while the family's circumstances are looked into.
        Move("start_survey", _("启动调查"), _from(S.SURVEY), None, (HANDLE,), ORDINARY),
        Move("start_verification", _("启动信息核对"), _from(S.SURVEY, S.REVIEW), None, (HANDLE, CHECK), ORDINARY),
        Move("record_visit", _("完成入户调查"), _from(S.SURVEY, S.OBJECTION), None, (HANDLE,), ORDINARY),
        Move("finish_survey", _("调查核对完成"), _from(S.SURVEY), S.REVIEW, (HANDLE,), ORDINARY),
        # The township's opinion.
        Move("back_to_survey", _("退回补充调查"), _from(S.REVIEW), S.SURVEY, (HANDLE,), ORDINARY, needs_note=True),
        Move("countersign", _("第二人签署"), _from(S.REVIEW), None, (APPROVE,), ORDINARY, not_after=("write_opinion",)),
        Move("write_opinion", _("出具初审意见"), _from(S.REVIEW), None, (HANDLE,), ORDINARY),
        Move("propose_grant", _("建议确认并公示"), _from(S.REVIEW), S.NOTICE, (HANDLE,), ORDINARY),
        Move("propose_refusal", _("建议不予确认"), _from(S.REVIEW), S.COUNTY, (HANDLE,), ORDINARY, adverse=True),
        Move("refer", _("转按其他项目办理"), _from(S.REVIEW, S.COUNTY), S.REVIEW, (HANDLE, CONFIRM), ORDINARY),
        # Before the public.
        Move("object", _("登记异议"), _from(S.NOTICE), S.OBJECTION, (INTAKE, HANDLE), ORDINARY, needs_note=True),
        Move("answer_objection", _("答复异议"), _from(S.OBJECTION), S.REVIEW, (HANDLE,), ORDINARY, needs_note=True),
        Move("end_notice", _("公示结束，报审核确认"), _from(S.NOTICE), S.COUNTY, (HANDLE,), ORDINARY),
        # The determination.
        Move("send_to_check", _("列入入户抽查"), _from(S.COUNTY), S.CHECK, (CHECK, CONFIRM), ORDINARY),
        # Whoever complains while the county decides: it goes there itself first (M57-20).
        Move("complain", _("登记投诉举报"), _from(S.COUNTY, S.CHECK), None, (CHECK, CONFIRM), ORDINARY,
             needs_note=True),
        Move("finish_check", _("抽查完成"), _from(S.CHECK), S.COUNTY, (CHECK,), ORDINARY, not_after=MAKERS),
        Move("return", _("退回乡镇"), _from(S.COUNTY), S.REVIEW, (), ORDINARY, needs_note=True),
        Move("confirm", _("审核确认"), _from(S.COUNTY), S.CONFIRMED, (), ORDINARY, not_after=MAKERS),
        Move("refuse", _("不予确认"), _from(S.COUNTY), S.REFUSED, (), ORDINARY, not_after=MAKERS, adverse=True),
        # Help first, papers later.
        Move("relieve", _("决定先行救助"), _from(S.RELIEF), S.PAPERS, (HANDLE, APPROVE, CONFIRM), EMERGENCY),
        Move("refuse_relief", _("不予救助"), _from(S.RELIEF), S.REFUSED, (APPROVE, CONFIRM), EMERGENCY,
             needs_note=True, adverse=True),
        Move("file_papers", _("补齐说明和材料"), _from(S.PAPERS), S.CONFIRMED, (HANDLE,), EMERGENCY),
        # At any time.
        Move("pause", _("暂停计时"), RUNNING, None, (HANDLE, CHECK), needs_note=True),
        Move("resume", _("恢复计时"), RUNNING, None, (HANDLE, CHECK)),
        Move("extend", _("延长办理期限"), RUNNING - {S.RELIEF, S.PAPERS}, None, (APPROVE, CONFIRM), ORDINARY,
             needs_note=True),
        Move("hold_conference", _("一事一议"), RUNNING, None, (HANDLE, CHECK, CONFIRM)),
        Move("change_handler", _("更换经办人"), OPEN, None, (APPROVE,)),
        Move("withdraw", _("撤回申请"), BEFORE_DECISION, S.WITHDRAWN, (INTAKE, HANDLE), needs_note=True, adverse=True),
        Move("terminate", _("终止程序"), BEFORE_DECISION - {S.DRAFT}, S.TERMINATED, (HANDLE,), ORDINARY,
             needs_note=True, adverse=True),
        Move("hand_over", _("移交其他乡镇"), OPEN - {S.PAPERS}, None, (CHECK,), needs_note=True),
        Move("transfer_out", _("移交外县"), BEFORE_DECISION - {S.DRAFT}, S.TRANSFERRED, (CHECK,), needs_note=True),
        # After the end.
        Move("deliver_refusal", _("送达不予确认通知"), _from(S.REFUSED), None, (HANDLE,), ORDINARY),
        Move("reopen", _("重新办理"), _from(S.REFUSED, S.TERMINATED), S.REVIEW, (CONFIRM,), ORDINARY, needs_note=True),
        Move("correct", _("更正笔误"), _from(S.CONFIRMED, S.REFUSED), None, (), needs_note=True, not_after=MAKERS),
    )
}  # fmt: skip


def permissions_of(move: Move, decider: Decider) -> tuple[Permission, ...]:
    """The permissions of which one is needed to take a move on a case that `decider` decides."""
    return move.permissions or (DECIDES[decider],)


def leading_from(stage: Stage, programme: Programme) -> Iterable[Move]:
    """The moves the table knows for a stage and a programme, in its order."""
    return (m for m in MOVES.values() if stage in m.sources and programme in m.programmes)
