"""Which form and which verb belong to a move. A move without a row here has a page of its own or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..actions import accepting, determining, gaps, notices, opinions, relief, timing, verifying, visits
from ..actions.moving import move
from ..forms.notices import AnswerForm, ObjectionForm
from ..forms.opinions import OpinionForm, ReferForm
from ..forms.relief import AmountForm
from ..forms.steps import StepForm
from ..forms.timing import ExtendForm, PauseForm
from ..forms.transfers import CorrectForm
from ..models import Application


@dataclass(frozen=True)
class Verb:
    """A move on a page. `explains` says what will happen, for the side of the page."""

    act: Callable[..., Any]
    form: type[StepForm] = StepForm
    explains: str | Promise = ""
    url: str = ""  # the name of a page of its own, instead of the page of a step


def plainly(name: str) -> Callable[..., Application]:
    """A move that needs nothing but a day and perhaps a reason."""

    def take(*, application: Application, **said: Any) -> Application:
        return move(application, name, **said)

    return take


def _without_note(verb: Callable[..., Any]) -> Callable[..., Any]:
    def take(*, note: str = "", **said: Any) -> Any:
        return verb(**said)

    return take


def correct_words(*, application: Application, corrected: str, version: int | None = None, **said: Any) -> Any:
    """A clerical error in the reason of a determination."""
    return determining.correct(application=application, changes={"reason": corrected.strip()}, **said)


VERBS: Mapping[str, Verb] = {
    "submit": Verb(_without_note(accepting.submit)),
    "accept": Verb(accepting.accept, explains=_("受理之日起计算办理期限，并以这一天的规则审核")),
    "accept_relief": Verb(accepting.accept, explains=_("受理后先救助，再补材料")),
    "list_gaps": Verb(gaps.list_gaps, url="casework:gaps"),
    "supply": Verb(gaps.supply),
    "relieve": Verb(relief.relieve, AmountForm, _("按规则测算的上限内决定；超过乡镇额度的报市民政局")),
    "refuse_relief": Verb(plainly("refuse_relief")),
    "file_papers": Verb(relief.file_papers, explains=_("说明和材料补齐后办结")),
    "start_survey": Verb(plainly("start_survey")),
    "start_verification": Verb(verifying.start_verification, explains=_("只查询已签授权的人和来源")),
    "record_visit": Verb(plainly("record_visit"), url="casework:visit"),
    "finish_survey": Verb(plainly("finish_survey")),
    "back_to_survey": Verb(opinions.back_to_survey),
    "write_opinion": Verb(opinions.write_opinion, OpinionForm, _("规则测算只作参考，意见由经办人负责")),
    "countersign": Verb(_without_note(opinions.countersign), explains=_("您与出具意见的人共同负责")),
    "propose_grant": Verb(notices.propose_grant, explains=_("当天在村里公示七天，只公布姓名、人数和金额")),
    "object": Verb(
        _without_note(notices.object_to), ObjectionForm, _("公示随即撤下，重新调查；提出人的身份不会告诉申请家庭")
    ),
    "answer_objection": Verb(_without_note(notices.answer_objection), AnswerForm, _("答复后重新出具意见、重新公示")),
    "end_notice": Verb(notices.end_notice),
    "propose_refusal": Verb(_without_note(opinions.propose_refusal)),
    "refer": Verb(_without_note(opinions.refer), ReferForm, _("不用重新申请，已有的调查和核对继续有效")),
    "return": Verb(plainly("return")),
    "confirm": Verb(determining.confirm, explains=_("从下月起发放；决定书随后生成")),
    "refuse": Verb(determining.refuse_application, explains=_("三个工作日内送达书面通知，写明全部理由和救济途径")),
    "deliver_refusal": Verb(plainly("deliver_refusal"), explains=_("书面送达之日起，家庭可以申请复议或者起诉")),
    "reopen": Verb(determining.reopen),
    "pause": Verb(timing.pause_with_file, PauseForm, _("只能按列明的理由暂停，须有证据；暂停在时限报告里公开统计")),
    "resume": Verb(timing.resume),
    "extend": Verb(timing.extend, ExtendForm, _("延长至 45 个工作日，只限法定理由，只能一次，须在期限届满前")),
    "withdraw": Verb(plainly("withdraw")),
    "terminate": Verb(plainly("terminate"), explains=_("只用于无正当理由不配合调查核对的情形（审核确认办法第29条）")),
    "send_to_check": Verb(plainly("send_to_check"), explains=_("市级入户看过之后才能决定；批量抽取在“抽查复核”里办")),
    "complain": Verb(
        visits.register_complaint, explains=_("收到投诉举报的，市级入户看过之后才能决定；举报人是谁不写在这里")
    ),
    "finish_check": Verb(plainly("finish_check")),
    "hold_conference": Verb(plainly("hold_conference"), url="casework:conference"),
    "hand_over": Verb(plainly("hand_over"), url="casework:case_within"),
    "transfer_out": Verb(plainly("transfer_out"), url="casework:case_out"),
    "correct": Verb(correct_words, CorrectForm, _("只更正决定理由里的笔误；结论、对象和金额的改变请重新办理")),
}
