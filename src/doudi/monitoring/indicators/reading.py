"""Gathering what indicators look at: once for a county, or for the households that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import polars as pl

from doudi.awards.queries.covering import Covered, covered
from doudi.casework.queries import standing as casework
from doudi.registry.facts import standing as register
from doudi.registry.facts.population import PopulationFacts, facts_of_households, population_facts
from doudi.registry.facts.signals import signals
from doudi.rulebook.queries.book import county_book

from .facts import Facts, Standing
from .families import old_and_alone

LOST_DAYS = 800
"""A death longer ago tells nothing new."""
HELPED_DAYS = 180
LISTED = 0.8
"""The schools of a county have sent their list when so many children of school age are on it."""
EARNING_AGES = range(18, 65)
PAID = ("dibao", "individual_dibao", "tekun")


def read_county(prefix: str, on: date, *, using: str = "default") -> Facts:
    """Everything of all households in places that start with `prefix`, as known now and in sight."""
    return _facts(population_facts(prefix, on, using=using), None, using)


def read_households(ids: Iterable[int], on: date, *, using: str = "default") -> Facts:
    """The same of some households: those of them open on the day and in sight."""
    population = facts_of_households(ids, on, using=using)
    return _facts(population, [int(pk) for pk in population.households["household_id"]], using)


def _facts(population: PopulationFacts, ids: Collection[int] | None, using: str) -> Facts:
    on, homes, people = population.on, population.households["household_id"], population.persons["person_id"]
    known = [] if ids is None else [int(pk) for pk in people]
    under = _under(covered(on, ids, known, using=using))
    under = under.join(population.households.select("household_id"), on="household_id", how="semi")
    statuses = register.statuses(homes, on, using=using)
    receiving = _persons(population, under, statuses)
    # Some are paid for who belong to no household any more: the dead above all.
    gone = receiving.join(population.persons, on="person_id", how="anti")
    elsewhere = register.placed(gone["person_id"], on, using=using)
    gone = gone.filter(~pl.col("person_id").is_in(elsewhere.implode()))
    ours = pl.concat([people, gone["person_id"]])
    return Facts(
        on,
        population,
        signals(ours, homes, on, formerly=lambda said: old_and_alone(population, said), using=using),
        Standing(
            _households(population, under, statuses, ids, using),
            receiving.filter(pl.col("person_id").is_in(ours.implode())),
        ),
        _school_list(population, using),
        county_book(),
    )


def _school_list(population: PopulationFacts, using: str) -> bool:
    """Whether the education department has told of nearly all children of school age of the county."""
    county = sorted({code[:6] for code in population.households["division_code"].drop_nulls()})
    return all(register.share_at_school(code, population.on, using=using) >= LISTED for code in county[:1])


def _under(rows: Iterable[Covered]) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {
        "person_id": pl.Int64, "household_id": pl.Int64, "programme": pl.String, "suspended": pl.Boolean,
        "phase_out_from": pl.Date, "ends_on": pl.Date, "review_by": pl.Date,
    }  # fmt: skip
    told = [(r.person, r.household, r.programme, r.suspended, r.phase_out_from, r.ends_on, r.review_by) for r in rows]
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return frame.with_columns(pl.col("person_id", "household_id").cast(pl.String))


def _persons(population: PopulationFacts, under: pl.DataFrame, statuses: pl.DataFrame) -> pl.DataFrame:
    """Who is paid for, and by what: an award that does not rest, or a category that comes with money."""
    paying = under.filter(~pl.col("suspended")).select("household_id", "person_id", "programme")
    personal = statuses.filter(pl.col("person_id").is_not_null(), pl.col("category").is_in(list(PAID)))
    whole = statuses.filter(pl.col("person_id").is_null(), pl.col("category") == "dibao")
    members = population.persons.select("household_id", "person_id").join(
        whole.select("household_id", pl.col("category").alias("programme")), on="household_id"
    )
    resting = under.filter(pl.col("suspended")).select("person_id")
    named = personal.select("household_id", "person_id", pl.col("category").alias("programme"))
    held = pl.concat([paying, named, members.select(paying.columns)]).join(resting, on="person_id", how="anti")
    first = held.unique("person_id", keep="first", maintain_order=True)
    return first.select("household_id", "person_id", pl.col("programme").alias("person_receives"))


def _households(
    population: PopulationFacts,
    under: pl.DataFrame,
    statuses: pl.DataFrame,
    ids: Collection[int] | None,
    using: str,
) -> pl.DataFrame:
    on = population.on
    category = statuses.filter(pl.col("person_id").is_null()).select("household_id", "category")
    reviews = pl.concat([statuses.select("household_id", "review_by"), under.select("household_id", "review_by")])
    phasing = under.filter(pl.col("phase_out_from") <= on)
    frame = population.households.select("household_id")
    for part in (
        category.unique("household_id", keep="first", maintain_order=True),
        reviews.group_by("household_id").agg(pl.col("review_by").min()),
        phasing.group_by("household_id").agg(pl.col("ends_on").min().alias("phase_out_ends")),
        _earners(population, using),
    ):
        frame = frame.join(part, on="household_id", how="left", maintain_order="left")
    open_ = casework.open_households(ids, using=using)
    helped = casework.helped_since(on - timedelta(days=HELPED_DAYS), on, ids, using=using)
    near, disclosed = _relatives(population, under, statuses, using)
    return frame.with_columns(
        _among(statuses["household_id"].to_list(), "on_register"),
        _among(map(str, open_), "case_open"),
        _among(map(str, helped), "helped_lately"),
        _among(near, "near_relative"),
        _among(disclosed, "disclosed"),
        phasing_out=pl.col("phase_out_ends").is_not_null(),
    )


def _among(ids: Iterable[str], name: str) -> pl.Expr:
    return pl.col("household_id").is_in(sorted(set(ids))).alias(name)


def _earners(population: PopulationFacts, using: str) -> pl.DataFrame:
    """The last death of somebody of working age who belonged to the household."""
    lost = register.lost_members(population.households["household_id"], population.on, LOST_DAYS, using=using)
    age = (pl.col("died_on") - pl.col("birth_date")).dt.total_days() // 365
    earning = lost.filter(age >= EARNING_AGES.start, age < EARNING_AGES.stop)
    return earning.group_by("household_id").agg(pl.col("died_on").max().alias("earner_died_on"))


def _relatives(
    population: PopulationFacts, under: pl.DataFrame, statuses: pl.DataFrame, using: str
) -> tuple[list[str], list[str]]:
    """Households in receipt with an official as near kin, and those about whom somebody has disclosed it."""
    paid = pl.concat([under["household_id"], statuses["household_id"]]).unique()
    people = population.persons.filter(pl.col("household_id").is_in(paid.implode())).select("household_id", "person_id")
    kin = register.near_kin(people["person_id"], population.on, using=using)
    named, officials = casework.disclosed_people(population.on, using=using)
    payroll = register.on_fiscal_payroll(kin["relative_id"], population.on, using=using).to_list()
    official = sorted({*payroll, *map(str, officials)})
    near = kin.filter(pl.col("relative_id").is_in(official)).join(people, on="person_id")
    disclosed = people.filter(pl.col("person_id").is_in(sorted(map(str, named))))
    return near["household_id"].to_list(), disclosed["household_id"].to_list()
