"""The words of a decision's letter, from what was kept with it. Pure: nothing is looked up, nothing is calculated anew.

A refusal names every failed condition with its figures and clause, what else may help, and how to object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.kernel.money import format_yuan
from doudi.policy.law import D649, LAW26, M57, TR26

from .programmes import RAPID_SINCE, Programme

NO_SUMS = frozenset({"age", "size", "counted"})  # said by themselves, no sum to show
REVIEW_DAYS, COURT_MONTHS = 60, 6  # rulebook §7.3: administrative review within 60 days, court within 6 months


@dataclass(frozen=True)
class Failed:
    """A condition that does not hold: the finding it belongs to, the comparison with its figures, the clauses."""

    label: str
    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """What a letter says, in the order of the sheet."""

    number: str
    name: str
    programme: str
    accepted_on: date | None
    decided_on: date
    granted: bool
    failed: Sequence[Failed]
    reason: str
    others: Sequence[str]
    amount: str
    arithmetic: Sequence[str]
    clauses: Sequence[str]
    remedy: str
    unconfirmed: Sequence[str]
    office: str = ""  # the organ that decided; "" as long as nobody has
    once: str = ""  # help given once
    situation: str = ""  # what was told of an emergency
    owes: str = ""  # what follows afterwards


@dataclass(frozen=True)
class Relief:
    """Help given once: how much, and the sum behind the most that could be given. `at_once`: before the file."""

    amount_fen: int
    most_fen: int
    standard_fen_month: int
    months: int
    people: int
    situation: str
    at_once: bool = True

    def arithmetic(self) -> str:
        """The sum of the ceiling as it comes out."""
        product = self.standard_fen_month * self.months * self.people
        line = (f"救助金额上限：城市低保标准 {format_yuan(self.standard_fen_month)} 元/月 × {self.months} 个月 × "
                f"{self.people} 人 ＝ {format_yuan(product)} 元")  # fmt: skip
        return line if product <= self.most_fen else f"{line}，不超过规定的最高额 {format_yuan(self.most_fen)} 元"


def relief_clauses(on: date, *, at_once: bool) -> list[str]:
    """The law of the day under which help is given once, and under which it comes before the file."""
    now = LAW26.in_force(on)
    if not at_once:
        return [(LAW26.article(29) if now else D649.article(47)).citation]
    law = LAW26.article(50) if now else D649.article(48)
    return [law.citation, *([TR26.article("小额快救").citation] if on >= RAPID_SINCE else [])]


PAPERS_OWED = "请在收到救助后 10 个工作日内补交情况说明和材料；有困难的，工作人员帮您办理。"


def failed_conditions(finding: Mapping[str, Any]) -> list[Failed]:
    """Every failed condition, down to the comparison that failed; each told once."""
    found: dict[tuple[str, str], Failed] = {}
    for one in _failed(finding, _by_name(finding)):
        found.setdefault((one.label, one.text), one)
    return list(found.values())


def _by_name(finding: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The fullest telling of each finding below: one that appears twice is told in full the first time only."""
    told: dict[str, Mapping[str, Any]] = {}
    stack = [finding]
    while stack:
        one = stack.pop()
        if one["name"] not in told or one["conditions"]:
            told[one["name"]] = one
        stack.extend(one["below"])
    return told


