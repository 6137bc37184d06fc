"""The explanation in Chinese: in full for staff, in plain words for the family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from doudi.kernel.money import format_yuan
from doudi.policy.decision import Decision
from doudi.policy.engine.case import Scope
from doudi.policy.engine.nodes import PERSON
from doudi.policy.explanation import Explainer, Finding
from doudi.policy.facts import FACTS, RUN_FACTS
from doudi.policy.law import LAW26, M57
from doudi.policy.schemes.category import CATEGORIES

MARKS = {True: "✓", False: "✗", None: "？"}
MAIN = ("category", "determining_department", "dibao_amount")
PERSONAL = ("tekun_eligible", "tekun_amount", "individual_dibao_eligible", "individual_dibao_amount")
LIMITS = {
    "financial_assets_fen": "家里的存款等金融资产超过了规定",
    "vehicle_count": "家里的机动车辆数超过了规定",
    "vehicle_value_fen": "家里机动车的价值超过了规定",
    "extra_dwellings": "自住以外的住房超过了规定",
    "business_over_rule": "家里的经营情况超过了规定",
}


def staff_letter(decision: Decision, names: Mapping[str, str] | None = None) -> str:
    """Everything: each finding with clauses, arithmetic, conditions, paths not taken and unconfirmed parameters."""
    explainer = Explainer(decision, names or {})
    lines: list[str] = [f"办理日期：{decision.on}    规则库版本：{decision.book.version}"]
    for name in MAIN:
        lines += _told(explainer.finding(name, decision.home), 0, decision, explainer.speaker.names)
    for person in decision.home.children:
        lines.append(f"── 成员 {explainer.speaker.who(person)} ──")
        for name in PERSONAL:
            lines += _told(explainer.finding(name, person), 0, decision, explainer.speaker.names)
    lines += [f"提示：{warning}" for warning in decision.case.warnings()]
    return "\n".join(lines)


def _told(finding: Finding, indent: int, decision: Decision, names: Mapping[str, str]) -> Iterator[str]:
    pad = "  " * indent
    entity = finding.key.partition(":")[2]
    who = f"〔{names.get(entity, entity)}〕" if entity else ""
    clauses = f"（依据：{'，'.join(finding.clauses)}）" if finding.clauses else ""
    yield f"{pad}{finding.label}{who}：{finding.said}{clauses}"
    if finding.arithmetic:
        yield f"{pad}  算式：{finding.arithmetic}"
    for condition in finding.conditions:
        yield f"{pad}  {MARKS[condition.holds]} {condition.text}"
    for path in finding.not_taken:
        yield f"{pad}  未采用：{path}"
    for ground in finding.grounds:
        if ground.unconfirmed:
            yield f"{pad}  待当地确认：{ground.label} {ground.value}" + (
                f"（{ground.source}）" if ground.source else ""
            )
    if finding.unknown_because:
        yield f"{pad}  还缺：{'、'.join(fact_said(key, decision, names) for key in finding.unknown_because)}"
    for below in finding.below:
        if below.arithmetic or below.conditions:
            yield from _told(below, indent + 1, decision, names)


def citizen_letter(decision: Decision, names: Mapping[str, str] | None = None) -> str:
    """Plain words: the result, why, what would change it, what is still missing, and how to object."""
    speaker = Explainer(decision, names or {}).speaker
    lines = [_result(decision, speaker.names), *_reasons(decision)]
    for person in decision.home.children:
        lines += _personal(decision, person, speaker.who(person))
    if any(used.unconfirmed for used in decision.used()):
        lines.append("计算用到的部分标准还待当地确认，最后以县民政部门的决定为准。")
    lines.append(_remedy(decision))
    return "\n".join(lines)


def _result(decision: Decision, names: Mapping[str, str]) -> str:
    category = decision.value("category")
    if category is None:
        return _missing(decision, names)
    if category == "dibao":
        amount = decision.value("dibao_amount")
        money = f"，每月可以领 {format_yuan(amount)} 元" if amount is not None else "，每月金额还要补充情况后才能算出"
        return f"按现在的情况，您家符合最低生活保障的条件{money}。"
    if category == "none":
        return "按现在的情况，您家不符合低保、低保边缘家庭和刚性支出困难家庭的条件。"
    return f"按现在的情况，您家可以认定为{CATEGORIES[category]}。"


def _missing(decision: Decision, names: Mapping[str, str]) -> str:
    """What the family can tell, and what only the county can decide."""
    reasons = decision.reasons("category")
    facts = "、".join(fact_said(key, decision, names) for key in reasons if not key.startswith("parameter."))
    county = "、".join(fact_said(key, decision) for key in reasons if key.startswith("parameter."))
    told = f"因为还不知道：{facts}。补充以后就可以重新计算。" if facts else ""
    waiting = f"{'另外还要' if told else '要'}等县里决定：{county}。" if county else ""
    return f"现在还不能算出您家属于哪一类，{told}{waiting}"


def _reasons(decision: Decision) -> Iterator[str]:
    """Why not dibao: every reason, and what would have to be otherwise."""
    if decision.value("dibao_eligible") is not False:
        return
    size, income = decision.value("size"), decision.value("income_year")
    if size == 0:
        yield "没有认定为低保的原因：登记的人里没有能计入共同生活的家庭成员的。如果登记有误，请提出来重新核对。"
    standard = decision.home.settings.get(("dibao_standard", None))
    if decision.value("income_below_dibao") is False and size and income is not None and isinstance(standard, int):
        line = standard * 12 * size
        over = f"高出 {format_yuan(income - line)} 元" if income > line else "正好相等，要低于低保线才符合"
        yield (
            f"没有认定为低保的原因：您家 {size} 口人一年的收入算下来是 {format_yuan(income)} 元，"
            f"低保线是 {format_yuan(line)} 元（每人每月 {format_yuan(standard)} 元），{over}。"
            f"如果收入减少到低保线以下，或者看病、上学、康复的支出有票据没有算进去，结果会不同。"
        )
    for condition in Explainer(decision, {}).finding("assets_within_dibao", decision.home).failed:
        names = [name for name in LIMITS if FACTS[decision.home.depth][name].label in condition.text]
        yield f"没有认定为低保的原因：{LIMITS[names[0]]}。如果登记有误，或者属于可以豁免的必需财产，请提出来重新核对。"


def _personal(decision: Decision, person: Scope, who: str) -> Iterator[str]:
    assert person.depth == PERSON
    for name, money, words in (
        ("tekun_eligible", "tekun_amount", "特困人员救助供养"),
        ("individual_dibao_eligible", "individual_dibao_amount", "单独申请低保"),
    ):
        if decision.value(name, person.key):
            amount = decision.value(money, person.key)
            told = f"，每月 {format_yuan(amount)} 元" if amount is not None else "，金额还要补充情况后才能算出"
            yield f"{who} 符合{words}的条件{told}。"


def _remedy(decision: Decision) -> str:
    clause = LAW26.article(76) if LAW26.in_force(decision.on) else M57.article(38)
    return (
        "如果您认为情况不对：公示期内可以向乡镇（街道、农场）提出，也可以补充材料要求复查；"
        "收到决定后不服的，可以在六十日内申请行政复议，或者在六个月内向法院起诉"
        f"（{clause.citation}）。"
    )


def fact_said(key: str, decision: Decision | None = None, names: Mapping[str, str] | None = None) -> str:
    """A reason such as `person:p1.employed` in words; with the decision a parameter has its label."""
    owner, _, name = key.rpartition(".")
    kind, _, entity = owner.partition(":")
    if kind.startswith("parameter"):
        name = key.partition(".")[2]
        return f"“{decision.book.parameters.quantities[name].label}”" if decision else f"参数 {name}"
    if kind == "run":
        return RUN_FACTS[name].label
    facts = {"household": 1, "person": 2, "obligor": 3}
    label = next(f[name].label for depth, f in FACTS.items() if depth == facts[kind])
    return f"{(names or {}).get(entity, entity)} 的{label}" if entity else f"家庭的{label}"
