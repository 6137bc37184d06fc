"""What monitoring looks at beyond the facts of the rulebook, read set by set: by source, since when, and before.

The rulebook wants the one value that is believed. A warning wants to know who says so and since when, what the family
said beside what a department says, and what the figure was a year ago. Columns `X_source` and `X_since` tell of `X`;
null is unknown. Tested against rows one by one.
"""

# ruff: noqa: S608 (everything built in is a name of ours, a date, or digits)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from ..windows import AS_OF_A_DAY
from .population import frame_of, ids_of, rank_of

Read = Literal["yes", "code", "grade"]
Whose = Literal["best", "department", "family"]

CERTIFICATES: dict[str, Read] = {
    "death_reported": "yes", "moved_out": "yes", "married": "yes", "unemployment": "yes", "unemployment_pay": "yes",
    "fiscal_payroll": "yes", "business_owner": "code", "benefit_elsewhere": "code", "prison": "yes",
    "severe_illness": "yes", "employment": "yes", "disability": "grade", "study": "code",
}  # fmt: skip
CIRCUMSTANCES: dict[str, Read] = {"disaster_event": "yes", "emergency_event": "yes", "dwelling_unsafe": "yes"}


@dataclass(frozen=True)
class Figure:
    """A column of figures: of which kind, said by whom, and whether the one before is wanted too (`X_before`)."""

    name: str
    kind: str
    whose: Whose
    before: bool = False


PERSON_FIGURES = (
    Figure("medical_self_paid", "medical_self_paid", "best"),
    Figure("wage_paid", "wage_income", "department", before=True),
    Figure("wage_declared", "wage_income", "family"),
    Figure("pension_paid", "pension_income", "department"),
    Figure("transfer_declared", "transfer_net_income", "family"),
    Figure("study_aid", "study_aid", "department"),
    Figure("provident_base", "provident_base", "department"),
)
HOUSEHOLD_FIGURES = (
    Figure("power_use", "power_use", "best", before=True),
    Figure("vehicles_registered", "vehicle_count", "department"),
    Figure("vehicles_declared", "vehicle_count", "family"),
    Figure("vehicle_value_registered", "vehicle_value", "department"),
    Figure("dwellings_registered", "extra_dwellings", "department"),
    Figure("dwellings_declared", "extra_dwellings", "family"),
    Figure("savings_found", "financial_assets", "department"),
    Figure("savings_declared", "financial_assets", "family"),
)
FAMILY = ("declared", "visit")
FORMER = {"wage_income": (300, 800), "power_use": (28, 400)}
"""How many days before the latest figure the one it is compared with may end: a year of wages, months of power."""
USUAL = 0.8
"""Of several figures before, the one that four in five did not exceed: what was usual before it began to fall."""
SEVERE = "(r.kind = 'severe_illness' AND r.code = 'yes') OR (r.kind = 'disability' AND r.grade IN (1, 2))"
WINDOW_DAYS = 460
"""A figure that ended longer ago is nothing to act on; sources report up to three months late."""

ROW = {"subject": pl.String, "kind": pl.String, "code": pl.String, "grade": pl.Int64, "source": pl.String,
       "since": pl.Date, "rank": pl.Int64, "recorded": pl.Int64, "row": pl.Int64}  # fmt: skip
FIGURE = {"subject": pl.String, "kind": pl.String, "amount": pl.Int64, "source": pl.String, "ends_on": pl.Date,
          "rank": pl.Int64, "recorded": pl.Int64, "superseded": pl.Int64, "row": pl.Int64}  # fmt: skip
SAID_THEN = {"subject": pl.String, "kind": pl.String, "source": pl.String, "ends_on": pl.Date, "recorded": pl.Int64,
             "superseded": pl.Int64, "row": pl.Int64}  # fmt: skip
MOMENTS = """(extract(epoch FROM r.recorded_at) * 1000000)::bigint AS recorded,
  (extract(epoch FROM r.superseded_at) * 1000000)::bigint AS superseded, r.id AS row"""


@dataclass(frozen=True)
class Signals:
    """One row per person and per household they were read for, in the same order."""

    persons: pl.DataFrame
    households: pl.DataFrame


Chooses = Callable[[pl.DataFrame], pl.Series]


def signals(
    people: pl.Series, households: pl.Series, on: date, *, formerly: Chooses | None = None, using: str = "default"
) -> Signals:
    """What departments and families said of these people and households, as known now and in sight.

    `formerly`: from what is said of the people, the households of which a figure before the last is wanted
    (`X_before`); of the others it stays unknown.
    """
    read = _Read(on, using)
    persons = pl.DataFrame({"person_id": people.unique(maintain_order=True)})
    homes = pl.DataFrame({"household_id": households.unique(maintain_order=True)})
    persons = persons.join(read.deaths(persons["person_id"]), on="person_id", how="left", maintain_order="left")
    persons = read.certificates(persons, "person_id", "certificate", CERTIFICATES)
    persons = read.severe_since(persons)
    persons = read.work_ended(persons)
    persons = read.figures(persons, "person_id", PERSON_FIGURES)
    homes = read.certificates(homes, "household_id", "circumstance", CIRCUMSTANCES)
    homes = read.figures(homes, "household_id", HOUSEHOLD_FIGURES, formerly(persons) if formerly else None)
    return Signals(persons, homes)


