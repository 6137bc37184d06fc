"""The data map: for every field why it is kept, on what basis, from whom, who sees it, and for how long.

Each context states its own in `datamap.yaml`: table → field → {purpose, basis, source, who_sees, retention}, and under
`_technical` the fields that say nothing about anybody. A field without an entry, or an entry without a field, fails the
build (system check doudi.E001). The reference page is generated from the same files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error

KEYS = ("purpose", "basis", "source", "who_sees", "retention")
HEADINGS = ("字段", "用途", "依据", "来源", "谁能看", "保存")
TECHNICAL = "_technical"
Map = dict[str, dict[str, Any]]


def contexts() -> list[AppConfig]:
    """Our own apps, in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if config.name.startswith("doudi.")]


def map_of(config: AppConfig) -> Map:
    """What a context states; empty without a file. Keys starting with `_` at the top are anchors, not tables."""
    path = Path(config.path) / "datamap.yaml"
    stated = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    return {table: fields for table, fields in (stated or {}).items() if not table.startswith("_")}


def fields_of(config: AppConfig) -> dict[str, dict[str, str]]:
    """Table → field → label, for every stored field of a context."""
    return {
        model._meta.db_table: {f.name: str(f.verbose_name) for f in model._meta.local_concrete_fields}
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def problems_of(config: AppConfig) -> Iterator[str]:
    """What is missing, left over, or incomplete in the map of a context."""
    stated, real = map_of(config), fields_of(config)
    for table in sorted(stated.keys() - real.keys()):
        yield f"{table}: no such table"
    for table, fields in real.items():
        entries = dict(stated.get(table, {}))
        technical = set(entries.pop(TECHNICAL, []))
        if missing := sorted(fields.keys() - entries.keys() - technical):
            yield f"{table}: no entry for {', '.join(missing)}"
        if left := sorted((entries.keys() | technical) - fields.keys()):
            yield f"{table}: entry without a field: {', '.join(left)}"
        for name, entry in entries.items():
            if lacking := [key for key in KEYS if not str((entry or {}).get(key) or "").strip()]:
                yield f"{table}.{name}: says nothing about {', '.join(lacking)}"


def check(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The system check: one error per problem, with the file to edit."""
    return [
        Error(problem, hint=f"Edit {config.label}/datamap.yaml.", obj=config.label, id="doudi.E001")
        for config in contexts()
        for problem in problems_of(config)
    ]


def as_markdown() -> str:
    """The whole map as a page (docs/reference/datamap.md), written by `doudi datamap`."""
    lines = ["# 数据地图", "", "由各模块的 `datamap.yaml` 生成：`doudi datamap`。请改源文件，不改本页。", ""]
    for config in contexts():
        for table, entries in map_of(config).items():
            lines += _section(table, dict(entries), fields_of(config).get(table, {}))
    return "\n".join(lines)


def _section(table: str, entries: dict[str, Any], labels: dict[str, str]) -> list[str]:
    technical = entries.pop(TECHNICAL, [])
    lines = [f"## {table}", ""]
    if entries:
        lines += [f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    for name, entry in entries.items():
        label = labels.get(name, "")
        shown = f"`{name}`" + (f" {label}" if label and label.replace(" ", "_") != name else "")
        lines.append(f"| {shown} | {' | '.join(str(entry[key]) for key in KEYS)} |")
    if technical:
        lines += ["", "不含个人信息的技术字段：" + "、".join(f"`{name}`" for name in technical) + "。"]
    return [*lines, ""]
