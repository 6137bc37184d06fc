"""The reference pages of the rulebook, from the rules, parameters and cases themselves: docs/reference/policy.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from doudi.policy import rulebook
from doudi.policy.cases import law_cases
from doudi.policy.coverage import counted, coverage
from doudi.policy.law import instruments

OWNERS = {1: "家庭", 2: "成员", 3: "义务人"}


def pages() -> Iterator[str]:
    """The lines of the page."""
    yield "# 规则库参考\n\n由 `tools/policy_reference.py` 从规则、参数和算例生成，不手工修改。\n"
    yield from _rules()
    yield from _parameters()
    yield from _cases()
    yield from _law()


def _rules() -> Iterator[str]:
    yield "## 规则\n\n| 变量 | 名称 | 属于 | 施行 | 依据 | 含义 |\n|---|---|---|---|---|---|"
    for rule in rulebook().rules:
        clauses = "、".join(article.key for article in rule.implements) or "（中间步骤）"
        dates = f"{rule.start or ''}–{rule.end or ''}" if rule.start or rule.end else ""
        meaning = rule.meaning.replace("\n", " ")
        yield f"| `{rule.name}` | {rule.label} | {OWNERS[rule.depth]} | {dates} | {clauses} | {meaning} |"


def _parameters() -> Iterator[str]:
    yield "\n## 参数\n\n| 参数 | 名称 | 地区 | 城乡 | 自 | 值 | 来源 | |\n|---|---|---|---|---|---|---|---|"
    for quantity in rulebook().parameters.quantities.values():
        for block in quantity.blocks:
            mark = "待当地确认" if block.unconfirmed else ""
            value = block.open_reason if block.value is None else block.value
            cells = (f"`{quantity.name}`", quantity.label, block.area or "全国", block.residence or "", block.start)
            yield f"| {' | '.join(map(str, cells))} | {value} | {block.source} | {mark} |"


def _cases() -> Iterator[str]:
    yield "\n## 算例\n"
    for scheme, cases in groupby(law_cases(), key=lambda case: case.name.partition("/")[0]):
        yield f"\n### {scheme}\n\n| 日期和名称 | 依据 | 算法 |\n|---|---|---|"
        yield from (f"| {case.name.partition('/')[2]} | {case.source} | {case.derivation} |" for case in cases)


def _law() -> Iterator[str]:
    rows = coverage()
    yield f"\n## 条文\n\n{counted(rows)}\n"
    yield from (f"- {each.key}《{each.short}》：{each.note}。" for each in instruments() if each.note)
    yield "\n| 条文 | 内容 | 落实 |\n|---|---|---|"
    yield from (f"| {row.instrument}-{row.article} | {row.summary} | {row.told} |" for row in rows)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference/policy.md")
    target.write_text("\n".join(pages()) + "\n", encoding="utf-8")
