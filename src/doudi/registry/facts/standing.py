"""How households stand in the register: categories, whom they lost, near kin who are officials; set by set."""

# ruff: noqa: S608 (everything built in is a name of ours, a date, or digits)

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from .population import frame_of, ids_of

STATUS = {"household_id": pl.String, "person_id": pl.String, "category": pl.String, "review_by": pl.Date}
DEAD = {"household_id": pl.String, "died_on": pl.Date, "birth_date": pl.Date}
KIN = {"person_id": pl.String, "relative_id": pl.String}


def statuses(households: pl.Series, on: date, *, using: str = "default") -> pl.DataFrame:
    """The categories of these households and of people in them on a day."""
    query = f"""SELECT household_id, person_id, category, review_by FROM registry_lowincomestatus r
      WHERE household_id = ANY ({ids_of(households)}) AND {_holds(on)}"""
    return frame_of(query, STATUS, using)


def lost_members(households: pl.Series, on: date, days: int, *, using: str = "default") -> pl.DataFrame:
    """Who belonged to these households until they died within so many days."""
    first = (on - timedelta(days=days)).isoformat()
    members = f"""SELECT DISTINCT ON (person_id) household_id, person_id FROM registry_membership r
      WHERE household_id = ANY ({ids_of(households)}) AND superseded_at IS NULL AND ends_on > DATE '{first}'
      ORDER BY person_id, ends_on DESC"""
    left = frame_of(members, {"household_id": pl.String, "person_id": pl.String}, using)
    dead = f"""SELECT id AS person_id, death_date AS died_on, birth_date FROM registry_person
      WHERE id = ANY ({ids_of(left["person_id"])}) AND death_date > DATE '{first}'
      AND death_date <= DATE '{on.isoformat()}'"""
    gone = frame_of(dead, {"person_id": pl.String, "died_on": pl.Date, "birth_date": pl.Date}, using)
    return left.join(gone, on="person_id").select(*DEAD)


def placed(people: pl.Series, on: date, *, using: str = "default") -> pl.Series:
    """Those of these people who belong to some household on a day."""
    query = f"SELECT person_id FROM registry_membership r WHERE person_id = ANY ({ids_of(people)}) AND {_holds(on)}"
    return frame_of(query, {"person_id": pl.String}, using)["person_id"]


def near_kin(people: pl.Series, on: date, *, using: str = "default") -> pl.DataFrame:
    """Each of these people with every relative on file, whichever of the two named the other."""
    ids = ids_of(people)
    query = f"""SELECT person_id, relative_id FROM registry_kintie r
        WHERE person_id = ANY ({ids}) AND relative_id IS NOT NULL AND {_holds(on)}
      UNION SELECT relative_id, person_id FROM registry_kintie r WHERE relative_id = ANY ({ids}) AND {_holds(on)}"""
    return frame_of(query, KIN, using)


def on_fiscal_payroll(people: pl.Series, on: date, *, using: str = "default") -> pl.Series:
    """Those of these people who are paid from public funds."""
    query = f"""SELECT DISTINCT person_id FROM registry_certificate r WHERE person_id = ANY ({ids_of(people)})
      AND kind = 'fiscal_payroll' AND code = 'yes' AND {_holds(on)}"""
    return frame_of(query, {"person_id": pl.String}, using)["person_id"]


def share_at_school(county: str, on: date, *, using: str = "default") -> float:
    """Of the children of seven to thirteen of a county the share whom the education department has on its list."""
    born = f"BETWEEN DATE '{on.year - 13}-01-01' AND DATE '{on.year - 8}-12-31'"
    place = f"division_code >= '{int(county)}' AND division_code < '{int(county)}:'"
    children = f"SELECT id AS person_id FROM registry_person WHERE birth_date {born} AND {place} AND death_date IS NULL"
    ids = frame_of(children, {"person_id": pl.String}, using)["person_id"]
    listed = f"""SELECT count(DISTINCT person_id) AS listed FROM registry_certificate r
      WHERE person_id = ANY ({ids_of(ids)}) AND kind = 'study' AND source = 'education' AND {_holds(on)}"""
    return int(frame_of(listed, {"listed": pl.Int64}, using).item()) / max(ids.len(), 1)


def _holds(on: date) -> str:
    day = f"DATE '{on.isoformat()}'"
    return f"r.superseded_at IS NULL AND r.starts_on <= {day} AND (r.ends_on IS NULL OR r.ends_on > {day})"
