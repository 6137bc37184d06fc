"""Persons and households with what follows from their facts: ages, days since something, sums over the family."""

from __future__ import annotations

from datetime import date

import polars as pl

from doudi.registry.facts.population import PopulationFacts

from .facts import Facts

SCHOOL_DAY = (9, 1)
"""Schools count ages on the first of September."""
ELDER = 70
OLD_AT_LEAST = 50
"""Wherever a county draws the line for elders by themselves, nobody younger is one."""
DEPARTMENT = "human_resources"


def of_persons(facts: Facts, on: date) -> pl.DataFrame:
    """Everybody of the households, and whoever is paid for without belonging to one."""
    said, paid = facts.signals.persons, facts.standing.persons
    own = facts.population.persons
    gone = paid.join(own, on="person_id", how="anti").select("household_id", "person_id")
    own = pl.concat([own, gone], how="diagonal")
    own = own.drop(set(own.columns) & set(said.columns) - {"person_id"})
    people = own.join(said, on="person_id", how="left", maintain_order="left")
    people = people.join(paid.select("person_id", "person_receives"), on="person_id", how="left", maintain_order="left")
    people = people.with_columns(_ages(on), _death(), *_job())
    days = {
        "days_since_death": "died_on", "days_since_disability": "disability_since",
        "days_since_illness": "severe_illness_since",
        "days_since_job_loss": "out_of_work_since", "days_since_work_ended": "job_lost_on",
    }  # fmt: skip
    people = people.with_columns(_days(on, column).alias(name) for name, column in days.items())
    return _roles(people.with_columns(_school_age(on), here=_here()))


def old_and_alone(population: PopulationFacts, said: pl.DataFrame) -> pl.Series:
    """The few households whose power of earlier months is looked at: that of a whole county is most of what is told."""
    people = population.persons.drop(set(population.persons.columns) & set(said.columns) - {"person_id"})
    people = people.join(said, on="person_id", how="left", maintain_order="left").with_columns(_death())
    here = people.with_columns(_ages(population.on), here=_here()).filter("here")
    homes = here.group_by("household_id", maintain_order=True).agg(pl.len(), pl.col("age").min())
    return homes.filter(pl.col("len") <= 2, (pl.col("age") >= OLD_AT_LEAST).fill_null(True))["household_id"]


def _days(on: date, column: str) -> pl.Expr:
    return (pl.lit(on) - pl.col(column)).dt.total_days()


def years_on(day: date) -> pl.Expr:
    """Completed years of age on a day."""
    born = pl.col("birth_date")
    before = (born.dt.month() > day.month) | ((born.dt.month() == day.month) & (born.dt.day() > day.day))
    return (day.year - born.dt.year() - before.cast(pl.Int32)).cast(pl.Int64)


def _ages(on: date) -> pl.Expr:
    return years_on(on).alias("age")


def _school_age(on: date) -> pl.Expr:
    year = on.year if (on.month, on.day) >= SCHOOL_DAY else on.year - 1
    return years_on(date(year, *SCHOOL_DAY)).alias("school_age")


def _death() -> pl.Expr:
    """The day the county knows, or that a department reports; the first of both."""
    reported = pl.when(pl.col("death_reported")).then(pl.col("death_reported_since"))
    return pl.min_horizontal("died_on", reported).alias("died_on")


def _job() -> list[pl.Expr]:
    """Work that a department knew of has ended; who is registered as out of work may never have had any."""
    said_no = ~pl.col("employment") & (pl.col("employment_source") == DEPARTMENT)
    lost = pl.coalesce("employment_ended_on", pl.when(said_no).then(pl.col("employment_since")))
    return [
        lost.alias("job_lost_on"),
        pl.when(lost.is_not_null()).then(True).otherwise(pl.col("unemployment")).alias("unemployment"),
        pl.coalesce(lost, "unemployment_since").alias("out_of_work_since"),
    ]


def _here() -> pl.Expr:
    """Nothing says that they are dead, registered elsewhere, or locked up; and they have a place in the family."""
    gone = pl.col("died_on").is_not_null() | pl.col("moved_out").fill_null(False) | pl.col("prison").fill_null(False)
    return ~gone & pl.col("co_resident").fill_null(True) & pl.col("relation").is_not_null()


