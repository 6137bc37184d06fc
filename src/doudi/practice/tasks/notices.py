"""What may stand on the public notice, and what an objection does to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doudi.casework.programmes import Programme
from doudi.policy.law import LAW26, M43, M57, N22

from ..desk import Desk
from ..questions import Answer, Field, Sort, Task, Why
from ..topics import Topic
from .acceptance import in_force

ALLOWED = ("name", "people", "amount")
SHOWN = (
    ("name", _("申请人姓名")),
    ("resident_id", _("身份证号")),
    ("people", _("保障人数")),
    ("address", _("详细住址")),
    ("amount", _("拟保障金额")),
    ("health", _("疾病、残疾情况")),
    ("children", _("未成年成员姓名")),
    ("bank", _("银行账号")),
    ("phone", _("联系电话")),
    ("income", _("收入和财产明细")),
)
OBJECTION = (
    ("go_on", _("继续公示，期满报市级确认")),
    ("again", _("停止公示，重新调查或评议，提出新的意见后重新公示七天")),
    ("refuse", _("直接不予确认")),
)


def objected(desk: Desk) -> bool:
    """Whether somebody objected while the notice stood."""
    return any(one.move == "object" for one in desk.scenario.timeline.happened)


def _fields(desk: Desk) -> tuple[Field, ...]:
    shown = Field("shown", _("公示上写哪些"), Sort.MANY, SHOWN)
    return (shown, Field("objection", _("公示期内有异议怎么办"), Sort.ONE, OBJECTION)) if objected(desk) else (shown,)


def _right(desk: Desk) -> Answer:
    return {"shown": list(ALLOWED), "objection": "again" if objected(desk) else None}


def _why(desk: Desk) -> Why:
    lines = ["只写申请人姓名、保障人数和拟保障金额；身份证号、住址、病残、未成年人姓名、账号、电话和收入明细都不公开。"]
    if objected(desk):
        lines.append("有异议的要重新调查（或者组织民主评议）、提出新的意见，再公示满七天；不能一有异议就不予确认。")
    own = M43(15, 17) if desk.scenario.timeline.programme == Programme.TEKUN else M57(19, 24)
    return Why(tuple(lines), in_force(desk, *own, N22.article("四(二)"), LAW26.article(11)))


NOTICE = Task(
    "notice", Topic.NOTICE, _("公示"), _("初审同意后在村（社区）公示。"), ("people", "timeline"), _fields, _right, _why
)
