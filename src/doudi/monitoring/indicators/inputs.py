"""What an indicator may look at: name, depth, unit and the Chinese name that evidence and pages show.

Where from: the facts of the rulebook, the signals of departments (`registry.facts.signals`), how the household stands
(awards, categories, open cases, disclosures), and what the rulebook says of it, as known and as presumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Depth = Literal["household", "person"]
Unit = Literal["yes", "fen", "count", "years", "day", "percent", "code"]


@dataclass(frozen=True)
class Input:
    """One thing to look at."""

    name: str
    label: str
    depth: Depth
    unit: Unit


def _inputs(depth: Depth, unit: Unit, **labels: str) -> Iterator[Input]:
    return (Input(name, label, depth, unit) for name, label in labels.items())


_ALL: Final = (
    # A person: the rulebook's facts and departments' signals.
    *_inputs("person", "years", age="周岁", school_age="九月一日的周岁"),
    *_inputs("person", "yes",
             here="仍在户中", prison="在监狱服刑", severe_illness="患重病", moved_out="户口迁出", married="婚姻登记",
             unemployment="失业", unemployment_pay="领取失业保险金", fiscal_payroll="财政供养", able="有劳动能力",
             head_or_alone="户主或独居", spouse_listed="配偶在册"),
    *_inputs("person", "day", died_on="死亡日期", disability_since="残疾评定日期", severe_illness_since="重病确诊日期",
             prison_since="服刑日期", moved_out_since="迁出日期"),
    *_inputs("person", "code", study="就学阶段", business_owner="市场主体身份", benefit_elsewhere="外地待遇",
             person_receives="本人在领待遇"),
    *_inputs("person", "count", disability="残疾等级", supporters="户中能赡养扶养的其他成年人",
             days_since_death="死亡后天数",
             days_since_disability="评残后天数", days_since_illness="确诊后天数", days_since_job_loss="失业后天数"),
    *_inputs("person", "fen", medical_self_paid="医疗自付", wage_paid="部门记载的工资", wage_paid_before="一年前的工资",
             wage_declared="申报的工资", pension_paid="职工养老金", transfer_declared="申报的转移收入",
             study_aid="学生资助"),
    # What the rulebook says of a person.
    *_inputs("person", "yes", tekun_eligible="符合特困条件", individual_dibao_eligible="符合单人户低保条件",
             could_be_tekun="推定可能符合特困条件", could_be_individual="推定可能符合单人户低保条件"),
    # A household: circumstances and departments' signals.
    *_inputs("household", "yes", disaster_event="受灾", emergency_event="突发急难", dwelling_unsafe="住房不安全",
             lifted_from_poverty="脱贫户"),
    *_inputs("household", "code", relapse_watch="防止返贫监测"),
    *_inputs("household", "count", power_use="近三十天用电", power_use_before="此前几个月用电",
             vehicles_registered="登记车辆", vehicles_declared="申报车辆", dwellings_registered="登记的其他住房",
             dwellings_declared="申报的其他住房", members="人口", adults_able="能照料的成年人", minors="未成年人",
             days_since_disaster="受灾后天数", days_since_emergency="急难后天数"),
    *_inputs("household", "fen", vehicle_value_registered="登记车辆价值", savings_found="查得存款",
             savings_declared="申报存款", medical_family="全家医疗自付", income_told="已知全家年收入",
             income_per_head_told="已知人均年收入"),
    *_inputs("household", "percent", medical_share="医疗自付占收入"),
    *_inputs("household", "years", youngest="最年轻成员周岁"),
    *_inputs("household", "day", earner_died_on="主要劳力死亡日期"),
    *_inputs("household", "count", days_since_earner_died="主要劳力死亡后天数"),
    # How it stands.
    *_inputs("household", "yes", receives="在领待遇", case_open="正在办理", on_register="在低收入人口名册",
             near_relative="近亲属财政供养或为经办人员", disclosed="已近亲属备案", phasing_out="在渐退期",
             helped_lately="近期得到临时救助", school_list="学籍名单已到"),
    *_inputs("household", "code", category="家庭类别", signs_told="困难迹象"),
    *_inputs("household", "day", phase_out_ends="渐退期结束", review_by="应复核日期"),
    *_inputs("household", "count", days_to_phase_out_end="距渐退期结束天数", days_review_late="复核过期天数"),
    # What the rulebook says of the household.
    *_inputs("household", "yes", dibao_eligible="符合低保条件", near_threshold="符合低保边缘条件",
             rigid_expenditure="符合刚性支出困难条件", could_be_near="推定可能符合低保边缘条件",
             could_be_rigid="推定可能符合刚性支出困难条件",
             assets_could_be_within="财产未见超过规定"),
    *_inputs("household", "percent", income_presumed_percent="推定收入占低保线"),
    *_inputs("household", "count", hardship_signs="困难迹象分", unknown_facts="不明事实项数"),
)  # fmt: skip
INPUTS: Final[dict[str, Input]] = {each.name: each for each in _ALL}
