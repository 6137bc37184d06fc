"""Who counts, what counts, what is within the rule, and which programme fits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doudi.casework.programmes import SETTINGS, TRIED, Programme
from doudi.policy.explanation import Finding
from doudi.policy.law import G39, M57, SEED

from ..desk import ASSETS as KINDS
from ..desk import Desk
from ..questions import Answer, Field, Sort, Task, Text, Why
from ..scenario import Reason
from ..topics import Topic
from .acceptance import in_force

SETTLED = (("yes", _("能算出")), ("no", _("还不能，有一项要等县级决定")))
ADOPT = (
    ("declared", _("按家庭申报数")),
    ("verified", _("按核对数")),
    ("recheck", _("先复查，再定")),
)
ADOPTED = {Reason.UNEXPLAINED: "verified", Reason.ENDED: "recheck", Reason.EXEMPT: "declared"}
WITHIN = (
    ("dibao", _("符合低保的规定")),
    ("near", _("不符合低保的，但符合低保边缘的规定")),
    ("no", _("都不符合")),
)


def people(desk: Desk) -> tuple[tuple[str, str], ...]:
    """The members as choices."""
    return tuple(desk.persons.items())


def _counted(desk: Desk) -> list[str]:
    return [p for p in desk.persons if desk.value("counted", p)]


FAMILY = Task(
    "family", Topic.FAMILY, _("谁算共同生活的家庭成员"), _("计算低保时，哪些人计入家庭人口？"), ("people",),
    lambda desk: (Field("counted", _("计入的人"), Sort.MANY, people(desk)),),
    lambda desk: {"counted": _counted(desk)},
    lambda desk: Why(findings=desk.why("counted", persons=True), clauses=in_force(desk, M57.article(7))),
)  # fmt: skip


def _income_fields(desk: Desk) -> tuple[Field, ...]:
    fields = (
        Field("settled", _("家庭年收入能算出吗"), Sort.ONE, SETTLED),
        Field("counted", _("计入的年收入合计"), Sort.YUAN, hint=_("计入成员的收入相加，还没有扣减；不能算出就不填")),
        Field("deducted", _("扣减合计"), Sort.YUAN, hint=_("就业成本和病、残、学的刚性支出扣减；不能算出就不填")),
        Field("income", _("家庭年收入"), Sort.YUAN, hint=_("两项相减，不低于零；不能算出就不填")),
    )
    adopt = Field("adopt", _("申报与核对不一致的，怎么处理"), Sort.ONE, ADOPT)
    return (adopt, *fields) if desk.scenario.difference else fields


def _income_right(desk: Desk) -> Answer:
    difference, income = desk.scenario.difference, desk.value("income_year")
    known = income is not None
    return {
        "adopt": ADOPTED[difference.reason] if difference else None,
        "settled": "yes" if known else "no",
        "counted": desk.total("countable_income") if known else None,
        "deducted": desk.total("employment_cost", "rigid_deduction") if known else None,
        "income": income,
    }


DIFFERENCES = {
    Reason.UNEXPLAINED: "家里说不出差别的原因：按核对数。",
    Reason.ENDED: "家里对核对结果有异议并拿出证据：先复查。复查证实了家里所说，下面按申报数算。",
    Reason.EXEMPT: "多出来的是救助金，不计入收入：按申报数。",
}


def _income_why(desk: Desk) -> Why:
    difference = desk.scenario.difference
    lines = [DIFFERENCES[difference.reason]] if difference else []
    if desk.value("income_year") is None:
        lines.append("基础养老金 2025 年底以前不计入；以后没有规定，要由县级决定，不能当作零，也不能当作计入。")
    findings = desk.why("income_year")
    return Why(tuple(lines), in_force(desk, *M57(12, 13, 18), SEED.article("二(八)")), findings)


INCOME = Task(
    "income", Topic.INCOME, _("家庭收入"), _("按一年计算，填元；低保标准见案卷。"),
    ("difference", "people", "money", "figures_income"),
    _income_fields, _income_right, _income_why,
)  # fmt: skip


def _assets_right(desk: Desk) -> Answer:
    dibao, near = desk.value("assets_within_dibao"), desk.value("assets_within_near_threshold")
    return {
        "within": "dibao" if dibao else "near" if near else "no",
        "over": [name for name in desk.failed() if name != "income"],
    }


ASSETS = Task(
    "assets", Topic.ASSETS, _("家庭财产"), _("家庭财产符合哪一档的规定？"),
    ("people", "assets", "figures_assets"),
    lambda desk: (
        Field("within", _("财产符合什么规定"), Sort.ONE, WITHIN),
        Field("over", _("超过低保规定的项目"), Sort.MANY, tuple(KINDS.items()), _("没有超过的不选")),
    ),
    _assets_right,
    lambda desk: Why(
        findings=desk.why("assets_within_dibao", "assets_within_near_threshold"),
        clauses=in_force(desk, M57.article(14)),
    ),
)  # fmt: skip

NONE, UNKNOWN = "none", "unknown"


def _programme_choices() -> tuple[tuple[str, Text], ...]:
    ruled = [(p.value, p.label) for p in TRIED if SETTINGS[p].variable]
    none = _("都不符合，转为评估临时救助（支出型）和其他帮扶")
    return (*ruled, (NONE, none), (UNKNOWN, _("还不能判断，有一项要等县级决定")))


def _programme_right(desk: Desk) -> Answer:
    best = desk.best
    name = best.programme.value if best.programme else UNKNOWN if best.unknown else NONE
    return {"programme": name, "persons": list(best.persons) if best.programme else None}


def _programme_why(desk: Desk) -> Why:
    """Every programme up to the one that fits, in the order in which they are tried."""
    findings: list[Finding] = []
    for programme in TRIED:
        if variable := SETTINGS[programme].variable:
            findings += desk.why(variable, persons=SETTINGS[programme].about_person)
        if programme == (desk.best.programme or Programme.RIGID_EXPENDITURE):
            break
    line = "一次申请，依次看特困、低保、单人户低保、低保边缘、刚性支出；前一项不符合就转下一项，不用重新申请。"
    clauses = in_force(desk, SEED.article("二(九)"), G39.article("二"))
    return Why((line,), clauses, tuple(findings))


PROGRAMME = Task(
    "programme", Topic.PROGRAMME, _("资格与项目"), _("依次试各个项目，最先符合的是哪一个？"),
    ("people", "money", "assets", "obligors", "figures_income", "figures_programme"),
    lambda desk: (
        Field("programme", _("最先符合的项目"), Sort.ONE, _programme_choices()),
        Field("persons", _("按人认定的，是哪些人"), Sort.MANY, people(desk), _("特困、单人户选人；按家庭认定的不选")),
    ),
    _programme_right, _programme_why,
)  # fmt: skip
