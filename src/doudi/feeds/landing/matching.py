"""Whose row it is: by the number, which is looked up by its blind index; without one, by name, birth, sex and village.

A number that belongs to somebody with quite another name is no match: one of the two was written wrong, and a person
decides. Numbers that nobody in the county has are not an error: a department's file is about more people than ours.
"""

# ruff: noqa: S608 (everything built into a statement is a name of ours, a date or a number)

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connections
from django.db.models import Q

from doudi.accounts.scope import within
from doudi.jobs.copying import copy_out
from doudi.places.models import Division
from doudi.privacy.cipher import keyring
from doudi.registry.names import spell

from ..contracts import Contract
from ..contracts.shape import Named
from ..linkage import Linked, link, located
from ..linkage.features import features
from ..reading import County
from .facts import who_columns

LINKS = {"#row": pl.Int64, "person": pl.Int64}
PEOPLE = {"id": pl.Int64, "name": pl.String, "sex": pl.Int64, "birth_date": pl.Date, "place": pl.String,
          "key": pl.String}  # fmt: skip
MANY = 5_000
"""From so many numbers on it pays to have everybody of the county at hand."""

OTHER_NAME = 0.5
"""How likely a pair is that has the number in common and not the name: nobody knows, so it says neither."""

_kept: dict[str, Any] = {}
"""The people of one county as the last file needed them: a year's delivery is two hundred files."""


class Matcher:
    """Looks up people of one county. `work` names what it is needed for: within it people are not asked for again."""

    def __init__(self, county: str, using: str, work: str = "") -> None:
        self.county, self.using, self.work = county, using, work

    def by_number(self, rows: pl.DataFrame, who: str, name: str) -> pl.DataFrame:
        """`#row`, `person`, and `other_name` where number and name do not belong together; only rows that found one."""
        wanted = rows.select("#row", pl.col(who).alias("number"), _name(rows, name)).drop_nulls("number")
        numbers = wanted["number"].unique()
        indexes = keyring().index_many(numbers.to_list(), purpose="resident_id")
        hexed = pl.Series([index.hex() for index in indexes], dtype=pl.String)  # typed: there may be none
        keys = pl.DataFrame({"number": numbers, "key": hexed})
        found = wanted.join(keys, on="number").join(self._holders(hexed), on="key")
        differs = (pl.col("said") != pl.col("name")).fill_null(False)
        alike = found.filter(differs).select("said", "name").unique()
        strange = [row for row in alike.iter_rows() if not _sound_alike(*row)]
        other = pl.DataFrame(strange, schema={"said": pl.String, "name": pl.String}, orient="row")
        other = other.with_columns(other_name=pl.lit(True))
        found = found.join(other, on=["said", "name"], how="left")
        return found.select("#row", "person", pl.col("other_name").fill_null(False))

    def _holders(self, keys: pl.Series) -> pl.DataFrame:
        """`key`, `person` and `name` of those who hold the numbers: a few are asked for, many are looked up at hand."""
        if keys.len() > MANY:
            people, _compared = self._people()
            return people.select("key", pl.col("id").alias("person"), "name").drop_nulls("key")
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                """SELECT encode(resident_id_index, 'hex'), id, name FROM registry_person
                WHERE resident_id_index = ANY (SELECT decode(unnest(string_to_array(%s, ',')), 'hex'))
                  AND merged_into_id IS NULL AND division_code LIKE %s""",
                [",".join(keys), f"{self.county}%"],
            )
            return pl.DataFrame(
                cursor.fetchall(), schema={"key": pl.String, "person": pl.Int64, "name": pl.String}, orient="row"
            )

    def by_features(self, rows: pl.DataFrame, who: Named) -> Linked:
        """Rows without a number against everybody of the county. `who` names the columns of the person meant."""
        columns = {"sex": (who.sex, pl.Int64), "birth_date": (who.birth_date, pl.Date), "place": (who.place, pl.String)}
        known = [
            (pl.col(name).cast(kind) if name else pl.lit(None, kind)).alias(column)
            for column, (name, kind) in columns.items()
        ]
        said = rows.select("#row", pl.col(who.name).alias("name"), *known)
        return link(said.with_columns(located(said["place"], self._divisions())), *self._people())

    def county_names(self) -> County:
        """The county's own places, by which another county's file is told."""
        rows = Division.objects.using(self.using).filter(within(self.county, "code") | Q(code=self.county))
        names = {name for pair in rows.values_list("name", "short_name") for name in pair if name}
        return County(self.county, frozenset(names))

    def _people(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Everybody of the county and what is compared of them: kept from file to file until somebody changes."""
        if self.work and _kept.get("work") == (self.work, self.county):
            return _kept["people"], _kept["features"]
        held = f"merged_into_id IS NULL AND division_code LIKE '{self.county}%'"
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*), max(id), sum(version), sum(hashtext(division_code)::bigint), current_database()
                FROM registry_person WHERE {held}"""
            )
            key = (self.county, *cursor.fetchone())
            if _kept.get("key") != key:
                people = copy_out(
                    cursor,
                    f"""SELECT id, name, sex, birth_date, division_code, encode(resident_id_index, 'hex')
                    FROM registry_person WHERE {held} ORDER BY id""",
                    PEOPLE,
                )
                _kept.update(key=key, people=people, features=features(people))
        _kept["work"] = (self.work, self.county)
        return _kept["people"], _kept["features"]

    def _divisions(self) -> list[tuple[str, str, str]]:
        rows = Division.objects.using(self.using).filter(within(self.county, "code"), is_open=True)
        return list(rows.values_list("code", "name", "short_name"))

    def households(self, people: list[int], on: date) -> pl.DataFrame:
        """`person` and `household` on a day, of those who have one."""
        ids = ",".join(str(int(pk)) for pk in sorted(set(people)))
        with connections[self.using].cursor() as cursor:
            return copy_out(
                cursor,
                f"""SELECT person_id, household_id FROM registry_membership WHERE person_id = ANY ('{{{ids}}}')
                AND superseded_at IS NULL AND starts_on <= '{on}' AND (ends_on IS NULL OR ends_on > '{on}')""",
                {"person": pl.Int64, "household": pl.Int64},
            )


def with_subjects(
    rows: pl.DataFrame, links: pl.DataFrame, contract: Contract, on: date, matcher: Matcher
) -> pl.DataFrame:
    """The rows with `<who>#person` and `<who>#household` for each column of numbers. `links`: #row, who, person."""
    households = matcher.households(links["person"].to_list(), on)
    for who in who_columns(contract):
        mine = links.filter(pl.col("who") == who).select("#row", pl.col("person").alias(f"{who}#person"))
        home = households.select(pl.col("person").alias(f"{who}#person"), pl.col("household").alias(f"{who}#household"))
        rows = rows.join(mine, on="#row", how="left", maintain_order="left")
        rows = rows.join(home, on=f"{who}#person", how="left", maintain_order="left")
    return rows


def _name(rows: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit(None, pl.String)).cast(pl.String).alias("said")


def _sound_alike(said: str, name: str) -> bool:
    """Whether two writings may be one name: read alike, or one the beginning or end of the other."""
    bare, held = said.replace("·", "").replace(" ", ""), name.replace("·", "").replace(" ", "")
    return spell(bare)[0] == spell(held)[0] or bare in held or held in bare
