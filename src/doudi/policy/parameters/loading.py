"""Reading the parameter files, and refusing those that nobody could rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from doudi.policy.engine.units import NAMES
from doudi.policy.errors import RuleError
from doudi.policy.parameters.lookup import CLASSES, Block, Parameters, Quantity, Value

FOLDER = Path(__file__).parent
EARLIEST = date(2019, 7, 1)


@cache
def load() -> Parameters:
    """All parameters of the package; RuleError names the file and the block that is wrong."""
    quantities: dict[str, Quantity] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        for quantity in quantities_of(path.stem, data):
            quantities[quantity.name] = quantity
    return Parameters(quantities)


def quantities_of(name: str, data: dict[str, Any]) -> Iterator[Quantity]:
    """The quantities of one file: one, or one for every part."""
    blocks = data["blocks"]
    parts = {tuple(sorted(dict(leaves(block.get("value"))))) for block in blocks if "open" not in block}
    if len(parts) > 1:
        raise RuleError(f"参数 {name} 的各段值的组成部分不一致。")
    for part in parts.pop() if parts else ("",):
        full = f"{name}.{part}" if part else name
        quantity = Quantity(
            name=full,
            label=data["label"],
            unit=NAMES[data["unit"]],
            blocks=tuple(_block(full, part, block) for block in blocks),
            choices=tuple(data.get("choices", ())),
            by_index_month=data.get("by_index_month", False),
        )
        check(quantity)
        yield quantity


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Value]]:
    """The dotted names and values inside a structured value; one with an empty name for a plain one."""
    if not isinstance(value, dict):
        yield path, value
        return
    for key, inner in value.items():
        yield from leaves(inner, f"{path}.{key}" if path else str(key))


def _block(name: str, part: str, data: dict[str, Any]) -> Block:
    if not (data.get("source") or data.get("assumed")):
        raise RuleError(f"参数 {name} 自 {data.get('from')} 的值没有依据，也没有标明为暂定（assumed）。")
    return Block(
        start=data.get("from", EARLIEST),
        area=str(data.get("area", "")),
        residence=data.get("class"),
        value=None if "open" in data else dict(leaves(data["value"]))[part],
        source=data.get("source", ""),
        assumed=data.get("assumed", False),
        open_reason=data.get("open", ""),
    )


def check(quantity: Quantity) -> None:
    """RuleError for two blocks of one day, a class beside both classes, an unknown class, or a value out of domain."""
    keys = Counter((b.area, b.residence, b.start) for b in quantity.blocks)
    for (area, _, start), count in keys.items():
        if count > 1:
            raise RuleError(f"参数 {quantity.name} 在 {area or '全国'} 自 {start} 有两个值，日期重叠。")
    for block in quantity.blocks:
        if block.residence not in (None, *CLASSES):
            raise RuleError(f"参数 {quantity.name} 的城乡类别“{block.residence}”无效。")
        if block.value is not None and not quantity.allows(block.value):
            raise RuleError(f"参数 {quantity.name} 自 {block.start} 的值 {block.value!r} 不合规定。")
    mixed = {b.area for b in quantity.blocks if b.residence} & {b.area for b in quantity.blocks if not b.residence}
    if mixed:
        raise RuleError(f"参数 {quantity.name} 在 {'、'.join(sorted(mixed))} 既有分城乡的值又有不分城乡的值。")