def changed_since(at: datetime, *, using: str = "default") -> list[int]:
    """Households about whom, or about whose members, anything was recorded or withdrawn after a moment."""
    moment = f"TIMESTAMPTZ '{at.isoformat()}'"
    own = ("statement", "circumstance", "lowincomestatus", "membership")
    tables = [f"SELECT household_id FROM registry_{name} r WHERE {_touched(moment)}" for name in own]
    of_people = ("certificate", "statement", "kintie", "residence")
    people = " UNION ".join(
        f"SELECT person_id FROM registry_{name} r WHERE person_id IS NOT NULL AND {_touched(moment)}"
        for name in of_people
    )
    people += f" UNION SELECT person_id FROM registry_revision r WHERE r.until > {moment}"
    # Ids first, then their households: behind row-level security a join would be taken for a single row.
    touched = frame_of(people, {"person_id": pl.String}, using)["person_id"]
    tables.append(
        f"SELECT household_id FROM registry_membership w WHERE w.superseded_at IS NULL AND w.ends_on IS NULL "
        f"AND w.person_id = ANY ({ids_of(touched)})"
    )
    found = frame_of(" UNION ".join(tables), {"household_id": pl.Int64}, using)["household_id"]
    return found.drop_nulls().unique().sort().to_list()


def _touched(moment: str) -> str:
    return f"(r.recorded_at > {moment} OR r.superseded_at > {moment})"


class _Read:
    """Reads rows of a day as they are and chooses among them here."""

    def __init__(self, on: date, using: str) -> None:
        self.on, self.using = on, using
        self.day = f"DATE '{on.isoformat()}'"

    def deaths(self, people: pl.Series) -> pl.DataFrame:
        """The days of death that the county itself recorded."""
        query = f"""SELECT id AS person_id, death_date AS died_on FROM registry_person
          WHERE id = ANY ({ids_of(people)}) AND death_date <= {self.day}"""
        return frame_of(query, {"person_id": pl.String, "died_on": pl.Date}, self.using)

    def certificates(self, frame: pl.DataFrame, key: str, table: str, kinds: dict[str, Read]) -> pl.DataFrame:
        """The frame with the believed row of each kind: value, source, since when."""
        grade = "r.grade" if table == "certificate" else "NULL"
        query = f"""
        SELECT r.{key} AS subject, r.kind, r.code, {grade} AS grade, r.source, r.starts_on AS since,
          {rank_of(list(kinds))} AS rank, (extract(epoch FROM r.recorded_at) * 1000000)::bigint AS recorded, r.id AS row
        FROM registry_{table} r WHERE r.{key} = ANY ({ids_of(frame[key])}) AND r.kind IN ({_told(list(kinds))})
          AND r.superseded_at IS NULL AND r.starts_on <= {self.day} AND (r.ends_on IS NULL OR r.ends_on > {self.day})"""
        rows = frame_of(query, ROW, self.using)
        best = rows.sort("rank", "recorded", "row", descending=[False, True, True]).unique(
            ["subject", "kind"], keep="first", maintain_order=True
        )
        for kind, read in kinds.items():
            mine = best.filter(pl.col("kind") == kind).select(
                pl.col("subject").alias(key), _value(read).alias(kind), *_about(kind)
            )
            frame = frame.join(mine, on=key, how="left", maintain_order="left")
        return frame

    def severe_since(self, people: pl.DataFrame) -> pl.DataFrame:
        """A grave illness or disability lasts since anybody first said so, not since the last bill or card."""
        query = f"""
        SELECT r.person_id AS subject, r.kind, r.source, r.starts_on AS ends_on, {MOMENTS}
        FROM registry_certificate r WHERE r.person_id = ANY ({ids_of(people["person_id"])}) AND ({SEVERE})
          AND r.starts_on <= {self.day}"""
        rows = _standing(frame_of(query, SAID_THEN, self.using))
        first = rows.group_by("subject", "kind").agg(pl.col("ends_on").min().alias("first"))
        for kind, severe in (
            ("severe_illness", pl.col("severe_illness")),
            ("disability", pl.col("disability").is_in([1, 2])),
        ):
            mine = first.filter(pl.col("kind") == kind).select(pl.col("subject").alias("person_id"), "first")
            people = people.join(mine, on="person_id", how="left", maintain_order="left")
            earliest = pl.min_horizontal(f"{kind}_since", "first")
            since = pl.when(severe).then(earliest).otherwise(pl.col(f"{kind}_since"))
            people = people.with_columns(since.alias(f"{kind}_since")).drop("first")
        return people

    def work_ended(self, people: pl.DataFrame) -> pl.DataFrame:
        """The last day of work that a department had on file, of those of whom it has none any more."""
        query = f"""SELECT r.person_id, max(r.ends_on) AS employment_ended_on FROM registry_certificate r
          WHERE r.person_id = ANY ({ids_of(people["person_id"])}) AND r.kind = 'employment' AND r.code = 'yes'
          AND r.source NOT IN ({_told(list(FAMILY))}) AND r.superseded_at IS NULL AND r.ends_on <= {self.day}
          GROUP BY r.person_id"""
        ended = frame_of(query, {"person_id": pl.String, "employment_ended_on": pl.Date}, self.using)
        people = people.join(ended, on="person_id", how="left", maintain_order="left")
        goes_on = pl.col("employment") & ~pl.col("employment_source").is_in(list(FAMILY))
        ended_on = pl.when(~goes_on.fill_null(False)).then(pl.col("employment_ended_on"))
        return people.with_columns(ended_on.alias("employment_ended_on"))

    def figures(
        self, frame: pl.DataFrame, key: str, figures: tuple[Figure, ...], formerly: pl.Series | None = None
    ) -> pl.DataFrame:
        """The frame with the latest figures: amount, source, the day to which it is told, and the one before."""
        rows = self._rows(frame[key], key, sorted({figure.kind for figure in figures}), formerly)
        for figure in figures:
            mine = rows.filter(pl.col("kind") == figure.kind)
            if figure.whose != "best":
                mine = mine.filter(pl.col("source").is_in(list(FAMILY)) == (figure.whose == "family"))
            frame = frame.join(_latest(mine, figure, key, self.on), on=key, how="left", maintain_order="left")
        return frame

    def _rows(self, ids: pl.Series, key: str, kinds: list[str], formerly: pl.Series | None) -> pl.DataFrame:
        """Rows that ended by the day, also those that a later figure of the same source replaced."""
        wanted = "" if formerly is None else f" AND r.{key} = ANY ({ids_of(formerly)})"
        earliest = (self.on - timedelta(days=WINDOW_DAYS + 400)).isoformat()
        query = f"""
        SELECT r.{key} AS subject, r.kind, r.amount, r.source, coalesce(r.ends_on, r.starts_on) AS ends_on,
          {rank_of(kinds)} AS rank, {MOMENTS}
        FROM registry_statement r WHERE r.{key} = ANY ({ids_of(ids)}) AND r.kind IN ({_told(kinds)})
          AND r.ends_on > DATE '{earliest}'
          AND CASE WHEN r.kind IN ({_told(list(AS_OF_A_DAY))}) THEN r.starts_on ELSE r.ends_on END <= {self.day}
          AND (r.superseded_at IS NULL OR (r.kind IN ({_told(list(FORMER))}){wanted}))"""
        return frame_of(query, FIGURE, self.using)


