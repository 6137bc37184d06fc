"""The file of a made-up case as the trainee reads it: facts only, never a conclusion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.casework.programmes import Programme
from doudi.console.components import Fact
from doudi.kernel.money import format_yuan
from doudi.policy.facts import PERSON_FACTS
from doudi.policy.schemes.temporary import SEVERITIES

from .desk import Desk
from .figures import FIGURES, TITLES, figures
from .households import RELATIONS
from .papers import needed
from .scenario import Hukou, Reason

Row = Mapping[str, Any]
MONEY = (
    "wage_income_fen", "business_net_income_fen", "property_net_income_fen", "transfer_net_income_fen",
    "basic_pension_fen", "old_age_allowance_fen", "medical_self_paid_fen", "rehabilitation_fee_fen",
    "education_fee_fen",
)  # fmt: skip
TRUE_OF = ("in_prison", "in_compulsory_detox", "declared_missing", "severe_illness", "employed", "on_tekun",
           "child_support_scheme")  # fmt: skip
MOVES = {
    "accept": "受理",
    "propose_grant": "初审同意，贴出公示",
    "object": "登记异议，公示停止",
    "end_notice": "公示期满，报市级",
}
HUKOU = {
    Hukou.HERE: "全部在本乡镇",
    Hukou.SPLIT: "有的成员在本乡镇，有的在外县；家在本乡镇居住",
    Hukou.ELSEWHERE: "全部在外县",
}
REASONS = {
    Reason.UNEXPLAINED: "家庭没有说明原因",
    Reason.ENDED: "家庭提出异议：已经离职，并交来离职证明和工资流水",
    Reason.EXEMPT: "经查，多出的部分是政府发放的临时救助金",
}


@dataclass(frozen=True)
class Section:
    """One part of the file."""

    title: str
    facts: tuple[Fact, ...]


def folder(desk: Desk, shows: tuple[str, ...]) -> list[Section]:
    """The parts of the file that a task needs."""
    made = [SECTIONS[key](desk) for key in shows]
    return [section for section in made if section.facts]


def day(value: date) -> str:
    """A day in full."""
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def yuan(fen: int) -> str:
    """A sum with its unit."""
    return f"{format_yuan(fen)} 元"


def _title(desk: Desk, row: Row) -> str:
    return f"{desk.scenario.names[row['person_id']]}（{RELATIONS[row['relation']]}）"


def _people(desk: Desk) -> Section:
    facts = (Fact(_title(desk, row), "；".join(_circumstances(row))) for row in desk.scenario.case.persons)
    return Section("家庭成员", tuple(facts))


def _circumstances(row: Row) -> Iterator[str]:
    yield f"{day(row['birth_date'])}生"
    if not row["co_resident"]:
        yield "成年，已独立生活，不共同居住"
    yield from (PERSON_FACTS[name].label for name in TRUE_OF if row[name])
    if row["clergy_years_away"]:
        yield f"宗教教职人员，连续离家 {row['clergy_years_away']} 年"
    if row["disability_grade"]:
        kinds, grades = PERSON_FACTS["disability_kind"].choices, PERSON_FACTS["disability_grade"].choices
        yield f"{kinds[row['disability_kind']]}残疾{grades[row['disability_grade']]}"
    if row["study_stage"] != "none":
        yield f"在读{PERSON_FACTS['study_stage'].choices[row['study_stage']]}"
    if row["self_care_failed"]:
        yield f"自理能力六项中有 {row['self_care_failed']} 项达不到"
    yield f"劳动能力：{PERSON_FACTS['labour_capacity'].choices[row['labour_capacity']]}"


def _money(desk: Desk) -> Section:
    facts = [_standard(desk)]
    people: tuple[Row, ...] = desk.scenario.case.persons
    for row in people:
        sums = [f"{PERSON_FACTS[name].label} {yuan(row[name])}" for name in MONEY if row[name]]
        facts.append(Fact(_title(desk, row), "；".join(sums) or "没有收入和票据"))
    return Section("一年的收入和支出（核实后的数）", tuple(facts))


def _standard(desk: Desk) -> Fact:
    residence = {"rural": "农村", "urban": "城镇"}[str(desk.scenario.case.household["residence_class"])]
    used = desk.decision.used()
    standard = next(int(u.found.value or 0) for u in used if u.name == "dibao_standard" and u.residence is None)
    return Fact("标准", f"{residence}，低保标准每人每月 {yuan(standard)}")


def _assets(desk: Desk) -> Section:
    home: Row = desk.scenario.case.household
    vehicles = f"{home['vehicle_count']} 辆，价值 {yuan(int(home['vehicle_value_fen'] or 0))}"
    facts = (
        Fact("金融资产", yuan(home["financial_assets_fen"])),
        Fact("机动车辆", vehicles if home["vehicle_count"] else "没有"),
        Fact("自住以外的住房", f"{home['extra_dwellings']} 套"),
        Fact("经营情况", "超过规定" if home["business_over_rule"] else "没有超过规定"),
    )
    return Section("家庭财产", facts)


def _obligors(desk: Desk) -> Section:
    return Section("法定义务人（名单完整）", tuple(_obligor_facts(desk)))


def _obligor_facts(desk: Desk) -> Iterator[Fact]:
    names = desk.scenario.names
    rows: tuple[Row, ...] = desk.scenario.case.obligors
    owed = {o["person_id"] for o in desk.scenario.case.obligors}
    for row in rows:
        words = [f"{day(row['birth_date'])}生", f"年收入 {yuan(row['income_fen_year'])}"]
        words += ["在监狱服刑"] if row["in_prison"] else []
        words += ["已宣告失踪"] if row["declared_missing"] else []
        words += [f"肢体残疾 {row['disability_grade']} 级"] if row["disability_grade"] else []
        words += [] if row["assets_within_rule"] else ["财产超过规定"]
        yield Fact(f"{names[str(row['person_id'])]}的{names[str(row['obligor_id'])]}", "；".join(words))
    for person, name in desk.persons.items():
        if person not in owed:
            yield Fact(name, "没有法定义务人")


def _place(desk: Desk) -> Section:
    placing = desk.scenario.placing
    permit = "有本地居住证" if placing.permit else "没有本地居住证"
    switch = "已开通居住证持有人申请" if placing.switched else "还没有开通居住证持有人申请"
    relative = "申请人是本乡镇经办人员的近亲属" if placing.relative else "没有"
    facts = (
        Fact("申请日期", day(desk.scenario.accepted_on)), Fact("户籍", HUKOU[placing.hukou]),
        Fact("居住证", permit), Fact(desk.scenario.town, switch), Fact("申报的近亲属关系", relative),
    )  # fmt: skip
    return Section("向本乡镇申请", facts)


def _papers(desk: Desk) -> Section:
    scenario = desk.scenario
    rows: tuple[Row, ...] = scenario.case.persons
    handed = [name for key, name in needed(scenario).items() if key in scenario.handed]
    bills = [f"{desk.persons[str(p['person_id'])]}：{PERSON_FACTS[name].label} {yuan(p[name])}"
             for p in rows for name in MONEY[6:] if p[name]]  # fmt: skip
    facts = (
        Fact("申请日期", day(scenario.accepted_on)), Fact("家庭成员", "、".join(desk.persons.values())),
        Fact("已交", "；".join(handed) or "只有口头申请"), Fact("申请扣减的支出", "；".join(bills) or "没有"),
    )  # fmt: skip
    return Section("收到的材料", facts)


def _difference(desk: Desk) -> Section:
    difference = desk.scenario.difference
    if difference is None:
        return Section("", ())
    facts = (
        Fact(f"{desk.persons[difference.person]}的工资性收入（申报）", yuan(difference.declared_fen)),
        Fact("核对", yuan(difference.found_fen)),
        Fact("情况", REASONS[difference.reason]),
    )
    return Section("申报与核对不一致", facts)


def _timeline(desk: Desk) -> Section:
    line = desk.scenario.timeline
    facts = [Fact("项目", str(Programme(line.programme).label))]
    facts += [Fact(day(one.on), MOVES[one.move]) for one in line.happened]
    facts.append(Fact(day(line.decided_on), "作出决定"))
    who = "已委托乡镇确认" if line.delegated else "由市民政局确认"
    if line.extended:
        who += f"；已按“{line.extended.label}”批准延长"
    facts.append(Fact("确认", who))
    for pause, ground in line.pauses:
        assert pause.until is not None
        last = date.fromordinal(pause.until.toordinal() - 1)
        facts.append(Fact("暂停计时", f"{day(pause.start)}至{day(last)}（{ground.label}）"))
    return Section("经过", tuple(facts))


def _emergency(desk: Desk) -> Section:
    one, place = desk.scenario.emergency, str(desk.scenario.case.household["division_code"])
    find = desk.book.parameters.find
    standard = find("dibao_standard", place, "urban", one.on).value
    months = find(f"temporary_months.emergency.{one.severity}", place, "urban", one.on).value
    cap, limit = (find(n, place, "urban", one.on).value for n in ("temporary_cap_months", "township_limit"))
    facts = (
        Fact("日期", f"{day(one.on)} 12 时登记"), Fact("当事人", f"{one.name}，户籍在{one.home}，没有本地居住证"),
        Fact("急难", one.cause), Fact("程度", f"{SEVERITIES[one.severity]}；{one.persons} 人受影响"),
        Fact("标准", f"城镇低保标准每人每月 {yuan(int(standard or 0))}；这种程度 {months} 个月，最高 {cap} 个月标准"),
        Fact("乡镇审批限额", yuan(int(limit or 0))),
    )  # fmt: skip
    return Section("急难", facts)


def _later(desk: Desk) -> Section:
    later = desk.scenario.later
    facts = (
        Fact("受理", day(desk.scenario.accepted_on)), Fact("一名成员去世", day(later.died_on)),
        Fact("介绍工作", f"一名有劳动能力的成员连续 {later.refusals} 次无正当理由拒绝"),
        Fact("拟减发", day(later.reduced_on)),
    )  # fmt: skip
    single = len(desk.persons) == 1
    return Section("确认以后", (facts[0], facts[3]) if single else facts)


def _figures(key: str) -> Callable[[Desk], Section]:
    return lambda desk: Section(f"本地标准：{TITLES[key]}", tuple(figures(desk, key)))


SECTIONS: Mapping[str, Callable[[Desk], Section]] = {
    "people": _people, "money": _money, "assets": _assets, "obligors": _obligors, "place": _place, "papers": _papers,
    "difference": _difference, "timeline": _timeline, "emergency": _emergency, "later": _later,
    **{f"figures_{key}": _figures(key) for key in FIGURES},
}  # fmt: skip
