"""What is said about a file as a whole: half of it is missing, it is another county's, most of it does not fit."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from ..contracts import Contract
from .county import LEAST_SHARE, County, foreign_share
from .footers import Footers

MOST_WRONG = 0.5
FEWEST_ROWS = 20
_DAMAGED = 0.2


@dataclass(frozen=True)
class Finding:
    """A sentence about the file; `stops` if nothing should land until a person has looked. `key` names the kind."""

    key: str
    sentence: str
    stops: bool = True


def findings(
    rows: int,
    typed: pl.DataFrame,
    good: pl.DataFrame,
    contract: Contract,
    footers: Footers,
    county: County | None,
    cut: bool,
) -> tuple[Finding, ...]:
    """Everything that is to be said about a file."""
    found = [_cut(cut), _count(rows, footers), *_totals(typed, contract, footers), _foreign(typed, contract, county)]
    found += [_wrong(rows, good), _nobody(good, contract)]
    return tuple(finding for finding in found if finding)


def _cut(cut: bool) -> Finding | None:
    if not cut:
        return None
    return Finding("cut", _("最后一行不完整，文件可能只传了一部分。请重新导出、完整上传。"))


def _count(rows: int, footers: Footers) -> Finding | None:
    if footers.count is None or footers.count == rows:
        return None
    told = {"said": footers.count, "rows": rows}
    if rows < footers.count:
        return Finding("half", _("文件末尾写明共 %(said)d 行，实际只有 %(rows)d 行，可能只传了一部分。") % told)
    return Finding("more", _("文件末尾写明共 %(said)d 行，实际有 %(rows)d 行，请核对。") % told, stops=False)


def _totals(typed: pl.DataFrame, contract: Contract, footers: Footers) -> list[Finding]:
    found = []
    for name, said in footers.totals.items():
        real = int(typed[name].sum() or 0)
        if real != said and not typed[name].null_count():
            told = {"title": contract.column(name).title, "said": _yuan(said), "real": _yuan(real)}
            sentence = _("合计行的%(title)s为 %(said)s 元，各行相加为 %(real)s 元，请核对是否缺行。") % told
            found.append(Finding("total", sentence, stops=False))
    return found


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _foreign(typed: pl.DataFrame, contract: Contract, county: County | None) -> Finding | None:
    if county is None:
        return None
    places = [typed[who.place] for who in contract.people if who.place]
    share = foreign_share(pl.concat(places), county) if places else None
    if share is None or share <= 1 - LEAST_SHARE:
        return None
    return Finding("foreign", _("%(n)d%% 的行不在本县，可能发成了别的县的文件。") % {"n": round(share * 100)})


def _wrong(rows: int, good: pl.DataFrame) -> Finding | None:
    if rows < FEWEST_ROWS or good.height >= rows * (1 - MOST_WRONG):
        return None
    told = {"n": round((1 - good.height / rows) * 100)}
    return Finding("wrong", _("%(n)d%% 的行有错。请先核对列的对应和文件的来源，不要直接接收。") % told)


def _nobody(good: pl.DataFrame, contract: Contract) -> Finding | None:
    """Few numbers at all: matching by name is slow and doubtful, and the sender can do better."""
    if good.height < FEWEST_ROWS:
        return None
    share = good[contract.people[0].resident_id].null_count() / good.height
    if share <= _DAMAGED:
        return None
    told = {"n": round(share * 100)}
    return Finding("nameless", _("%(n)d%% 的行没有身份证号，只能按姓名比对，请尽量补齐号码。") % told, stops=False)
