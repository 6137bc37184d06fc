"""Which column is which: headings as offices write them, below titles, merged over two rows, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from doudi.kernel.text import compact

from .reading import as_text

SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("户编号", "家庭编号", "户号", "户籍号", "档案号"),
    "head_name": ("户主姓名", "户主", "户主名字"),
    "name": ("姓名", "成员姓名", "家庭成员姓名", "家庭成员", "人员姓名", "本人姓名"),
    "resident_id": (
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码", "身份证",
        "证件号码", "证件号", "证号", "成员身份证号",
    ),
    "relation": ("与户主关系", "与户主的关系", "户主关系", "家庭关系", "关系", "成员关系"),
    "village": ("村社区", "村", "社区", "村居", "村委会", "村居委会", "行政村", "所属村", "所在村", "村名"),
    "address": ("住址", "家庭住址", "地址", "详细地址", "现住址", "家庭地址", "居住地址"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"),
    "ethnicity": ("民族",),
    "sex": ("性别",),
    "birth_date": ("出生日期", "出生年月", "出生年月日", "生日"),
    "co_resident": ("共同生活", "是否共同生活", "是否共同生活家庭成员"),
}  # fmt: skip
LABELS = {field: words[0] for field, words in SYNONYMS.items()} | {"village": "村（社区）"}
_FIELDS = {word: field for field, words in SYNONYMS.items() for word in words}
_NOISE = re.compile(r"[（）()\[\]【】*＊:：、/\\．.·\-_“”\"']|必填|选填")
_SEARCHED = 15


def field_of(cell: Any) -> str | None:
    """The field a heading names."""
    return _FIELDS.get(_NOISE.sub("", compact(as_text(cell)[:60])))


def find_headings(rows: Sequence[Sequence[Any]]) -> tuple[dict[int, str], int] | None:
    """Column → field, and the row where data begins; None if no row names at least a name column and one more."""
    best: tuple[dict[int, str], int] | None = None
    for index, row in enumerate(rows[:_SEARCHED]):
        columns, height = _columns(row, rows[index + 1] if index + 1 < len(rows) else ())
        fields = set(columns.values())
        if "name" in fields and len(fields) > 1 and (best is None or len(columns) > len(best[0])):
            best = columns, index + height
    return best


def _columns(upper: Sequence[Any], lower: Sequence[Any]) -> tuple[dict[int, str], int]:
    """Two rows of headings count as one if the lower names columns that the upper only groups."""
    above, below = _named(upper), _named(lower)
    # A heading over several columns (家庭成员 over 姓名, 身份证号) gives way to what stands under it.
    if len(below) >= 2 and set(below) - set(above):
        merged = {c: f for c, f in above.items() if c not in below} | below
        return _first_of_each(merged), 2
    return _first_of_each(above), 1


def _named(row: Sequence[Any]) -> dict[int, str]:
    return {column: field for column, cell in enumerate(row) if (field := field_of(cell))}


def _first_of_each(columns: dict[int, str]) -> dict[int, str]:
    kept: dict[int, str] = {}
    for column, field in sorted(columns.items()):
        if field not in kept.values():
            kept[column] = field
    return kept