def _roles(people: pl.DataFrame) -> pl.DataFrame:
    """Who can work as far as is known, and whether a spouse is listed with the head."""
    unfit = (pl.col("labour_capacity") == "none") | pl.col("disability").is_in([1, 2])
    studies = pl.col("study").is_not_null() & (pl.col("study") != "none")
    able = pl.col("age").is_between(16, 59) & pl.col("here") & ~unfit.fill_null(False) & ~studies
    supports = pl.col("here") & pl.col("age").is_between(18, 59) & ~pl.col("disability").is_in([1, 2]).fill_null(False)
    others = supports.cast(pl.Int64).sum().over("household_id") - supports.cast(pl.Int64)
    spouse = (pl.col("relation").is_in(["10", "11", "12"]) & pl.col("here")).any().over("household_id")
    alone = pl.col("here").sum().over("household_id") == 1
    return people.with_columns(
        able.alias("able"),
        others.alias("supporters"),
        spouse.alias("spouse_listed"),
        (pl.col("relation").is_in(["01", "02"]) | alone).alias("head_or_alone"),
    )


def of_households(facts: Facts, people: pl.DataFrame, on: date) -> pl.DataFrame:
    """Households with their signals, how they stand, and what follows from their members."""
    said, standing = facts.signals.households, facts.standing.households
    own = facts.population.households
    own = own.drop(set(own.columns) & set(said.columns) - {"household_id"})
    homes = own.join(said, on="household_id", how="left", maintain_order="left")
    homes = homes.join(standing, on="household_id", how="left", maintain_order="left")
    homes = homes.join(_sums(people), on="household_id", how="left", maintain_order="left")
    earner = pl.max_horizontal("earner_died_on", "earner_reported_on").alias("earner_died_on")
    homes = homes.with_columns(earner, *(pl.col(name).fill_null(0) for name in ("members", "minors", "adults_able")))
    homes = homes.with_columns(pl.col("receives").fill_null(False))
    return homes.with_columns(
        _days(on, "disaster_event_since").alias("days_since_disaster"),
        _days(on, "emergency_event_since").alias("days_since_emergency"),
        _days(on, "earner_died_on").alias("days_since_earner_died"),
        _days(on, "review_by").alias("days_review_late"),
        (-_days(on, "phase_out_ends")).alias("days_to_phase_out_end"),
    )


def _sums(people: pl.DataFrame) -> pl.DataFrame:
    here, age = pl.col("here"), pl.col("age")
    weak = pl.col("disability").is_in([1, 2]).fill_null(False) | pl.col("in_compulsory_detox").fill_null(False)
    caring = here & age.is_between(18, ELDER - 1) & ~weak
    earner = pl.col("died_on").filter(age.is_between(18, 64))
    medical = pl.col("medical_self_paid").filter(here)
    return people.group_by("household_id").agg(
        here.sum().cast(pl.Int64).alias("members"),
        (here & (age < 18)).sum().cast(pl.Int64).alias("minors"),
        caring.sum().cast(pl.Int64).alias("adults_able"),
        age.filter(here).min().alias("youngest"),
        earner.max().alias("earner_reported_on"),
        pl.when(medical.count() > 0).then(medical.sum()).alias("medical_family"),
        pl.col("person_receives").is_not_null().any().alias("receives"),
    )


def told_incomes(homes: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """What the family is known to earn, where something is known of everybody who can work; else not known."""
    wage = pl.coalesce("wage_paid", "wage_income_fen")
    work = pl.coalesce(pl.sum_horizontal(wage, "business_net_income_fen", ignore_nulls=False), wage,
                       "business_net_income_fen")  # fmt: skip
    transfer = pl.max_horizontal("transfer_net_income_fen", "pension_paid")
    other = [transfer, pl.col("property_net_income_fen"), pl.col("old_age_allowance_fen")]
    told = people.filter("here").with_columns(
        work.alias("#work"), pl.sum_horizontal(work, *other).alias("#all"),
        pl.any_horizontal(work.is_not_null(), *(each.is_not_null() for each in other)).alias("#told"),
    )  # fmt: skip
    silent = (pl.col("able") & pl.col("#work").is_null()).any()
    sums = told.group_by("household_id").agg(
        pl.when(~silent & pl.col("#told").any()).then(pl.col("#all").sum()).alias("income_told")
    )
    homes = homes.join(sums, on="household_id", how="left", maintain_order="left")
    share = pl.when(pl.col("income_told") > 0).then(pl.col("medical_family") * 100 // pl.col("income_told"))
    per_head = pl.when(pl.col("members") > 0).then(pl.col("income_told") // pl.col("members"))
    return homes.with_columns(share.alias("medical_share"), per_head.alias("income_per_head_told"))
