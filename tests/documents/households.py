"""Household files to print: the usual one, the largest one, and an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from doudi.documents.forms import PrintStamp
from doudi.documents.forms.household_file import Asset, Flow, HouseholdFile, Member, Record, Status
from tests.conftest import NOON

STAMP = PrintStamp("遮放镇人民政府", "罗建国", 7, NOON, "https://doudi.example")
LONG_NAME = "麦麦提阿卜杜拉·吾布力卡斯木艾力亚尔"
RARE_NAME = "㑇𠮷𬭎"

MEMBERS = [
    Member("岳勒旺", "户主", "男", date(1979, 3, 12), "景颇族", "533103197903120013", "肢体二级残疾；务农"),
    Member("排木南", "配偶", "女", date(1982, 7, 1), "景颇族", "533103198207010021", "劳动能力弱；照料家人"),
    Member("岳麻腊", "子", "男", date(2009, 9, 1), "景颇族", "533103200909010035", "高中在读"),
    Member("岳木果", "母", "女", date(1950, 1, 20), "景颇族", "53310319500120004X", "慢性肾衰竭；不能自理"),
]

USUAL = HouseholdFile(
    number="ZF-2016-0118",
    head="岳勒旺",
    as_of=date(2026, 11, 23),
    people=4,
    place="芒市遮放镇弄恩村",
    residence_class="农村",
    responsible="遮放镇人民政府",
    address="弄恩村第三村民小组 18 号",
    hukou="芒市遮放镇弄恩村",
    phone="13812342671",
    members=MEMBERS,
    statuses=[
        Status("农村低保", "共同生活的家庭成员人均收入低于标准", "芒市民政局", date(2024, 2, 1)),
        Status("监测对象（突发严重困难户）", "因病支出骤增", "芒市乡村振兴局", date(2022, 5, 1), date(2023, 12, 1)),
    ],
    flows=[
        Flow(True, "务农纯收入", 980_000, 1_120_000, None, 1_120_000, "入户调查"),
        Flow(True, "务工收入", 1_200_000, None, 1_280_000, 1_280_000, "人社局"),
        Flow(True, "转移性收入（养老金除外）", None, None, None, None),
        Flow(False, "医疗自付", None, None, 1_322_000, 1_322_000, "医保局"),
        Flow(False, "教育支出", 420_000, None, None, 420_000, "家庭申报"),
    ],
    totals=[("采用的年收入合计", 2_400_000), ("采用的刚性支出合计", 1_742_000), ("扣减后人均月收入", 13_708)],
    assets=[
        Asset("住房", "自建砖混房一处，120 平方米", "入户核实", date(2026, 10, 12), None),
        Asset("存款", "农村信用社", "核对平台", date(2026, 9, 30), 312_050),
    ],
    records=[
        Record(date(2026, 11, 2), "大额医疗支出预警，已派单", "监测预警"),
        Record(date(2026, 10, 12), "入户核实，收入与申报不一致，已更正", "排勒干（协理员）"),
        Record(date(2026, 3, 1), "定期核查，保留低保", "罗建国"),
    ],
)

LARGEST = replace(
    USUAL,
    head=LONG_NAME,
    people=12,
    members=[
        *MEMBERS,
        Member(LONG_NAME, "其他亲属", "男", date(1990, 1, 1), "维吾尔族", "653101199001010011", "务工"),
        Member(RARE_NAME, "儿媳", "女", None, "傈僳族", None, ""),
        *[
            replace(MEMBERS[2], name=f"岳麻腊{n}", notes="义务教育阶段在读，享受营养改善计划；听力四级残疾")
            for n in range(6)
        ],
    ],
    flows=USUAL.flows * 5,
    records=[Record(date(2026, 1, 1), f"第 {n} 次入户，情况无变化", "排勒干（协理员）") for n in range(1, 41)],
)

EMPTY = HouseholdFile(
    number="ZF-2026-0001",
    head="管门",
    as_of=date(2026, 11, 23),
    people=1,
    place="芒市遮放镇弄恩村",
    residence_class="农村",
    responsible="遮放镇人民政府",
)
