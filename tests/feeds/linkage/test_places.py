"""Addresses as departments write them."""

from __future__ import annotations

import polars as pl
import pytest

from doudi.feeds.linkage import located

DIVISIONS = [
    ("533103001", "芒市勐焕街道", "勐焕街道"),
    ("533103101", "芒市镇", "芒市镇"),
    ("533103102", "遮放镇", "遮放镇"),
    ("533103202", "江东乡", "江东乡"),
    ("533103001001", "西南里社区居民委员会", "西南里社区"),
    ("533103102201", "弄坎村民委员会", "弄坎村"),
    ("533103102202", "遮冒村民委员会", "遮冒村"),
    ("533103102203", "大水沟村民委员会", "大水沟村"),
    ("533103202201", "大水沟村民委员会", "大水沟村"),
]

WRITTEN = {
    "533103102201": "533103102201",
    "533103102000": "533103102",
    "弄坎村民委员会": "533103102201",
    "弄坎村委会": "533103102201",
    "弄坎": "533103102201",
    "遮放镇弄坎村": "533103102201",
    "云南省德宏州芒市遮放镇弄坎村三组 12 号": "533103102201",
    "遮放镇": "533103102",
    "遮放镇某某村": "533103102",
    "芒市勐焕街道西南里社区居委会": "533103001001",
    "大水沟村": None,
    "江东乡大水沟村": "533103202201",
    "遮放镇大水沟村委会": "533103102203",
    "昆明市五华区": None,
    "530102001001": None,
    "": None,
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_address_leads_to_the_most_exact_place_it_surely_names(text: str) -> None:
    assert located(pl.Series([text]), DIVISIONS).to_list() == [WRITTEN[text]]


def test_what_is_not_known_stays_not_known() -> None:
    assert located(pl.Series([None, "弄坎"], dtype=pl.String), DIVISIONS).to_list() == [None, "533103102201"]
