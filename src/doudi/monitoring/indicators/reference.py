"""The indicators as an auditor reads them: what each finds, on which clause, at which line; as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doudi.policy.engine.units import FEN, PERCENT, YEARS, Unit
from doudi.policy.parameters.lookup import Block, Quantity

from .catalogue import INDICATORS
from .declare import Indicator
from .inputs import INPUTS
from .signs import SIGNS
from .thresholds import thresholds

GROUPS = {"help": "可能需要帮助", "stop": "可能需要停发或调整（一律先核实）"}
NOTE = (
    "不知道的事实不算命中。写明“名单上没有即提示”的除外：这些来源报送完整名单。"
    "“暂定”：没有条文规定，是暂定的数，由本市确认或另定；另定的按日期和区域生效，由两人办理。"
)
PRESUMED = (
    "“应享未享”分两层。按已知事实测算符合条件的，直接提示；事实不全的，用部门数据里的困难迹象计分，"
    "达到分数线、推定收入又不超过线的，提示走访核实。推定只决定走访谁，不作为任何决定的依据。"
)


def as_markdown() -> str:
    """The whole page."""
    head = "# 预警指标\n\n由 `monitoring/indicators` 的声明生成：`doudi indicators`。请改源文件，不改本页。\n\n" + NOTE
    return "\n".join([head, *_groups(), *_lines(), *_signs()])


def _groups() -> Iterator[str]:
    for group, title in GROUPS.items():
        mine = [each for each in INDICATORS.values() if each.group == group]
        yield f"\n## {title}（{len(mine)} 项）"
        for each in mine:
            yield from _indicator(each)


def _indicator(each: Indicator) -> Iterator[str]:
    about = "按户" if each.depth == "household" else "按人"
    yield f"\n### {each.title} `{each.key}`\n"
    yield f"- {about}；送{each.audience.label}；{each.deadline_days} 个工作日内核实"
    yield f"- 依据：{'、'.join(article.key for article in each.clauses)}"
    yield f"- 看：{_labels(each.inputs)}"
    if each.absent:
        yield f"- 名单上没有即提示：{_labels(each.absent)}"
    if each.thresholds:
        yield f"- 线：{'、'.join(f'`{name}`' for name in each.thresholds)}"
    yield f"- 说明：{shown(each.sentence)}"
    yield f"- {' '.join(each.meaning.split())}"


def _labels(names: Iterable[str]) -> str:
    return "、".join(INPUTS[name].label for name in names)


def shown(sentence: str) -> str:
    """The template with the Chinese names of its values."""
    for name in sorted(INPUTS.keys() | thresholds().quantities.keys(), key=len, reverse=True):
        label = INPUTS[name].label if name in INPUTS else "提示线"
        for kind in ("", ":yuan", ":times", ":day", ":yes", ":known"):
            sentence = sentence.replace(f"{{{name}{kind}}}", f"〈{label}〉")
    return sentence


def _lines() -> Iterator[str]:
    yield "\n## 线\n\n| 名称 | 代码 | 自 | 区域 | 值 | 依据 |\n|---|---|---|---|---|---|"
    for quantity in thresholds().quantities.values():
        for block in quantity.blocks:
            yield _line(quantity, block)


def _line(quantity: Quantity, block: Block) -> str:
    source = block.source or "暂定"
    cells = (
        quantity.label,
        f"`{quantity.name}`",
        block.start,
        block.area or "全国",
        _value(block, quantity.unit),
        source,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _value(block: Block, unit: Unit) -> str:
    value = block.value
    if unit == FEN and isinstance(value, int):
        return f"{value // 100:,} 元"
    return f"{value}{ {PERCENT: '%', YEARS: ' 周岁'}.get(unit, '') }"


def _signs() -> Iterator[str]:
    yield f"\n## 困难迹象\n\n{PRESUMED}\n\n| 迹象 | 分 |\n|---|---|"
    yield from (f"| {sign.label} | {sign.points} |" for sign in SIGNS)
