"""What stands below the rows: totals, signatures, remarks; and the number of rows that the sender says he sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from ..contracts import Contract
from .cells import read_column, tidy
from .cut import TORN
from .frames import ROW
from .mapping import Mapping, unit_of

_TOTAL = r"^(合计|总计|小计|共计|累计|本页合计|本页小计|总合计|汇总)"
_GRAND = r"^(合计|总计|共计|总合计|汇总)"
_CLOSING = (
    r"^(制表|填表|审核|负责人|经办人|单位负责人|填报|联系人|(备注|注|说明)[:：]|以下空白|以下无正文|数据来源|打印|导出"
    r"|第.{1,6}页)"
)
_COUNT = re.compile(
    r"(?:共计?|合计|总计|总数|记录数|条数|人数)[^\d]{0,6}(\d[\d,]{0,9})(?:条|行|人|户|笔|项|辆|例|名|个)"
)
_FEW = 4


@dataclass(frozen=True)
class Footers:
    """`count`: how many rows the file says it has. `totals`: column of money → its total as the file states it."""

    rows: int = 0
    count: int | None = None
    totals: dict[str, int] = field(default_factory=dict)


def parted(frame: pl.DataFrame, contract: Contract, mapping: Mapping, on: date) -> tuple[pl.DataFrame, Footers]:
    """The frame without those rows that are no rows of the list, and what these tell. Every column is looked at."""
    keys = [mapping.columns[who.resident_id] for who in contract.people if who.resident_id in mapping.columns]
    nobody = pl.all_horizontal(~pl.col(key).str.contains(r"\d{6}").fill_null(False) for key in keys)
    suspects = frame.filter(nobody)
    if not suspects.height:
        return frame, Footers()
    below = suspects.filter(_is_footer(suspects))
    kept = frame.filter(~pl.col(ROW).is_in(below[ROW].implode())) if below.height else frame
    return kept, Footers(below.height, _count(below), _totals(below, contract, mapping, on))


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in frame.columns if name not in (ROW, TORN)]
    cells = (pl.col(name).str.replace_all(r"\s", "").replace("", None) for name in names)
    return frame.select(cells)


def _is_footer(suspects: pl.DataFrame) -> pl.Series:
    """Rows about nobody that begin as totals and signatures do, or hold little but a number of rows."""
    texts = _texts(suspects)
    marks = texts.select(
        first=pl.coalesce(pl.all()),
        line=pl.concat_str(pl.all().fill_null("")),
        filled=pl.sum_horizontal(pl.all().is_not_null()),
    )
    few = pl.col("filled") <= _FEW
    total = pl.col("first").str.contains(_TOTAL)
    closing = pl.col("first").str.contains(_CLOSING) & few
    counting = pl.col("line").str.contains(_COUNT.pattern) & few
    return marks.select((total | closing | counting).fill_null(False))["first"]


def _count(below: pl.DataFrame) -> int | None:
    lines = ["".join(cell or "" for cell in row) for row in _texts(below).rows()]
    counts = [int(found.group(1).replace(",", "")) for line in lines if (found := _COUNT.search(line))]
    return counts[-1] if counts else None


def _totals(below: pl.DataFrame, contract: Contract, mapping: Mapping, on: date) -> dict[str, int]:
    """The sums in the one row of grand totals; with several such rows none is trusted."""
    first = _texts(below).select(pl.coalesce(pl.all()).alias("first"))["first"]
    grand = below.filter(first.str.contains(_GRAND).fill_null(False))
    if grand.height != 1:
        return {}
    found = {}
    for column in contract.columns:
        if column.kind == "fen" and (heading := mapping.columns.get(column.name)):
            unbounded = type(column)(column.name, column.title, (), "fen")
            read = read_column(tidy(grand[heading]), unbounded, on, unit_of(heading) or mapping.unit)
            if read.value[0] is not None:
                found[column.name] = int(read.value[0])
    return found
