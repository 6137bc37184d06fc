"""Made-up records of departments beside made-up people, with the truth: for training and measuring the linkage.

The people are those of the demo county (same names, families, twins and hamlets); the errors are those that typists,
village clerks and old files make. No database is needed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from doudi.demo import register
from doudi.demo.county import draw
from doudi.demo.names import pool, sounding_alike
from doudi.demo.terrain import Village
from doudi.registry.names import syllable

OUTSIDERS = 0.08
"""Share of rows about people who are not among the people to be found, often brothers, sisters or twins of one."""


SECONDS = list("华明芳英林海春玉秀云丽平强军梅花")
"""Characters that set twins apart."""


@dataclass(frozen=True)
class Errors:
    """How often each error happens in a row, independently of the others."""

    other_character: float = 0.012
    same_sound: float = 0.02
    missing_character: float = 0.006
    swapped_characters: float = 0.003
    old_form: float = 0.01
    local_sound: float = 0.003
    pinyin_letters: float = 0.001
    """A rare character that the typist could not find."""
    other_surname: float = 0.001
    day_month: float = 0.006
    digit: float = 0.01
    year_only: float = 0.004
    other_year: float = 0.003
    no_birth: float = 0.001
    no_sex: float = 0.08
    wrong_sex: float = 0.004
    no_place: float = 0.03
    township_only: float = 0.10
    neighbour_village: float = 0.05
    married_away: float = 0.06
    """Of women between 20 and 40: the row has the husband's village, the registry the parents'."""
    moved: float = 0.02


@dataclass(frozen=True)
class Pairs:
    """Rows with `id`, people with `id`, and for each row the person it is about; null if not among them."""

    rows: pl.DataFrame
    people: pl.DataFrame
    truth: pl.DataFrame


def villages() -> list[Village]:
    """The villages of Mangshi as the product ships them."""
    text = files("doudi.places").joinpath("data/mangshi.csv").read_text(encoding="utf-8")
    divisions = [d for d in csv.DictReader(text.splitlines()) if d["state"] != "closed"]
    letters = {d["code"]: d["letters"] for d in divisions if d["level"] == "township"}
    return [
        Village(d["code"], d["short_name"] or d["name"], d["residence_class"] == "urban", letters[d["parent"]])
        for d in divisions
        if d["level"] == "village"
    ]


def pairs(count: int, seed: int = 1, errors: Errors = Errors(), people: int = 0) -> Pairs:
    """`count` rows beside `people` people, by default as many."""
    rng = np.random.default_rng(seed)
    registered = people or count
    county = draw(seed, villages(), max(1_000, registered + round(1.5 * OUTSIDERS * count)))
    everybody = register.people(county).select("id", "name", "sex", "birth_date", place="division_code")
    alike = sounding_alike(rng, county.names.given)
    everybody = everybody.with_columns(alike=_joined(county.names.surname, alike))
    once = everybody.filter(~pl.Series(np.isin(np.arange(len(everybody)), county.copies)))
    order = rng.permutation(len(once))
    known, strangers = once[order[:registered]], once[order[registered:]]
    outside = _outsiders(known, strangers, rng, round(count * OUTSIDERS))
    chosen = pl.concat([known[rng.permutation(len(known))[: count - len(outside)]], outside])
    chosen = chosen[rng.permutation(len(chosen))]
    rows = spoil(chosen, rng, errors)
    return Pairs(rows, known.drop("alike"), _truth(rows, chosen, known))


def _outsiders(known: pl.DataFrame, strangers: pl.DataFrame, rng: np.random.Generator, count: int) -> pl.DataFrame:
    """People who are not registered: neighbours and relatives, and the hard ones, unregistered twins and namesakes."""
    hard = known[rng.integers(0, len(known), count // 4)].with_columns(id=-pl.int_range(1, count // 4 + 1))
    twins, namesakes = hard[: len(hard) // 2], hard[len(hard) // 2 :]
    last = pl.Series([SECONDS[n] for n in rng.integers(0, len(SECONDS), len(twins)).tolist()], dtype=pl.String)
    called = pl.when(twins["name"].str.ends_with(last)).then(pl.lit("双")).otherwise(last)
    twin_names = pl.select(twins["name"].str.head(-1) + called).to_series()
    born = namesakes["birth_date"].dt.offset_by("1y") + pl.duration(days=40)
    twins = twins.with_columns(name=twin_names, alike=twin_names)
    namesakes = namesakes.with_columns(birth_date=pl.select(born).to_series())
    return pl.concat([twins, namesakes, strangers[: count - len(hard)]])


def _truth(rows: pl.DataFrame, chosen: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("person").is_in(people["id"].implode())
    return pl.DataFrame({"#row": rows["#row"], "person": chosen["id"]}).with_columns(
        person=pl.when(known).then("person")
    )


def _joined(surnames: np.ndarray, given: np.ndarray) -> pl.Series:
    first, last = pl.Series(pool().surnames), pl.Series(pool().given)
    return first.gather(surnames) + last.gather(given)


def spoil(people: pl.DataFrame, rng: np.random.Generator, errors: Errors) -> pl.DataFrame:
    """The rows a department would have about these people."""
    return pl.DataFrame(
        {
            "#row": np.arange(len(people)) + 2,
            "name": _names(people, rng, errors),
            "sex": _sexes(people, rng, errors),
            "birth_date": _births(people, rng, errors),
            "place": _places(people, rng, errors),
        },
        schema={"#row": pl.Int64, "name": pl.String, "sex": pl.Int64, "birth_date": pl.Date, "place": pl.String},
    )


OLD_FORMS = {"云": "雲", "华": "華", "国": "國", "兰": "蘭", "凤": "鳳", "丽": "麗", "荣": "榮", "张": "張", "陈": "陳",
             "东": "東", "兴": "興", "岩": "巖", "学": "學", "贵": "貴", "肖": "萧", "强": "強"}  # fmt: skip

LOCAL_SOUNDS = dict(zip("生英明云玉志正成兴平世学军春珍永", "森音敏银艺自郑岑新品思协金村曾用", strict=True))


def _names(people: pl.DataFrame, rng: np.random.Generator, errors: Errors) -> list[str]:
    names = people["name"].to_list()
    drawn = rng.random((len(names), 8))
    sounds = people["alike"].to_list()
    out = []
    for name, alike, draws in zip(names, sounds, drawn, strict=True):
        other, sound, missing, swapped, old, local, letters, family = draws.tolist()
        at = 1 + int(other * 1e6) % max(1, len(name) - 1)
        if sound < errors.same_sound:
            name = alike
        if other < errors.other_character:
            name = name[:at] + SECONDS[int(other * 1e7) % len(SECONDS)] + name[at + 1 :]
        if swapped < errors.swapped_characters and len(name) > 2:
            name = name[:-2] + name[-1] + name[-2]
        if missing < errors.missing_character and len(name) > 2:
            name = name[:1] + name[2:]
        if old < errors.old_form:
            name = "".join(OLD_FORMS.get(c, c) for c in name)
        if local < errors.local_sound:
            name = "".join(LOCAL_SOUNDS.get(c, c) for c in name)
        if letters < errors.pinyin_letters and len(name) > 1:
            name = name[:-1] + syllable(name[-1])
        if family < errors.other_surname and len(name) > 2:
            name = "杨李王赵"[int(family * 1e7) % 4] + name[1:]
        out.append(name)
    return out


def _births(people: pl.DataFrame, rng: np.random.Generator, errors: Errors) -> pl.Series:
    drawn = rng.random((len(people), 6))
    out = []
    for birth, draws in zip(people["birth_date"].to_list(), drawn, strict=True):
        swap, digit, only, year, none, which = draws.tolist()
        if swap < errors.day_month and birth.day <= 12:
            birth = birth.replace(month=birth.day, day=birth.month)
        if digit < errors.digit:
            birth = birth.replace(day=_mistyped(birth.day, which))
        if year < errors.other_year:
            birth = birth.replace(year=birth.year + (1 if which < 0.5 else -1), day=min(birth.day, 28))
        if only < errors.year_only:
            birth = birth.replace(month=1, day=1)
        out.append(None if none < errors.no_birth else birth)
    return pl.Series(out, dtype=pl.Date)


def _mistyped(day: int, which: float) -> int:
    """Another day that differs in one digit and is in every month."""
    near = [d for d in range(1, 29) if d != day and (d // 10 == day // 10 or d % 10 == day % 10)]
    return near[int(which * len(near))]


def _sexes(people: pl.DataFrame, rng: np.random.Generator, errors: Errors) -> pl.Series:
    sex = people["sex"].to_numpy()
    sex = np.where(rng.random(len(sex)) < errors.wrong_sex, 3 - sex, sex)
    return pl.select(pl.when(pl.Series(rng.random(len(sex)) >= errors.no_sex)).then(pl.Series(sex))).to_series()


def _places(people: pl.DataFrame, rng: np.random.Generator, errors: Errors) -> list[str | None]:
    codes = [v.code for v in villages()]
    number = {code: at for at, code in enumerate(codes)}
    place = np.array([number[c] for c in people["place"].to_list()])
    anywhere = rng.integers(0, len(codes), len(place))
    age = 2026 - people["birth_date"].dt.year().to_numpy()
    bride = (people["sex"].to_numpy() == 2) & (age >= 20) & (age <= 40) & _chance(rng, errors.married_away, place)
    beside = np.clip(place + rng.choice([-1, 1], len(place)), 0, len(codes) - 1)
    place = np.where(bride | _chance(rng, errors.moved, place), anywhere, place)
    place = np.where(_chance(rng, errors.neighbour_village, place), beside, place)
    short, none = _chance(rng, errors.township_only, place), _chance(rng, errors.no_place, place)
    texts = [codes[at][:9] if s else codes[at] for at, s in zip(place.tolist(), short.tolist(), strict=True)]
    return [None if n else text for text, n in zip(texts, none.tolist(), strict=True)]


def _chance(rng: np.random.Generator, share: float, like: np.ndarray) -> np.ndarray:
    return rng.random(len(like)) < share


def numbers_of(count: int) -> list[str]:
    """Distinct texts shaped like ID numbers of the demo (they begin with 533199)."""
    return [f"533199{19400101 + at // 1000:08d}{at % 1000:03d}X" for at in range(count)]
