"""The decision with its sum, the letter with its remedy, and what comes later."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.utils.translation import gettext_lazy as _

from doudi.casework.letters import COURT_MONTHS, REVIEW_DAYS, remedy
from doudi.casework.limits import N22_DAY
from doudi.casework.programmes import SETTINGS, Programme
from doudi.policy.explanation import Finding
from doudi.policy.law import LAW26, M43, M57, N22, SEED

from ..desk import ASSETS, Desk
from ..happening import refusal_clock
from ..questions import Answer, Field, Sort, Task, Text, Why
from ..scenario import Kind
from ..topics import Topic
from .acceptance import in_force
from .limits import told

CONCLUSION = (
    ("grant", _("确认（给予）")),
    ("refuse", _("不予确认，转为评估临时救助和其他帮扶")),
    ("wait", _("现在不能决定，先请县级定下缺的一项")),
)
START = (("same", _("确认的当月")), ("next", _("确认的下月")), ("accepted", _("受理的当月")))


def conclusion(desk: Desk) -> str:
    """What may be decided."""
    return "grant" if desk.best.programme else "wait" if desk.best.unknown else "refuse"


def _decision_right(desk: Desk) -> Answer:
    granted = conclusion(desk) == "grant"
    amount = desk.amount()
    return {"conclusion": conclusion(desk), "amount": amount, "start": "next" if granted and amount else None}


def _decision_why(desk: Desk) -> Why:
    best = desk.best
    lines = []
    if best.unknown:
        lines.append("规则里有一项县级还没有定，缺的不能当作零：先请县级决定，再作决定。")
    elif best.programme is None:
        lines.append("几个项目都不符合；不予确认时要说明还能得到什么帮助。")
    elif not SETTINGS[best.programme].amount:
        lines.append("这一类认定本身不发钱（填 0），凭认定享受专项救助和价格临时补贴等。")
    else:
        lines.append("从确认的下月起发放。金额只在最后向上取整一次，不能先算人均再乘人数。")
    clauses = in_force(desk, *M57(21, 23), *M43(17, 20), *LAW26(17, 18))
    return Why(tuple(lines), clauses, _sums(desk))


def _sums(desk: Desk) -> tuple[Finding, ...]:
    programme = desk.best.programme
    name = SETTINGS[programme].amount if programme else desk.best.asked
    if not name:
        return desk.why(desk.best.asked) if desk.best.asked else ()
    return desk.why(name, persons=name in PERSONAL)


PERSONAL = {v for s in SETTINGS.values() if s.about_person for v in (s.variable, s.amount)}

DECISION = Task(
    "decision", Topic.DECISION, _("决定与金额"), _("按你判断的项目作出决定。"),
    ("people", "money", "assets", "obligors", "figures_income", "figures_amount"),
    lambda desk: (
        Field("conclusion", _("决定"), Sort.ONE, CONCLUSION),
        Field("amount", _("每月合计金额"), Sort.YUAN, hint=_("按人认定的几个人相加；不发钱填 0；不能决定就不填")),
        Field("start", _("从什么时候起发放"), Sort.ONE, START, _("不发钱的任选一个")),
    ),
    _decision_right, _decision_why,
)  # fmt: skip

LETTERS = (
    ("grant", _("确认通知书")),
    ("refuse", _("不予确认通知书")),
    ("none", _("先不发，补齐后再决定")),
)
REMEDIES = (
    ("60+6", _("六十日内申请行政复议，或者六个月内起诉")),
    ("15+3", _("十五日内申请行政复议，或者三个月内起诉")),
    ("complain", _("只能向上级民政部门反映")),
)
REMEDY_OF = {(60, 6): "60+6"}


def _letter_fields(desk: Desk) -> tuple[Field, ...]:
    reasons: tuple[tuple[str, Text], ...] = (
        ("income", _("家庭收入不低于低保标准")),
        *ASSETS.items(),
        ("relative", _("与工作人员有近亲属关系")),
    )
    return (
        Field("letter", _("发哪一种通知"), Sort.ONE, LETTERS),
        Field("reasons", _("不给整户低保的理由，通知里要写哪些"), Sort.MANY, reasons,
              _("每一条不符合的都要写；给低保或特困的不选")),
        Field("remedy", _("怎样告知救济途径"), Sort.ONE, REMEDIES),
        Field("served", _("如果不予确认，最迟哪天送达"), Sort.DAY, hint=_("决定日期见案卷")),
    )  # fmt: skip


def _reasons(desk: Desk) -> list[str] | None:
    if desk.best.programme in (Programme.HOUSEHOLD_DIBAO, Programme.TEKUN):
        return []
    return list(desk.failed()) if desk.value("dibao_eligible") is False else None


def _letter_right(desk: Desk) -> Answer:
    due = refusal_clock(desk.scenario, desk.calendar).due_on
    letter = {"grant": "grant", "refuse": "refuse", "wait": "none"}[conclusion(desk)]
    return {
        "letter": letter,
        "reasons": _reasons(desk),
        "remedy": REMEDY_OF[REVIEW_DAYS, COURT_MONTHS],
        "served": due.isoformat() if due else None,
    }


def _letter_why(desk: Desk) -> Why:
    clock = refusal_clock(desk.scenario, desk.calendar)
    lines = [
        "通知要写明每一条不符合的情况、数字和条款，还能得到什么帮助，怎样复议和起诉；近亲属关系不是理由。",
        remedy(desk.scenario.timeline.decided_on),
        *([told(clock)] if clock.due_on else []),
    ]
    clauses = [a.citation for a in clock.limit.basis]
    return Why(tuple(lines), tuple(clauses), desk.why("dibao_eligible"))


LETTER = Task(
    "letter", Topic.DECISION, _("通知与救济"), _("决定已经作出，准备通知。"),
    ("people", "money", "assets", "timeline", "figures_income", "figures_assets"),
    _letter_fields, _letter_right, _letter_why,
)  # fmt: skip

CADENCE = (("year", _("每年一次")), ("half", _("每半年一次")), ("month", _("每月一次")))
JOBS = (
    ("nothing", _("先不调整，继续介绍和督促")),
    ("member", _("减发或停发本人的份额")),
    ("household", _("停发全家")),
)
HEARING = (
    ("hear", _("先听取本人意见，决定后书面告知理由")),
    ("tell", _("书面告知理由；那时还没有必须先听取意见的规定")),
    ("silent", _("直接停发，不用告知")),
)
MONTHS = (("3", _("三个月")), ("6", _("六个月")), ("12", _("十二个月")), ("24", _("二十四个月")))
DEATH_MONTHS, REFUSALS = 3, 3  # N22-一(三); M57-34


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))


def _is_family(desk: Desk) -> bool:
    return desk.scenario.kind is Kind.FAMILY


def _later_fields(desk: Desk) -> tuple[Field, ...]:
    always = (Field("hearing", _("拟减发时怎么办"), Sort.ONE, HEARING, _("拟减发的日期见案卷")),)
    if not _is_family(desk):
        return always
    died = (Field("died", _("成员去世后，最迟哪天核查调整完"), Sort.DAY),) if _death_rule(desk) else ()
    return (
        Field("cadence", _("享受低保后多久核查一次"), Sort.ONE, CADENCE),
        *died,
        Field("grace", _("就业后收入超过标准，渐退期最长多久"), Sort.ONE, MONTHS),
        Field("jobs", _("无正当理由拒绝介绍的工作，怎么办"), Sort.ONE, JOBS, _("连续拒绝的次数见案卷")),
        *always,
    )


def _death_rule(desk: Desk) -> bool:
    return desk.scenario.accepted_on >= N22_DAY


def _later_right(desk: Desk) -> Answer:
    later = desk.scenario.later
    hearing = "hear" if LAW26.in_force(later.reduced_on) else "tell"
    if not _is_family(desk):
        return {"hearing": hearing}
    return {
        "hearing": hearing,
        "cadence": "half" if _anybody_works(desk) else "year",
        "died": months_after(later.died_on, DEATH_MONTHS).isoformat(),
        "grace": str(desk.value("phase_out_max_months")),
        "jobs": "member" if later.refusals >= REFUSALS else "nothing",
    }


def _anybody_works(desk: Desk) -> bool:
    return any(
        desk.value("counted", str(person["person_id"])) and person["labour_capacity"] != "none"
        for person in desk.scenario.case.persons
    )


def _later_why(desk: Desk) -> Why:
    heard = LAW26.in_force(desk.scenario.later.reduced_on)
    law = LAW26.article(48) if heard else M57.article(32)
    lines = [
        "2026 年 7 月 1 日起，减发、停发前要听取本人意见，决定后书面告知理由；此前要有法定事由并告知。",
    ]
    if not _is_family(desk):
        return Why(tuple(lines), (law.citation,))
    lines += [
        "有劳动能力或者收入不固定的家庭每半年核查一次，收入稳定又没有劳动能力的每年一次。",
        "连续三次无正当理由拒绝介绍的适合工作，才减发或停发本人的份额；家里其他人不受影响。",
        *(["成员去世的，去世后三个月内核查并调整。"] if _death_rule(desk) else []),
    ]
    extra = N22.article("一(三)") if _death_rule(desk) else SEED.article("二(一)")
    findings = desk.why("phase_out_max_months")
    return Why(tuple(lines), (law.citation, *in_force(desk, *M57(31, 33, 34), extra)), findings)


LATER = Task(
    "later", Topic.LATER, _("确认以后"), _("家庭已经在享受，后来发生了案卷里的事。"), ("people", "later"),
    _later_fields, _later_right, _later_why,
)  # fmt: skip
