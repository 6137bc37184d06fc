"""待遇变动通知书: what changes from which month, why, with the sums; what goes on, what stops, how to object."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from doudi.awards.months import months_after
from doudi.awards.reasons import REASONS, clauses_of, reason_label
from doudi.documents.forms import PrintStamp
from doudi.policy.law import LAW26

from ..letters import other_help, remedy
from ..models import ReviewDecision
from ..models.reviews import Outcome, ReviewGround
from ..programmes import Programme
from ..queries.reviews import category_label, decider_of, title_of
from .papers import day, organ_for, print_guarded, township_of, yuan

FORM = "change_letter"
TITLES = {
    Outcome.KEEP: "社会救助待遇核查结果通知书", Outcome.RAISE: "社会救助待遇增发通知书",
    Outcome.REDUCE: "社会救助待遇减发通知书", Outcome.STOP_SHARE: "社会救助待遇减发通知书",
    Outcome.SUSPEND: "社会救助待遇暂停发放通知书", Outcome.PHASE_OUT: "社会救助渐退期通知书",
    Outcome.END: "社会救助待遇终止通知书",
}  # fmt: skip


def print_letter(decision: ReviewDecision, stamp: PrintStamp) -> bytes:
    """One letter."""
    return print_guarded(FORM, letter_data(decision), stamp, decision.number)


def letter_data(decision: ReviewDecision) -> dict[str, Any]:
    """The words of a decided review, from what was kept with it."""
    review, proposal = decision.review, decision.proposal
    words = {clause.key: clause.citation for clause in REASONS[proposal.reason].clauses}
    cited = [words[key] for key in clauses_of(proposal.reason, review.category, decision.on)]
    told: dict[str, Any] = json.loads(str(proposal.told))
    outcome = Outcome(decision.outcome)
    return {
        "number": decision.number,
        "title": TITLES[outcome],
        "name": title_of(review),
        "programme": category_label(review),
        "award": review.award.number if review.award else "",
        "ground": str(review.get_ground_display()),
        "decided": day(decision.on),
        "what": _what(decision, outcome),
        "before": yuan(decision.before_fen),
        "after": yuan(decision.after_fen),
        "rows": _rows(told) if outcome in (Outcome.RAISE, Outcome.REDUCE) else [],
        "reason": reason_label(proposal.reason),
        "clauses": list(dict.fromkeys([*cited, *told["clauses"]]))[:8],
        "note": "\n".join(filter(None, [str(proposal.note or ""), str(decision.note or "")])),
        "failed": told["failed"] if outcome in (Outcome.END, Outcome.PHASE_OUT) else [],
        "arithmetic": _arithmetic(decision, outcome, told),
        "heard": _heard(decision),
        "goes_on": _goes_on(decision, outcome),
        "remedy": remedy(decision.on),
        "unconfirmed": told["unconfirmed"],
        "office": township_of(review.division_code),
        "seal": organ_for(decider_of(review, decision.on), review.division_code, decision.on),
    }


def _month(decision: ReviewDecision) -> str:
    return _said(decision.from_month)


def _said(month: date) -> str:
    return f"{month.year}年{month.month}月"


def _arithmetic(decision: ReviewDecision, outcome: Outcome, told: dict[str, Any]) -> list[str]:
    """How the new sum comes about; of one member's share, what is taken off and how it was found."""
    if outcome in (Outcome.RAISE, Outcome.REDUCE):
        return list(told["arithmetic"])
    if outcome != Outcome.STOP_SHARE or decision.before_fen is None or decision.after_fen is None:
        return []
    share = yuan(decision.before_fen - decision.after_fen)
    return [
        f"停发的份额：{yuan(decision.before_fen)} 元 － {share} 元 ＝ {yuan(decision.after_fen)} 元",
        "家庭的基础金额按保障人数平均，只停这一名成员的一份（不足一分的舍去）；这名成员本人名下的增发同时停发。",
    ]


def _what(decision: ReviewDecision, outcome: Outcome) -> str:
    months, since = decision.proposal.months or 0, _month(decision)
    about = decision.review.about
    return {
        Outcome.KEEP: _kept(decision),
        Outcome.RAISE: f"自{since}起，增加发放金额。",
        Outcome.REDUCE: f"自{since}起，减少发放金额。",
        Outcome.STOP_SHARE: f"自{since}起，停发{about.name if about else '一名成员'}的份额，其他成员的待遇不受影响。",
        Outcome.SUSPEND: f"自{since}起，暂停发放；原因消除后恢复。",
        Outcome.PHASE_OUT: f"自{since}起进入渐退期，{months} 个月内照常发放{_monthly(decision.before_fen)}，"
        f"发到{_said(months_after(decision.from_month, months - 1))}为止，期满终止。",
        Outcome.END: f"自{since}起，终止发放。",
    }[outcome]


def _kept(decision: ReviewDecision) -> str:
    """Nothing changes; but what runs out does so all the same, and the family is told how it goes on."""
    award = decision.review.award
    if decision.review.ground == ReviewGround.PHASE_OUT and award is not None and award.ends_on is not None:
        last = _said(months_after(award.ends_on, -1))
        return f"经核查，您家（本人）现在又符合条件。渐退期的待遇发到{last}为止，经办人会协助另行申请，月份不断。"
    return f"经核查，您家（本人）的情况没有明显变化，待遇维持不变{_monthly(decision.after_fen)}。"


def _monthly(fen: int | None) -> str:
    return f"，每月 {yuan(fen)} 元" if fen else ""


def _rows(told: dict[str, Any]) -> list[dict[str, str]]:
    return [{"what": r["what"], "name": r["name"], "old": yuan(r["old"]), "new": yuan(r["new"])} for r in told["rows"]]


def _heard(decision: ReviewDecision) -> str:
    heard = decision.hearing
    if heard is None:
        return ""
    who = f"{heard.person.name}的意见（{LAW26.article(48).citation}，{heard.number}）"
    if heard.heard:
        return f"作出本决定前，已于{day(heard.held_on)}听取{who}：{heard.said!s}"
    asked = f"{day(heard.first_asked_on)}、{day(heard.second_asked_on)}"
    return f"作出本决定前，于{asked}两次约请听取{who}，未能听取：{heard.unheard_because!s}"


def _goes_on(decision: ReviewDecision, outcome: Outcome) -> list[str]:
    """What continues, what else may help: never an empty hand."""
    lines = []
    if outcome == Outcome.END:
        lines.append(f"{_month(decision)}以前应发的待遇照常发放，不受影响。")
        if decision.review.follow_up:
            label = Programme(decision.review.follow_up).label
            lines.append(f"按现有情况，还可以申请“{label}”，经办人会主动联系，不用从头提交材料。")
    elif outcome == Outcome.STOP_SHARE:
        lines.append("接受合适的工作或情况变化后，可以随时申请恢复。")
    elif outcome == Outcome.SUSPEND:
        office = township_of(decision.review.division_code)
        lines.append(f"暂停期间保留待遇资格；请尽快与{office}联系，原因消除后恢复发放，不用重新申请。")
    elif outcome == Outcome.PHASE_OUT:
        lines.append("渐退期内收入又降到标准以下的，请随时报告，可以重新核查，不用等期满。")
    return lines + other_help((), "", None)
