"""The facts a rule may ask for: their domains and their Chinese names. Exactly those of the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from re import fullmatch
from typing import Final

from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.units import BOOLEAN, CALENDAR_MONTH, COUNT, DATE, FEN, PERMILLE, TEXT, Unit
from doudi.policy.errors import PolicyError

Plain = bool | int | str | date
MONEY_LIMIT: Final = 10**13
"""A hundred thousand million yuan: sums over a household and their products stay exact in 64 bits."""
COUNT_LIMIT: Final = 10**6
HEADS: Final = {"01": "本人", "02": "户主"}
"""The relations of which a household has one only."""
FIRST_DAY: Final = date(2021, 1, 1)
"""The first day of which the rulebook knows anything."""


def check_day(on: date) -> None:
    """PolicyError for a day before the first."""
    if on < FIRST_DAY:
        raise PolicyError(f"{on} 早于本规则库最早的日期 {FIRST_DAY}，不能计算。")


def written_date(text: str) -> date | None:
    """A date written YYYY-MM-DD and in no other way; None if it is none."""
    try:
        return date.fromisoformat(text) if fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


@dataclass(frozen=True)
class FactSpec:
    """One fact: what it is called, measured in, and allowed to be."""

    name: str
    label: str
    unit: Unit
    low: int = 0
    high: int = COUNT_LIMIT
    choices: Mapping[str | int, str] = field(default_factory=dict)
    identity: bool = False
    shown_only: bool = False

    def refusal(self, value: object) -> str | None:
        """Why the value is outside the domain, None if it is inside."""
        if self.choices:
            inside = type(value) in (int, str) and value in self.choices
            return None if inside else f"应为 {'、'.join(map(str, self.choices))} 之一"
        if self.unit == BOOLEAN:
            return None if isinstance(value, bool) else "应为 true 或 false"
        if self.unit == DATE:
            return None if isinstance(value, date) else "应为日期，例如 1990-05-01"
        if self.unit == TEXT:
            return self._text_refusal(value)
        if isinstance(value, bool) or not isinstance(value, int):
            return "应为整数" + ("（金额以分计）" if self.unit == FEN else "")
        return None if self.low <= value < self.high else f"应在 {self.low} 与 {self.high - 1} 之间"

    def _text_refusal(self, value: object) -> str | None:
        if not isinstance(value, str) or not value.strip():
            return "应为不空的文字"
        if self.name == "division_code" and not (len(value) == 12 and value.isascii() and value.isdigit()):
            return "应为 12 位数字的区划代码"
        if self.name == "relation" and not (len(value) <= 2 and value.isascii() and value.isdigit()):
            return "应为 GB/T 4761 的家庭关系代码"
        return None


def _facts(*specs: FactSpec) -> dict[str, FactSpec]:
    return {spec.name: spec for spec in specs}


def _id(name: str, label: str) -> FactSpec:
    return FactSpec(name, label, TEXT, identity=True)


def _yes(name: str, label: str, shown_only: bool = False) -> FactSpec:
    return FactSpec(name, label, BOOLEAN, shown_only=shown_only)


def _fen(name: str, label: str, low: int = 0, shown_only: bool = False) -> FactSpec:
    return FactSpec(name, label, FEN, low=low, high=MONEY_LIMIT, shown_only=shown_only)


def _number(name: str, label: str, high: int = COUNT_LIMIT) -> FactSpec:
    return FactSpec(name, label, COUNT, high=high)


def _choice(name: str, label: str, choices: Mapping[str | int, str], shown_only: bool = False) -> FactSpec:
    unit = TEXT if isinstance(next(iter(choices)), str) else COUNT
    return FactSpec(name, label, unit, choices=choices, shown_only=shown_only)


_KIND = _choice("disability_kind", "残疾类别", {
    0: "无", 1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重",
})  # fmt: skip
_GRADE = _choice("disability_grade", "残疾等级", {0: "无", 1: "一级", 2: "二级", 3: "三级", 4: "四级"})

HOUSEHOLD_FACTS: Final = _facts(
    _id("household_id", "家庭编号"),
    FactSpec("division_code", "办理地区划", TEXT),
    _choice("residence_class", "城乡类别", {"urban": "城镇", "rural": "农村"}),
    _yes("on_dibao", "现为整户低保"),
    _yes("lifted_from_poverty", "脱贫户", shown_only=True),
    _choice("relapse_watch", "防止返贫监测", {
        "none": "不是", "unstable": "脱贫不稳定户", "marginal": "边缘易致贫户", "sudden_hardship": "突发严重困难户",
    }),
    _fen("financial_assets_fen", "金融资产"),
    _number("vehicle_count", "机动车辆数"),
    _fen("vehicle_value_fen", "机动车辆价值"),
    _number("extra_dwellings", "自住以外的住房套数"),
    _yes("business_over_rule", "经营情况超过规定"),
    _yes("dwelling_unsafe", "住房不安全"),
    _yes("disaster_event", "遭受灾害"),
    _yes("emergency_event", "遭遇急难"),
)  # fmt: skip

PERSON_FACTS: Final = _facts(
    _id("person_id", "人员编号"),
    FactSpec("birth_date", "出生日期", DATE),
    _choice("sex", "性别", {1: "男", 2: "女"}, shown_only=True),
    FactSpec("relation", "与户主关系", TEXT, shown_only=True),
    _yes("co_resident", "共同生活"),
    _yes("in_prison", "在监狱服刑"),
    _yes("in_compulsory_detox", "强制隔离戒毒"),
    _yes("declared_missing", "宣告失踪"),
    _number("clergy_years_away", "宗教教职人员离家年数", 200),
    _KIND,
    _GRADE,
    _yes("severe_illness", "患重病"),
    _choice("study_stage", "就学阶段", {
        "none": "不在学", "preschool": "学前", "compulsory": "义务教育", "senior_secondary": "普通高中",
        "vocational_secondary": "中等职业学校", "undergraduate": "大专或本科", "postgraduate": "研究生",
    }),
    _yes("employed", "就业"),
    _choice("labour_capacity", "劳动能力", {"full": "完全", "partial": "部分", "none": "没有"}),
    _fen("wage_income_fen", "工资性收入"),
    _fen("business_net_income_fen", "经营净收入", 1 - MONEY_LIMIT),
    _fen("property_net_income_fen", "财产净收入", 1 - MONEY_LIMIT),
    _fen("transfer_net_income_fen", "转移净收入", 1 - MONEY_LIMIT),
    _fen("basic_pension_fen", "基础养老金"),
    _fen("old_age_allowance_fen", "高龄津贴"),
    _fen("exempt_income_fen", "不计入的收入", shown_only=True),
    _fen("medical_self_paid_fen", "医疗自付费用"),
    _fen("education_fee_fen", "教育费用"),
    _fen("rehabilitation_fee_fen", "康复费用"),
    _fen("other_rigid_fen", "其他刚性支出"),
    _yes("on_tekun", "现为特困人员"),
    _yes("on_individual_dibao", "现为单人户低保"),
    _yes("child_support_scheme", "已选择孤儿或事实无人抚养儿童保障"),
    _number("self_care_failed", "不能自理的项数", 7),
    _choice("support_setting", "供养方式", {"home": "分散供养", "institution": "集中供养"}),
    _yes("obligors_known", "法定义务人名单完整"),
)  # fmt: skip

OBLIGOR_FACTS: Final = _facts(
    _id("obligor_id", "义务人编号"),
    _id("person_id", "被赡养扶养人编号"),
    FactSpec("birth_date", "义务人出生日期", DATE),
    _yes("on_tekun", "义务人为特困人员"),
    _yes("on_dibao", "义务人为低保对象"),
    _fen("income_fen_year", "义务人年收入"),
    _yes("assets_within_rule", "义务人财产符合规定"),
    _KIND,
    _GRADE,
    _yes("lacks_civil_capacity", "义务人无民事行为能力"),
    _yes("declared_missing", "义务人宣告失踪"),
    _yes("in_prison", "义务人在监狱服刑"),
)

FACTS: Final[dict[Depth, dict[str, FactSpec]]] = {
    HOUSEHOLD: HOUSEHOLD_FACTS, PERSON: PERSON_FACTS, OBLIGOR: OBLIGOR_FACTS,
}  # fmt: skip

RUN_FACTS: Final = {
    "index_month": FactSpec("index_month", "指数月份", CALENDAR_MONTH),
    "cpi": FactSpec("cpi", "居民消费价格指数涨幅", PERMILLE, low=-1000),
    "food_cpi": FactSpec("food_cpi", "食品价格指数涨幅", PERMILLE, low=-1000),
}
