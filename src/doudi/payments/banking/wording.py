"""What the person finds on the bank's slip: what for, which month. Fixed words, whatever language pages are in."""

from __future__ import annotations

from datetime import date

_PURPOSES = {
    "dibao": "低保金", "individual_dibao": "低保金（单人户）", "tekun": "特困供养金", "temporary": "临时救助金",
    "price_subsidy": "价格临时补贴",
}  # fmt: skip


def purpose_of(programme: str, portion: str) -> str:
    """低保金, 特困供养金, …; what pays for care says so."""
    return "照料护理费" if portion == "care" else _PURPOSES[programme]


def remark_of(kind: str, month: date) -> str:
    """The month; arrears say that they are."""
    said = f"{month.year}年{month.month}月"
    return f"补发{said}" if kind == "arrears" else said
