"""The linkage model: how each feature of two records can agree, in descending order, and what each agreement weighs.

The conditions and the words stand here; the numbers stand in `model.yaml`, written by
`./run bench monitoring_linkage --train` and never changed while the system runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Level:
    """One way in which a feature of two records can agree or differ."""

    key: str
    condition: str
    words: str
    frequency_of: str = ""
    """The column whose commonness changes the weight: a rare name says more than a common one."""


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


_LENGTHS = "greatest(length(plain_l), length(plain_r))"
_NAME = (
    Level("same", _same("plain"), "姓名相同", "plain"),
    Level("same_sound", f"{_same('pinyin')} and length(plain_l) = length(plain_r)", "姓名读音相同、字不同", "pinyin"),
    Level("spelled", _same("pinyin"), "姓名读音相同（一方写作拼音）", "pinyin"),
    Level(
        "like_sound", f"{_same('sound')} and length(plain_l) = length(plain_r)", "姓名读音相近（当地口音不分）", "sound"
    ),
    Level("swapped", f"{_same('sorted')} and length(plain_l) > 2", "姓名用字相同、次序不同"),
    Level(
        "one_missing",
        f"levenshtein(plain_l, plain_r) = 1 and length(plain_l) <> length(plain_r) and {_LENGTHS} > 2 "
        f"and {_same('surname')}",
        "姓名少一字、其余相同",
    ),
    Level(
        "one_other",
        f"levenshtein(plain_l, plain_r) = 1 and {_LENGTHS} > 2 and {_same('surname')}",
        "姓名有一字不同",
    ),
    Level("given_name", f"substr(plain_l, 2) = substr(plain_r, 2) and {_LENGTHS} > 2", "名相同、姓不同"),
    Level("surname", _same("surname"), "只有姓氏相同（读音）"),
    Level("different", "ELSE", "姓名不同"),
)
_BIRTH = (
    Level("same", _same("birth"), "出生日期相同"),
    Level("swapped", "year_l = year_r and day_l = swapped_r", "出生年份相同、月日对调"),
    Level("one_digit", "year_l = year_r and hamming(day_l, day_r) = 1", "出生年份相同、月日差一个数字"),
    Level("year_only", "year_l = year_r and (day_l = '0101' or day_r = '0101')", "出生年份相同（一方只填了年份）"),
    Level("same_year", "year_l = year_r", "出生年份相同、月日不同"),
    Level("other_year", "day_l = day_r and hamming(year_l, year_r) = 1", "出生月日相同、年份差一个数字"),
    Level("different", "ELSE", "出生日期不同"),
)
_SEX = (Level("same", _same("sex"), "性别相同"), Level("different", "ELSE", "性别不同"))
_PLACE = (
    Level("same_village", _same("village"), "同村（社区）"),
    Level(
        "township_only",
        "township_l = township_r and (village_l is null or village_r is null)",
        "同乡镇（一方未写到村）",
    ),
    Level("other_village", _same("township"), "同乡镇、不同村"),
    Level("different", "ELSE", "不同乡镇"),
)


@dataclass(frozen=True)
class Feature:
    """A feature with its levels; `known` is the column that is null when the feature is not known."""

    key: str
    title: str
    known: str
    unknown_words: str
    levels: tuple[Level, ...]


FEATURES = (
    Feature("name", "姓名", "plain", "姓名未填", _NAME),
    Feature("birth", "出生日期", "birth", "出生日期未填", _BIRTH),
    Feature("sex", "性别", "sex", "性别未填", _SEX),
    Feature("place", "住址", "township", "地址未填或未写到乡镇", _PLACE),
)

BIRTH_YEAR_AGREES = [level.key for level in _BIRTH].index("same_year")
"""The levels of the birth date up to this one agree on the year; a pair beyond it is never sure."""

NAME_AGREES = [level.key for level in _NAME].index("one_missing")
"""Beyond this level another character is written: as often a twin or a brother who is not registered as an error."""

FREQUENCIES = ("plain", "pinyin", "sound")

# A pair is looked at if it agrees in all columns of one of these. Together they find a true pair unless two of its
# features are badly wrong.
BLOCKS = (
    ("birth",),
    ("sound", "year"),
    ("sound", "township"),
    ("sorted", "year"),
    ("surname", "year", "village"),
)


@dataclass(frozen=True)
class Model:
    """The numbers: chances of each level among true and among random pairs, and the lines drawn on the weight."""

    chances: dict[str, dict[str, tuple[float, float]]]
    population: int
    sure: float
    doubtful: float
    gap: float

    @property
    def prior(self) -> float:
        """How likely two records are of one person before anything is compared."""
        return 1 / self.population

    @property
    def prior_weight(self) -> float:
        """What any two records weigh before anything is compared, in bits."""
        return math.log2(self.prior / (1 - self.prior))


@cache
def model() -> Model:
    """The model as stored."""
    stored = yaml.safe_load(files(__package__).joinpath("model.yaml").read_text(encoding="utf-8"))
    lines = {key: stored[key] for key in ("population", "sure", "doubtful", "gap")}
    return Model(chances={f: {k: tuple(v) for k, v in t.items()} for f, t in stored["chances"].items()}, **lines)


def weight_of(numbers: Model, feature: Feature, level: Level) -> float:
    """What an agreement at this level weighs, in bits; a name's commonness comes on top."""
    among_true, among_random = numbers.chances[feature.key][level.key]
    return math.log2(among_true / among_random)


def settings(numbers: Model | None) -> dict[str, Any]:
    """The model in Splink's terms; without numbers, for training."""
    return {
        "link_type": "link_only",
        "comparisons": [_comparison(f, numbers.chances[f.key] if numbers else {}) for f in FEATURES],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": _block(columns)} for columns in BLOCKS],
        "probability_two_random_records_match": numbers.prior if numbers else 1e-5,
        "retain_matching_columns": True,  # with them come the levels
        "retain_intermediate_calculation_columns": False,
        "linker_uid": "doudi",
    }


def _block(columns: tuple[str, ...]) -> str:
    return " and ".join(f"l.{column} = r.{column}" for column in columns)


def _comparison(feature: Feature, chances: dict[str, tuple[float, float]]) -> dict[str, Any]:
    nothing = f"{feature.known}_l is null or {feature.known}_r is null"
    levels = [{"sql_condition": nothing, "label_for_charts": "unknown", "is_null_level": True}]
    for level in feature.levels:
        found: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.key}
        if chances:
            found["m_probability"], found["u_probability"] = chances[level.key]
            if level.frequency_of:
                found |= {"tf_adjustment_column": level.frequency_of, "disable_tf_exact_match_detection": True}
        levels.append(found)
    return {"output_column_name": feature.key, "comparison_levels": levels}
