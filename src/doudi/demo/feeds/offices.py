"""How each office writes its files: the container, the headings it is used to, its dates and words, its bad habits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .dirt import CLEAN, USUAL, Habits

Container = Literal["csv", "xlsx", "json", "jsonl"]
Dates = Literal["iso", "compact", "dots", "chinese", "slashes"]
Money = Literal["plain", "commas", "sign", "whole"]


@dataclass(frozen=True)
class Office:
    """`headings` says which alias it uses from the beginning and from May on: -1 for the title of the contract."""

    name: str
    container: Container = "csv"
    encoding: str = "gb18030"
    dates: Dates = "iso"
    money: Money = "plain"
    headings: tuple[int, int] = (-1, -1)
    word: int = 0
    title: bool = False
    totals: bool = False
    habits: Habits = USUAL
    lag_days: int = 5


CAREFUL = Habits(number_missing=0.08, name_misheard=0.03, number_mistyped=0, day_impossible=0)
"""Of deaths numbers are often missing, but nothing is so wrong that it must be refused: each stands somewhere."""

OFFICES: dict[str, Office] = {
    "bank": Office("银行业协会", encoding="utf-8", money="commas", headings=(0, 0), totals=True, lag_days=12),
    "business": Office("市市场监督管理局", headings=(0, 2), dates="slashes", word=1),
    "cremation": Office(
        "芒市殡仪馆",
        "xlsx",
        dates="dots",
        headings=(0, 1),
        title=True,
        habits=CAREFUL,
    ),
    "disability": Office("市残疾人联合会", encoding="utf-8-sig", headings=(-1, 0), dates="compact"),
    "disaster": Office("市应急管理局", "xlsx", title=True, totals=True, money="sign", habits=CLEAN),
    "employment": Office("市人力资源和社会保障局", headings=(-1, 0)),
    "enrolment": Office("市教育体育局", headings=(0, 1), word=1, totals=True),
    "fiscal_payroll": Office("市财政局", "xlsx", headings=(0, 0), title=True, money="commas"),
    "housing": Office("市住房和城乡建设局", "xlsx", headings=(0, 0), dates="chinese", word=1),
    "marriage": Office("市民政局婚姻登记处", "xlsx", headings=(0, 0), title=True, dates="chinese"),
    "medical": Office("市医疗保障局", encoding="gb18030", headings=(-1, 0), title=True, totals=True),
    "other_benefits": Office("省救助管理平台", "json", "utf-8", headings=(0, 0), lag_days=8),
    "pension": Office("市社会保险中心", encoding="gb18030", headings=(0, 1), word=1, totals=True),
    "power": Office("芒市供电局", encoding="utf-8-sig", headings=(0, 0), dates="compact", lag_days=3),
    "prison": Office("市司法局", "xlsx", headings=(0, 0), title=True, dates="dots"),
    "provident_fund": Office("市住房公积金管理部", "jsonl", "utf-8", headings=(0, 0), lag_days=9),
    "real_estate": Office("市不动产登记中心", headings=(0, 0), dates="slashes"),
    "register": Office(
        "市公安局人口管理大队",
        "xlsx",
        headings=(-1, 0),
        title=True,
        word=1,
        habits=replace(CAREFUL, number_missing=0.01),
    ),
    "revitalisation": Office("市农业农村局", "xlsx", headings=(0, 0), title=True, word=1),
    "tax": Office("国家税务总局芒市税务局", encoding="gb18030", headings=(0, 2), word=1, lag_days=18),
    "unemployment": Office("市就业服务中心", "xlsx", headings=(0, 0), dates="dots", title=True),
    "vehicles": Office("市公安局车辆管理所", headings=(1, 0), dates="compact", word=1),
}