def _latest(rows: pl.DataFrame, figure: Figure, key: str, on: date) -> pl.DataFrame:
    """The best ranked, then the last told, then the last recorded; and what the same source said before."""
    held = rows.filter(pl.col("superseded").is_null(), pl.col("ends_on") > on - timedelta(days=WINDOW_DAYS))
    order = ["rank", "ends_on", "recorded", "row"]
    best = held.sort(order, descending=[False, True, True, True]).unique("subject", keep="first", maintain_order=True)
    found = best.select(
        pl.col("subject").alias(key),
        pl.col("amount").alias(figure.name),
        pl.col("source").alias(f"{figure.name}_source"),
        pl.col("ends_on").alias(f"{figure.name}_since"),
    )
    if not figure.before:
        return found
    return found.join(_before(rows, best, figure).rename({"subject": key}), on=key, how="left", maintain_order="left")


def _before(rows: pl.DataFrame, best: pl.DataFrame, figure: Figure) -> pl.DataFrame:
    """What was usual among the figures of the same source that ended so long before."""
    # Of several rows of one end the last recorded is what was known in the end.
    once = (
        _standing(rows).sort("recorded", "row", descending=True).unique(["subject", "source", "ends_on"], keep="first")
    )
    least, most = FORMER[figure.kind]
    latest = best.select("subject", "source", pl.col("ends_on").alias("last"))
    gap = (pl.col("last") - pl.col("ends_on")).dt.total_days()
    earlier = once.join(latest, on=["subject", "source"]).filter(gap >= least, gap <= most)
    usual = pl.col("amount").quantile(USUAL, interpolation="nearest").cast(pl.Int64)
    return earlier.group_by("subject").agg(usual.alias(f"{figure.name}_before"))


def _standing(rows: pl.DataFrame) -> pl.DataFrame:
    """What was said: rows that stand, and rows that a later one of the source replaced; not those only taken back."""
    same = ["subject", "kind", "source", "superseded"]
    later = rows.select("subject", "kind", "source", pl.col("recorded").alias("superseded")).unique()
    return pl.concat([rows.filter(pl.col("superseded").is_null()), rows.join(later, on=same, how="semi")])


def _value(read: Read) -> pl.Expr:
    if read == "grade":
        return pl.col("grade")
    if read == "code":
        return pl.when(pl.col("code") != "").then(pl.col("code"))
    return pl.when(pl.col("code") == "yes").then(True).when(pl.col("code") == "no").then(False)


def _about(kind: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("source").alias(f"{kind}_source"), pl.col("since").alias(f"{kind}_since")


def _told(kinds: list[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))
