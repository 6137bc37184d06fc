"""The curve of an income in plain Chinese, from left to right: what every stretch and change means for the family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from doudi.kernel.money import format_yuan
from doudi.policy.curve import Change, Curve, Holding, Segment
from doudi.policy.facts import PERSON_FACTS

PROGRAMMES = {
    "dibao": "低保", "near_threshold": "低保边缘", "rigid_expenditure": "刚性支出困难", "relapse_watch": "防止返贫监测",
    "tekun": "特困供养", "individual_dibao": "单人户低保",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One thing to know, and of what kind: `cliff`, `gain`, `change`, `even` or `unknown`."""

    kind: str
    text: str


def headline(curve: Curve) -> str:
    """The finding in one sentence."""
    if curve.because:
        return "有的情况还不清楚，曲线不完整。"
    if not curve.cliffs:
        return "在这个范围内，多挣钱不会让手里的钱变少。"
    worst = min(curve.cliffs, key=lambda change: change.fen_month or 0)
    where, lost = format_yuan(worst.after.income_fen_year), format_yuan(-12 * (worst.fen_month or 0))
    return f"有 {len(curve.cliffs)} 处多挣反而少得，最多的一处在全年 {where} 元：一年少得 {lost} 元。"


def sentences(curve: Curve, names: Mapping[str, str] | None = None) -> list[Sentence]:
    """Every stretch and every change in the order of the income."""
    told = [(one.first.income_fen_year, _stretch(one)) for one in curve.segments]
    told += [(one.after.income_fen_year - 1, _change(curve, one, names or {})) for one in curve.changes]
    return [sentence for _at, sentence in sorted(told, key=lambda pair: pair[0])]


def who(holding: Holding, names: Mapping[str, str]) -> str:
    """A programme and, where it is of one person, whose."""
    programme, key = holding
    person = key.partition(":")[2]
    return PROGRAMMES[programme] + (f"（{names.get(person, person)}）" if person else "")


def _stretch(one: Segment) -> Sentence:
    where = f"全年 {format_yuan(one.first.income_fen_year)} 至 {format_yuan(one.last.income_fen_year)} 元："
    taken = one.taken_percent
    if one.first.allowance_fen_month is None:
        return Sentence("unknown", f"{where}能得多少补助还不清楚。")
    if taken is None:
        return Sentence("even", f"{where}范围很小，补助相差不到几元。")
    if taken == 0:
        told = (
            f"每月补助 {format_yuan(one.first.allowance_fen_month)} 元" if one.first.allowance_fen_month else "没有补助"
        )
        return Sentence("even", f"{where}{told}，多挣的都归自己。")
    if taken < 0:
        return Sentence("even", f"{where}每多挣 100 元，补助还多 {-taken} 元。")
    kept = "等于没有多得" if taken == 100 else f"自己多得 {100 - taken} 元"
    return Sentence("even", f"{where}每多挣 100 元，补助少 {taken} 元，{kept}。")


def _change(curve: Curve, one: Change, names: Mapping[str, str]) -> Sentence:
    income = f"全年{PERSON_FACTS[curve.fact].label}到 {format_yuan(one.after.income_fen_year)} 元"
    moved = _moved(one, names)
    if one.fen_month is None:
        return Sentence("unknown", f"{income}时，{moved}钱数怎么变还不清楚。")
    month = format_yuan(abs(one.fen_month))
    if one.is_cliff:
        lost = format_yuan(-12 * one.fen_month)
        return Sentence("cliff", f"多挣 1 元，少得 {lost} 元：{income}时，{moved}每月少 {month} 元。{_level(one)}")
    if one.fen_month == 0:
        return Sentence("change", f"{income}时，{moved}钱数不变。")
    more = "多" if one.fen_month > 0 else "少"
    return Sentence("gain" if one.fen_month > 0 else "change", f"{income}时，{moved}每月{more} {month} 元。")


def _moved(one: Change, names: Mapping[str, str]) -> str:
    parts = [(one.ends, "停止"), (one.begins, "开始")]
    return "".join(f"{_joined(held, names)}{verb}，" for held, verb in parts if held)


def _joined(held: Iterable[Holding], names: Mapping[str, str]) -> str:
    return "、".join(who(one, names) for one in held)


def _level(one: Change) -> str:
    if one.level_at is None:
        return "在这个范围内，手里的钱回不到原来。"
    return f"要挣到 {format_yuan(one.level_at)} 元，手里的钱才回到原来。"