def _failed(finding: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> Iterator[Failed]:
    for condition in finding["conditions"]:
        if condition["holds"] is not False:
            continue
        below = told.get(condition["of"])
        deeper = list(_failed(below, told)) if below is not None and below is not finding else []
        if deeper:
            yield from deeper
        else:
            yield Failed(finding["label"], condition["text"], tuple(finding["clauses"]))


def other_help(
    tried: Sequence[Mapping[str, Any]], decided: str, person: int | None, *, granted: bool = False
) -> list[str]:
    """What else may help: what fits, and what cannot be told yet; never an empty hand (DESIGN §11).

    To a family that is helped the lesser programmes say nothing: one excludes the other.
    """
    lines = []
    for fit in () if granted else tried:
        if fit["programme"] == decided and fit["person"] == person:
            continue
        label = str(Programme(fit["programme"]).label)
        who = f"{fit['name']}：" if fit["name"] else ""
        if fit["fits"]:
            lines.append(f"{who}按现有情况符合“{label}”，可以在同一件申请中转办，不用重新申请。")
        elif fit["fits"] is None and fit["unknown_because"]:
            lines.append(f"{who}“{label}”还缺一些情况，补充后可以继续测算。")
    lines.append("遇到突发急难，可以随时向急难发生地的乡镇（街道、农场）申请临时救助，不受户籍限制。")
    return lines


def remedy(decided_on: date) -> str:
    """How to object, with the clause of the day."""
    clause = LAW26.article(76) if LAW26.in_force(decided_on) else M57.article(38)
    return (
        f"如不服本决定，可以自收到本通知之日起 {REVIEW_DAYS} 日内依法申请行政复议，"
        f"也可以自收到本通知之日起 {COURT_MONTHS} 个月内向人民法院提起行政诉讼（{clause.citation}）。"
        "如果情况有变化或者登记有误，也可以随时补充材料，请求重新核实。"
    )


def arithmetic_of(finding: Mapping[str, Any]) -> list[str]:
    """The sums of an amount, outermost first, each once."""
    sums = (one for one in _walk(finding) if one["arithmetic"] and one["name"] not in NO_SUMS and one["value"])
    sums = (one for one in sums if one["arithmetic"] != one["said"])  # a grade that is only itself
    return list(dict.fromkeys(f"{one['label']}：{one['arithmetic']} ＝ {one['said']}" for one in sums))


def clauses_of(finding: Mapping[str, Any]) -> list[str]:
    """Every clause of the tree, in the order met."""
    return list(dict.fromkeys(clause for one in _walk(finding) for clause in one["clauses"]))


def unconfirmed_in(finding: Mapping[str, Any]) -> list[str]:
    """The values the tree rests on that the county has not confirmed yet, each once (待当地确认)."""
    grounds = (ground for one in _walk(finding) for ground in one["grounds"] if ground["unconfirmed"])
    return list(dict.fromkeys(f"{ground['label']} {ground['value']}" for ground in grounds))


def _walk(finding: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Outermost first, level by level."""
    queue = [finding] if finding else []
    while queue:
        one = queue.pop(0)
        yield one
        queue.extend(one["below"])


def letter(
    *,
    number: str,
    name: str,
    programme: str,
    person: int | None,
    accepted_on: date | None,
    decided_on: date,
    granted: bool,
    findings: Mapping[str, Any],
    amount_fen: int | None,
    reason: str = "",
    office: str = "",
    relief: Relief | None = None,
) -> Letter:
    """The letter of one determination."""
    main, amount = findings.get("main") or {}, findings.get("amount") or {}
    return Letter(
        number=number,
        name=name,
        programme=str(Programme(programme).label),
        accepted_on=accepted_on,
        decided_on=decided_on,
        granted=granted,
        failed=[] if granted or not main else failed_conditions(main),
        reason=reason,
        others=other_help(findings.get("tried", ()), programme, person, granted=granted),
        amount=format_yuan(amount_fen) if amount_fen is not None else "",
        arithmetic=[relief.arithmetic()] if relief else arithmetic_of(amount) if granted else [],
        clauses=relief_clauses(decided_on, at_once=relief.at_once) if relief else clauses_of(main)[:8],
        remedy=remedy(decided_on),
        unconfirmed=unconfirmed_in(amount if granted and amount else main),
        office=office,
        once=format_yuan(relief.amount_fen) if relief else "",
        situation=relief.situation if relief else "",
        owes=PAPERS_OWED if relief and relief.at_once else "",
    )
