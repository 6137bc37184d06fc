"""Somebody else's emergency: help first, papers later."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doudi.casework.programmes import RAPID_SINCE
from doudi.policy.law import LAW26, SEED, TR26
from doudi.policy.schemes.temporary import TemporaryAssistance, temporary_assistance

from ..desk import Desk
from ..happening import relief_clocks
from ..questions import Answer, Field, Sort, Task, Why
from ..topics import Topic
from .limits import UNITS

PLACES = (
    ("here", _("就在这里救助，不看户籍和居住证")),
    ("home", _("请他回户籍地申请")),
    ("permit", _("有居住证才救助")),
)
STEPS = (
    ("first", _("登记后先救助，材料以后补")),
    ("check", _("先核对家庭经济状况，再公示，再救助")),
)
DECIDERS = (("township", _("乡镇直接决定")), ("county", _("报市民政局审批")))


def assistance(desk: Desk) -> TemporaryAssistance:
    """The rulebook's ceiling for the emergency."""
    one = desk.scenario.emergency
    place = str(desk.scenario.case.household["division_code"])
    return temporary_assistance(
        desk.book.parameters, place=place, on=one.on, kind="emergency", severity=one.severity, persons=one.persons,
        rapid=one.on >= RAPID_SINCE,
    )  # fmt: skip


def _fields(desk: Desk) -> tuple[Field, ...]:
    return (
        Field("place", _("在哪里救助"), Sort.ONE, PLACES),
        Field("steps", _("先办什么"), Sort.ONE, STEPS),
        Field("amount", _("最多可以给多少"), Sort.YUAN, hint=_("按急难的程度和人数；标准和月数见案卷")),
        Field("decides", _("给最高额由谁决定"), Sort.ONE, DECIDERS),
        Field("relief", _("最迟哪天救助到位"), Sort.DAY, hint=_("登记时间是当天 12 时")),
        Field("papers", _("最迟哪天补齐材料"), Sort.DAY, hint=_("假设登记当天就给了救助")),
    )


def _right(desk: Desk) -> Answer:
    told, clocks = assistance(desk), relief_clocks(desk.scenario.emergency, desk.calendar)
    days = {key: clocks[key].due_on for key in ("relief", "papers")}
    return {
        "place": "here",
        "steps": "first",
        "amount": told.amount_fen,
        "decides": "township" if told.township_decides else "county",
        **{key: day.isoformat() for key, day in days.items() if day},
    }


def _why(desk: Desk) -> Why:
    one = desk.scenario.emergency
    told, clocks = assistance(desk), relief_clocks(one, desk.calendar)
    rapid = one.on >= RAPID_SINCE
    lines = [
        "急难发生地受理、救助，不受户籍和居住证限制；紧急、小额的先救助，不核对、不公示，材料以后补。",
        f"月数（{told.months}）× 标准 × 人数，不超过封顶；"
        + ("2026 年 1 月 29 日起的小额快救，每人最多一个月标准。" if rapid else "那时还没有小额快救的一个月上限。"),
    ]
    for key in ("relief", "papers"):
        limit, due = clocks[key].limit, clocks[key].due_on
        assumed = "（待当地确认）" if limit.assumed else ""
        day = f"，最迟 {due.year} 年 {due.month} 月 {due.day} 日" if due else ""
        lines.append(f"{limit.label}：{limit.length} {UNITS[limit.unit]}{day}{assumed}。")
    laws = [SEED.article("二(六)"), LAW26.article(37), LAW26.article(50), TR26.article("小额快救")]
    clauses = [a.citation for a in laws if a.instrument.in_force(one.on)]
    clauses += [a.citation for key in ("relief", "papers") for a in clocks[key].limit.basis]
    return Why(tuple(lines), tuple(dict.fromkeys(clauses)))


RELIEF = Task(
    "relief", Topic.RELIEF, _("急难救助"), _("另有一人在你的辖区遇到急难。"), ("emergency",), _fields, _right, _why
)
