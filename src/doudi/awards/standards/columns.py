"""Awards, what they pay and what the rulebook answers for them, as columns."""

# ruff: noqa: S608 (everything built in is a name of ours, a date, or digits)

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from doudi.registry.facts.population import frame_of, ids_of

from .answers import Answers, Facts

AWARD = {
    "award": pl.Int64, "programme": pl.String, "household": pl.Int64, "person": pl.Int64, "division_code": pl.String,
    "starts_on": pl.Date, "ends_on": pl.Date,
}  # fmt: skip
LINE = {"award": pl.Int64, "kind": pl.String, "person": pl.Int64, "fen": pl.Int64}
DATED = {**LINE, "start": pl.Date, "until": pl.Date}


def plain_awards(keys: Sequence[int], month: date, using: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The awards among these (ids in order) whose lines hold from the month, or from their own first month, to the end.

    With `first`, that month, and `people`; and their lines. Awards whose payment rests somewhere are not plain.
    """
    within = f"BETWEEN {int(keys[0])} AND {int(keys[-1])}"
    later = f"award_id {within} AND superseded_at IS NULL AND (ends_on IS NULL OR ends_on > DATE '{month}')"
    lines = frame_of(f"""SELECT award_id AS award, kind, person_id AS person, fen_month AS fen, starts_on AS start,
      ends_on AS until FROM awards_awardline WHERE {later}""", DATED, using)  # fmt: skip
    rests = frame_of(f"SELECT award_id AS award FROM awards_suspension WHERE {later}", {"award": pl.Int64}, using)
    people = frame_of(f"SELECT award_id AS award, count(*) AS people FROM awards_awardmember WHERE {later} GROUP BY 1",
                      {"award": pl.Int64, "people": pl.Int64}, using)  # fmt: skip
    awards = frame_of(f"""SELECT id AS award, programme, household_id AS household, person_id AS person, division_code,
      starts_on, ends_on FROM awards_award WHERE id {within}""", AWARD, using)  # fmt: skip
    first, last = pl.max_horizontal("starts_on", pl.lit(month)), pl.col("ends_on")
    awards = awards.with_columns(first=first, township=pl.col("division_code").str.slice(0, 9))
    awards = awards.filter(last.is_null() | (last > pl.col("first")))
    awards = awards.join(pl.DataFrame({"award": keys}, schema={"award": pl.Int64}), on="award", how="semi")
    awards = awards.join(rests, on="award", how="anti").join(people, on="award", how="left", maintain_order="left")
    whole = (
        lines.join(awards.select("award", "first", "ends_on"), on="award")
        .group_by("award")
        .agg(
            plain=((pl.col("start") <= pl.col("first")) & (pl.col("until").is_null() | (pl.col("until") >= last))).all()
        )
    )
    awards = awards.join(whole.filter("plain"), on="award", how="semi").with_columns(pl.col("people").fill_null(0))
    return awards, lines


def paid_in(month: date, lines: pl.DataFrame) -> pl.DataFrame:
    """Fen of each award in a month."""
    holds = (pl.col("start") <= month) & (pl.col("until").is_null() | (pl.col("until") > month))
    return lines.filter(holds).group_by("award").agg(month_fen=pl.sum("fen"))


def with_homes(awards: pl.DataFrame, day: date, using: str) -> pl.DataFrame:
    """With `home`: the household whose facts decide, its own or the one its person belongs to on the day."""
    people = awards["person"].cast(pl.String)
    query = f"""SELECT person_id AS person, household_id AS lives_in FROM registry_membership
      WHERE person_id = ANY ({ids_of(people)}) AND superseded_at IS NULL AND starts_on <= DATE '{day}'
      AND (ends_on IS NULL OR ends_on > DATE '{day}')"""
    lives = frame_of(query, {"person": pl.Int64, "lives_in": pl.Int64}, using).unique("person", keep="last")
    home = pl.when(pl.col("person").is_null()).then("household").otherwise("lives_in")
    return awards.join(lives, on="person", how="left").with_columns(home=home).filter(pl.col("home").is_not_null())


def places(facts: Facts) -> pl.DataFrame:
    """Where each household lives, and the class of that place."""
    homes = facts.found.households
    return homes.select(home=pl.col("household_id").cast(pl.Int64), place="division_code", residence="residence_class")


def amounts(awards: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    """The lines that the rulebook gives for each award, as `Answers.of`; none where it gives nothing or cannot tell."""
    own = awards.join(_of_people(answers), on="person")
    alone = own.filter((pl.col("programme") == "individual_dibao") & (pl.col("individual_dibao_amount") > 0))
    alone = alone.with_columns(kind=pl.lit("base"), fen=pl.col("individual_dibao_amount"))
    return pl.concat([_dibao(awards, answers), alone.select(*LINE), _tekun(own, answers)])


def _of_people(answers: Answers) -> pl.DataFrame:
    own = answers.told.persons.select("person_id", "individual_dibao_amount", "tekun_amount", "care_tier")
    own = own.join(answers.facts.found.persons.select("person_id", "support_setting"), on="person_id")
    return own.with_columns(person=pl.col("person_id").cast(pl.Int64)).drop("person_id")


def _dibao(awards: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    homes = answers.told.households.filter(pl.col("dibao_amount") > 0)
    homes = homes.select("dibao_base", home=pl.col("household_id").cast(pl.Int64))
    paid = awards.filter(pl.col("programme") == "dibao").select("award", "home").join(homes, on="home")
    base = paid.select("award", kind=pl.lit("base"), person=pl.lit(None, pl.Int64), fen="dibao_base")
    people = answers.told.persons.filter((pl.col("top_up") > 0) & pl.col("counted"))
    people = people.select(
        "top_up", person=pl.col("person_id").cast(pl.Int64), home=pl.col("household_id").cast(pl.Int64)
    )
    top_ups = paid.join(people, on="home").select("award", "person", kind=pl.lit("top_up"), fen="top_up")
    return pl.concat([base, top_ups.select(*LINE)])


def _tekun(own: pl.DataFrame, answers: Answers) -> pl.DataFrame:
    """Base and care; the care of each setting and tier is asked for once a place."""
    paid = own.filter((pl.col("programme") == "tekun") & (pl.col("tekun_amount") > 0))
    keys = ["place", "residence", "support_setting", "care_tier"]
    kinds = paid.select(keys).unique()
    values = [answers.grounds.at(p, r).value(f"care.{setting}.{tier}") for p, r, setting, tier in kinds.iter_rows()]
    kinds = kinds.with_columns(pl.Series("care", values, dtype=pl.Int64))
    paid = paid.join(kinds, on=keys, nulls_equal=True).filter(pl.col("care").is_not_null())
    base = paid.with_columns(kind=pl.lit("base"), fen=pl.col("tekun_amount") - pl.col("care"))
    care = paid.filter(pl.col("care") != 0).with_columns(kind=pl.lit("care"), fen=pl.col("care"))
    return pl.concat([base.select(*LINE), care.select(*LINE)])
