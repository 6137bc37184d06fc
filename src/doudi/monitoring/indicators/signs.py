"""Signs of hardship in departments' data, in points: which households are worth a visit though facts are missing.

A sign is a dated event or a condition that a source has told; nobody's silence counts. The points are ours, tried on
demo counties, and stand here alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from .thresholds import Thresholds


@dataclass(frozen=True)
class Sign:
    """Something that has happened to the household, or to somebody in it."""

    name: str
    label: str
    points: int


SIGNS: Final = (
    Sign("illness", "部门记载新患重病", 2),
    Sign("bills", "该病自付费用高", 1),
    Sign("job", "新近失业", 3),
    Sign("wage", "工资大幅下降", 2),
    Sign("disability", "新近评定重残", 2),
    Sign("earner", "主要劳力新近死亡", 2),
    Sign("power", "独居老人用电骤降", 3),
    Sign("child", "儿童无人照料", 2),
    Sign("struck", "新近受灾或遭遇急难", 2),
    Sign("school", "适龄儿童不在学", 1),
    Sign("watched", "防止返贫监测对象", 1),
)


def hardship(homes: pl.DataFrame, people: pl.DataFrame, on: date, lines: Thresholds) -> pl.DataFrame:
    """The households with `hardship_signs`, the sum of the points, `signs_told`, their names, and `failing`: whether
    the old people of the house live on less than before, by their electricity."""
    names = ("fresh_days", "medical_heavy_fen", "income_fall_percent", "income_fall_fen", "school_age_first",
             "school_age_end", "elder_alone_age", "power_fall_percent", "power_least_kwh",
             "emergency_days")  # fmt: skip
    placed = homes.select("household_id", "division_code").with_columns(lines.expression(name, on) for name in names)
    told = people.filter("here").join(placed, on="household_id", how="left", maintain_order="left")
    some = told.group_by("household_id").agg(each.fill_null(False).any().alias(name) for name, each in _own().items())
    all_ = homes.join(placed.drop("division_code"), on="household_id", how="left", maintain_order="left")
    all_ = all_.join(some, on="household_id", how="left", maintain_order="left")
    found = {**{name: pl.col(name) for name in _own()}, **_shared()}
    flags = [(sign, found[sign.name].fill_null(False)) for sign in SIGNS]
    points = pl.sum_horizontal(flag.cast(pl.Int64) * sign.points for sign, flag in flags)
    words = pl.concat_list(pl.when(flag).then(pl.lit(sign.label)) for sign, flag in flags).list.drop_nulls()
    said = pl.when(points > 0).then(words.list.join("、"))
    failing = found["power"].fill_null(False).alias("failing")
    return homes.hstack(all_.select(points.alias("hardship_signs"), said.alias("signs_told"), failing))


def _own() -> Mapping[str, pl.Expr]:
    """What happens to one person."""
    fresh = pl.col("fresh_days")
    ill = pl.col("severe_illness") & (pl.col("days_since_illness") < fresh) & _not_by_family("severe_illness")
    lost = pl.col("wage_paid_before") - pl.col("wage_paid")
    fell = (lost >= pl.col("income_fall_fen")) & (
        lost * 100 >= pl.col("income_fall_percent") * pl.col("wage_paid_before")
    )
    heavy = pl.col("medical_self_paid") >= pl.col("medical_heavy_fen")
    age = pl.col("school_age")
    at_age = (age >= pl.col("school_age_first")) & (age < pl.col("school_age_end"))
    return {
        "illness": ill,
        "bills": ill & heavy & _not_by_family("medical_self_paid"),
        "job": (pl.col("age") >= 16) & (pl.col("days_since_work_ended") < fresh),
        "wage": fell,
        "disability": pl.col("disability").is_in([1, 2]) & (pl.col("days_since_disability") < fresh),
        "school": at_age & (pl.col("study") == "none"),
    }


def _not_by_family(name: str) -> pl.Expr:
    """What a family told us itself is no news to us: it has been here."""
    return pl.col(f"{name}_source") != "declared"


def _shared() -> Mapping[str, pl.Expr]:
    """What happens to a household."""
    before, now = pl.col("power_use_before"), pl.col("power_use")
    fallen = (before > 0) & ((before - now) * 100 >= pl.col("power_fall_percent") * before)
    alone = pl.col("members").is_between(1, 2) & (pl.col("youngest") >= pl.col("elder_alone_age"))
    disaster = pl.col("disaster_event") & (pl.col("days_since_disaster") < pl.col("fresh_days"))
    emergency = pl.col("emergency_event") & (pl.col("days_since_emergency") < pl.col("emergency_days"))
    nobody = (pl.col("members") > 0) & (pl.col("adults_able") == 0)
    return {
        "earner": (pl.col("days_since_earner_died") < pl.col("fresh_days")) & (pl.col("members") > 0),
        "power": alone & (fallen.fill_null(False) | (now < pl.col("power_least_kwh") * pl.col("members"))),
        "child": nobody & (pl.col("minors") > 0),
        "struck": disaster.fill_null(False) | emergency.fill_null(False),
        "watched": pl.col("relapse_watch") != "none",
    }
