"""What may be so where facts are missing: the rulebook again, with gaps filled by one table of presumptions.

Only for deciding whom to visit. A person who can work and of whom no source tells an income is presumed to earn
something; who lost a job or fell gravely ill lately is presumed to earn nothing any more; what children once sent to
old people who live alone is presumed to have stopped where their electricity falls away; property, vehicles and further
income of which nobody has told are presumed not to be there.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from doudi.policy.rulebook import Rulebook

from .facts import Facts
from .screening import answers
from .thresholds import Thresholds

ABSENT_PERSON: dict[str, bool | int | str] = {
    "co_resident": True, "in_prison": False, "in_compulsory_detox": False, "declared_missing": False,
    "clergy_years_away": 0, "disability_kind": 0, "disability_grade": 0, "severe_illness": False,
    "study_stage": "none", "property_net_income_fen": 0, "transfer_net_income_fen": 0, "basic_pension_fen": 0,
    "old_age_allowance_fen": 0, "exempt_income_fen": 0, "medical_self_paid_fen": 0, "education_fee_fen": 0,
    "rehabilitation_fee_fen": 0, "other_rigid_fen": 0, "child_support_scheme": False, "self_care_failed": 0,
    "support_setting": "home", "obligors_known": True,
}  # fmt: skip
ABSENT_HOUSEHOLD: dict[str, bool | int | str] = {
    "lifted_from_poverty": False, "relapse_watch": "none", "financial_assets_fen": 0, "vehicle_count": 0,
    "vehicle_value_fen": 0, "extra_dwellings": 0, "business_over_rule": False, "dwelling_unsafe": False,
    "disaster_event": False, "emergency_event": False,
}  # fmt: skip
OPEN = "basic_pension_counted"
COUNTED_PERSON = ("wage_income_fen", "business_net_income_fen", "transfer_net_income_fen", "property_net_income_fen")
COUNTED_HOUSEHOLD = ("financial_assets_fen", "vehicle_count", "extra_dwellings")
COULD = {"near_threshold": "could_be_near", "rigid_expenditure": "could_be_rigid",
         "assets_within_near_threshold": "assets_could_be_within"}  # fmt: skip
COULD_PERSON = {"tekun_eligible": "could_be_tekun", "individual_dibao_eligible": "could_be_individual"}


def presumed(
    facts: Facts, homes: pl.DataFrame, people: pl.DataFrame, on: date, lines: Thresholds
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of households with any sign of hardship what they and their members could be, and how much is not known."""
    population = facts.population
    worth = homes.filter(pl.col("hardship_signs") > 0).select("household_id", "division_code", "failing")
    households = population.households.join(worth.select("household_id"), on="household_id", how="semi")
    persons = population.persons.join(worth.select("household_id"), on="household_id", how="semi")
    obligors = population.obligors.join(persons.select("person_id"), on="person_id", how="semi")
    said = people.select("person_id", "household_id", "able", "here", "wage_paid", "pension_paid", "unemployment",
                         "days_since_job_loss", "days_since_illness", is_ill=pl.col("severe_illness"))  # fmt: skip
    placed = worth.with_columns(lines.expression(name, on) for name in ("presumed_work_fen", "fresh_days"))
    said = said.join(placed, on="household_id").drop("household_id", "division_code")
    filled = _persons(persons.join(said, on="person_id", how="left", maintain_order="left"), persons.columns)
    found = answers(_settled(facts.book, households, on), _filled(households, ABSENT_HOUSEHOLD), filled, obligors, on)
    could = found.households.select(
        "household_id", *(pl.col(name).alias(told) for name, told in COULD.items()), "income_year", "size"
    )
    could = could.join(_gaps(households, persons), on="household_id", how="left", maintain_order="left")
    could = could.join(_lines(facts.book, households, on), on="household_id", how="left", maintain_order="left")
    share = pl.when(pl.col("size") > 0).then(pl.col("income_year") * 100 // (pl.col("line_year") * pl.col("size")))
    could = could.with_columns(share.alias("income_presumed_percent")).drop("income_year", "size", "line_year")
    return could, found.persons.select("person_id", *(pl.col(name).alias(told) for name, told in COULD_PERSON.items()))


def _settled(book: Rulebook, households: pl.DataFrame, on: date) -> Rulebook:
    """Where the county has not decided yet whether a pension counts, it is presumed not to."""
    places = households["division_code"].unique().drop_nulls()
    open_ = any(book.parameters.find(OPEN, code, None, on).value is None for code in places)
    return book.laid_over({OPEN: False}) if open_ else book


def _filled(frame: pl.DataFrame, absent: dict[str, bool | int | str]) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).fill_null(pl.lit(value)) for name, value in absent.items())


def _persons(persons: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """With the presumed work, and without those of whom a source says that they are gone."""
    fresh = pl.col("fresh_days")
    jobless = pl.col("unemployment") & (pl.col("days_since_job_loss") < fresh)
    ill = pl.col("is_ill") & (pl.col("days_since_illness") < fresh)
    stopped = jobless.fill_null(False) | ill.fill_null(False)
    silent = pl.all_horizontal(
        pl.col(name).is_null() for name in ("wage_paid", "wage_income_fen", "business_net_income_fen")
    )
    works = pl.col("able") & ~stopped
    guess = pl.when(works & silent).then(pl.col("presumed_work_fen")).otherwise(0)
    wage = pl.when(stopped).then(0).otherwise(pl.coalesce("wage_paid", "wage_income_fen", guess))
    business = pl.when(stopped).then(0).otherwise(pl.col("business_net_income_fen").fill_null(0))
    known = persons.with_columns(
        wage.alias("wage_income_fen"),
        business.alias("business_net_income_fen"),
        pl.when("failing")
        .then("pension_paid")
        .otherwise(pl.max_horizontal("transfer_net_income_fen", "pension_paid"))
        .alias("transfer_net_income_fen"),
        (pl.col("co_resident").fill_null(True) & pl.col("here")).alias("co_resident"),
        pl.when(stopped).then(False).otherwise(pl.coalesce("employed", works)).alias("employed"),
        pl.col("labour_capacity").fill_null(pl.when(pl.col("able")).then(pl.lit("full")).otherwise(pl.lit("none"))),
    )
    return _filled(known, ABSENT_PERSON).select(columns)


def _gaps(households: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """How many of the facts on which the answer hangs are not known."""
    own = pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int64) for name in COUNTED_PERSON)
    people = persons.group_by("household_id").agg(own.sum().alias("#people"))
    shared = pl.sum_horizontal(pl.col(name).is_null().cast(pl.Int64) for name in COUNTED_HOUSEHOLD)
    both = households.select("household_id", shared.alias("#home")).join(people, on="household_id", how="left")
    return both.select("household_id", (pl.col("#home") + pl.col("#people").fill_null(0)).alias("unknown_facts"))


def _lines(book: Rulebook, households: pl.DataFrame, on: date) -> pl.DataFrame:
    """Of each household the dibao line of one person for a year; null where place or class is not known."""
    places = households.select("division_code", "residence_class").unique()
    months = [
        book.parameters.find("dibao_standard", code, residence, on).value for code, residence in places.iter_rows()
    ]
    lines = places.with_columns(pl.Series("line_year", months, dtype=pl.Int64) * 12)
    return (
        households.select("household_id", "division_code", "residence_class")
        .join(lines, on=["division_code", "residence_class"], how="left", nulls_equal=True)
        .select("household_id", "line_year")
    )
