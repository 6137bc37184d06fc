"""Why something is done to an award: one table of reasons, the acts each may carry, the clauses it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.policy.law import LAW26, M43, M57, N22, SEED, Article

from .kinds import Act, Programme

CHANGE = frozenset({Act.INCREASE, Act.REDUCE, Act.ADJUST})
ENDING = frozenset({Act.END, Act.SUSPEND})
HEARD_FIRST = LAW26.start  # LAW26-48: the recipient is heard before anything is taken away


@dataclass(frozen=True)
class Reason:
    """A reason with its words. `must_hear`: taking away on this reason needs the number of the decision or hearing."""

    code: str
    label: str | Promise
    acts: frozenset[Act]
    clauses: tuple[Article, ...]
    must_hear: bool = True


REASONS: dict[str, Reason] = {
    r.code: r
    for r in (
        Reason("determined", _("经审核确认"), frozenset({Act.GRANT}), (*M57(21, 23), *M43(17))),
        Reason("circumstances", _("家庭收入、财产变化"), CHANGE | {Act.END}, (*M57(30, 32), *LAW26(47))),
        Reason("review", _("定期核查"), CHANGE | ENDING, (*M57(31, 32), *LAW26(46, 47))),
        Reason("member_joined", _("增加保障人口"), CHANGE, M57(7, 32)),
        Reason("member_left", _("成员不再共同生活"), CHANGE | {Act.END}, M57(7, 32)),
        Reason("death", _("死亡"), CHANGE | {Act.END}, (*N22("一(三)"), *M43(24)), must_hear=False),
        Reason("job_refusals", _("连续三次拒绝合适的工作"), CHANGE | {Act.END}, M57(34)),
        Reason("top_up", _("分类施保情形变化"), CHANGE, (*M57(27), *LAW26(20))),
        Reason("self_care", _("照料护理档次变化"), CHANGE, M43(22, 23)),
        Reason("standard", _("保障标准调整"), CHANGE, (*SEED("二(二)"), *LAW26(19)), must_hear=False),
        Reason("not_cooperating", _("无正当理由不配合核查"), ENDING, M57(9, 29)),
        Reason("out_of_contact", _("联系不上"), ENDING, M57(31)),
        Reason("resolved", _("暂停的原因已消除"), frozenset({Act.RESTART}), M57(32)),
        Reason("employment", _("就业创业后收入超过标准"), frozenset({Act.PHASE_OUT, Act.END}), M57(33)),
        Reason("other_programme", _("转为其他救助"), frozenset({Act.END}), (*M57(32), *M43(27)), must_hear=False),
        Reason("moved_away", _("迁出本地"), frozenset({Act.END}), M57(32)),
        Reason("own_request", _("本人申请退出"), frozenset({Act.END}), M57(32), must_hear=False),
        Reason("fraud", _("骗取待遇"), frozenset({Act.END}), LAW26(73)),
        Reason("annulled", _("原决定被撤销"), frozenset({Act.END}), LAW26(76)),
        Reason("clerical_error", _("办理有误"), frozenset({Act.CORRECT}), M57(32)),
        Reason("objection_upheld", _("复议、诉讼或异议成立"), frozenset({Act.CORRECT, *CHANGE}), LAW26(76)),
    )
}  # fmt: skip


def reasons_for(*acts: Act) -> list[Reason]:
    """The reasons that may carry one of the acts, in the order of the table."""
    return [r for r in REASONS.values() if r.acts & set(acts)]


def must_hear(reason: Reason, on: date) -> bool:
    """Whether taking away on a day needs the number of what was decided or heard before."""
    return reason.must_hear and on >= HEARD_FIRST


def clauses_of(code: str, programme: str, on: date) -> list[str]:
    """The clauses a reason stands on: of the programme's own rule and in force on the day; all where none is left."""
    other = M57 if programme == Programme.TEKUN else M43
    clauses = [c for c in REASONS[code].clauses if c.instrument is not other] or list(REASONS[code].clauses)
    return [c.key for c in clauses if c.instrument.in_force(on)] or [c.key for c in clauses]


def reason_label(code: str) -> str:
    """A reason in words; a code that is no longer in the table shows itself."""
    return str(REASONS[code].label) if code in REASONS else code
