"""The facts of everybody in a place as three tables, read set by set: the same choices as for one household.

Tested against `household_facts` on random data. Only what is known now; a day of the past may be asked, but a place is
taken as it was on that day.
"""

# ruff: noqa: S608 (everything built in is a name of ours, a date, or digits checked below)

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connections

from ..windows import AS_OF_A_DAY
from . import schema
from .choose import COMPETENT, DECLARED, OTHER, VERIFIED, VISITED
from .schema import Fact, Read

BETWEEN = "|"  # values are codes, numbers and days: none has it
AS_OF_DAY = ", ".join(f"'{kind}'" for kind in sorted(AS_OF_A_DAY))
TYPES: dict[Read, type[pl.DataType]] = {
    "yes": pl.Boolean, "flag": pl.Boolean, "code": pl.String, "int": pl.Int64, "grade": pl.Int64, "years": pl.Int64,
    "amount": pl.Int64,
}  # fmt: skip
HOUSEHOLD = {
    "household_id": pl.String,
    "division_code": pl.String,
    "residence_class": pl.String,
    "on_dibao": pl.Boolean,
}
PERSON = {
    "household_id": pl.String, "person_id": pl.String, "birth_date": pl.Date, "sex": pl.Int64, "relation": pl.String,
    "co_resident": pl.Boolean, "on_tekun": pl.Boolean, "on_individual_dibao": pl.Boolean,
}  # fmt: skip
OBLIGOR = {
    "obligor_id": pl.String, "person_id": pl.String, "birth_date": pl.Date, "on_tekun": pl.Boolean,
    "on_dibao": pl.Boolean, "relative": pl.String,
}  # fmt: skip

MEMBER = ("household_id", "person_id", "relation", "co_resident")
MOVE = {"household_id": pl.String, "moved_on": pl.Date, "from_code": pl.String, "to_code": pl.String}
COUNTED = {"#rows": pl.Int64, "#kinds": pl.Int64}


@dataclass(frozen=True)
class PopulationFacts:
    """One row per household, person and obligor; columns are the facts of rules.md §3, null is unknown."""

    on: date
    households: pl.DataFrame
    persons: pl.DataFrame
    obligors: pl.DataFrame


def population_facts(prefix: str, on: date, *, using: str = "default") -> PopulationFacts:
    """The facts of all households open on a day in places that start with `prefix`, as known now and in sight."""
    if not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 12):
        raise ValueError("a prefix of a division code has digits only")
    return _facts(_Sql(f"h.division_code >= '{prefix}' AND h.division_code < '{prefix}:'", on, using))


def facts_of_households(
    ids: Iterable[int], on: date, *, using: str = "default", only: frozenset[str] | None = None
) -> PopulationFacts:
    """The same of some households, wherever they are: those of them open on the day and in sight.

    `only`: the facts that will be asked for; any other is not read, and unknown.
    """
    wanted = ",".join(str(int(pk)) for pk in sorted(ids))
    return _facts(_Sql(f"h.id = ANY ('{{{wanted}}}'::bigint[])", on, using, only))


def _facts(sql: _Sql) -> PopulationFacts:
    households = sql.households()
    persons = sql.persons(households["household_id"])
    return PopulationFacts(sql.on, households, persons, sql.obligors(persons["person_id"]))


class _Sql:
    """Reads some households (a condition on `h`) and a day, table by table.

    Every table is read by a list of ids and joined here: behind row-level security the planner takes every join for a
    single row and would loop over thousands.
    """

    def __init__(self, which: str, on: date, using: str, only: frozenset[str] | None = None) -> None:
        self.on, self.which, self.only = on, which, only
        self.day = f"DATE '{on.isoformat()}'"
        self.year_before = f"(({self.day} - INTERVAL '1 year')::date)"
        self.using = using

    def households(self) -> pl.DataFrame:
        query = f"""
        SELECT h.id AS household_id, h.division_code FROM registry_household h WHERE {self.which}
          AND h.opened_on <= {self.day} AND (h.closed_on IS NULL OR h.closed_on > {self.day}) ORDER BY h.id"""
        homes = self._where_then(self._frame(query, {"household_id": pl.String, "division_code": pl.String}))
        homes = homes.join(self._classes(homes["division_code"]), on="division_code", how="left", maintain_order="left")
        receiving = self._receiving("household_id", homes["household_id"])
        homes = homes.with_columns(on_dibao=_among("household_id", receiving, "dibao")).select(*HOUSEHOLD)
        homes = self._with(homes, "household_id", "circumstance", "household_id", schema.CIRCUMSTANCES)
        return self._with(homes, "household_id", "statement", "household_id", schema.HOUSEHOLD_STATEMENTS)

    def persons(self, homes: pl.Series) -> pl.DataFrame:
        """Who belonged to these households."""
        query = f"""
        SELECT w.household_id, w.person_id, w.relation, w.co_resident FROM registry_membership w
        WHERE w.household_id = ANY ({ids_of(homes)}) AND {self._holds("w")} ORDER BY w.household_id, w.person_id"""
        members = self._frame(query, {name: PERSON[name] for name in MEMBER})
        query = f"""
        SELECT p.id AS person_id, p.birth_date, p.sex FROM registry_person p
        WHERE p.id = ANY ({ids_of(members["person_id"])})"""
        known = self._frame(query, {name: PERSON[name] for name in ("person_id", "birth_date", "sex")})
        people = members.join(known, on="person_id", maintain_order="left")
        receiving = self._receiving("person_id", people["person_id"])
        people = people.with_columns(
            on_tekun=_among("person_id", receiving, "tekun"),
            on_individual_dibao=_among("person_id", receiving, "individual_dibao"),
        ).select(*PERSON)
        people = self._with(people, "person_id", "certificate", "person_id", schema.PERSON_CERTIFICATES)
        return self._with(people, "person_id", "statement", "person_id", schema.PERSON_STATEMENTS)

    def obligors(self, people: pl.Series) -> pl.DataFrame:
        """Of these people."""
        receives = f"""EXISTS (SELECT FROM registry_membership w JOIN registry_lowincomestatus s
          ON s.household_id = w.household_id AND s.category = 'dibao' AND {self._holds("s")}
          WHERE w.person_id = r.id AND {self._holds("w")})"""
        query = f"""
        SELECT k.id AS obligor_id, k.person_id, coalesce(r.birth_date, k.relative_birth_date) AS birth_date,
          CASE WHEN r.id IS NOT NULL THEN {self._status("s.person_id = r.id AND s.category = 'tekun'")} END AS on_tekun,
          CASE WHEN r.id IS NOT NULL THEN {receives} END AS on_dibao, r.id AS relative
        FROM registry_kintie k LEFT JOIN registry_person r ON r.id = k.relative_id
        WHERE k.person_id = ANY ({ids_of(people)}) AND {self._holds("k")}
          AND (r.death_date IS NULL OR r.death_date >= {self.day})
        ORDER BY k.id"""
        kin = self._frame(query, OBLIGOR)
        parts = [fact.name for fact in schema.OBLIGOR_INCOME]
        if self.only is not None and "income_fen_year" in self.only:
            self.only |= frozenset(parts)
        kin = self._with(
            kin, "relative", "statement", "person_id", (*schema.OBLIGOR_STATEMENTS, *schema.OBLIGOR_INCOME)
        )
        kin = self._with(kin, "relative", "certificate", "person_id", schema.OBLIGOR_CERTIFICATES)
        income = pl.sum_horizontal(parts, ignore_nulls=False).alias("income_fen_year")
        told = [name for name in kin.columns if name not in (*OBLIGOR, *parts)]
        first = [name for name in OBLIGOR if name != "relative"]
        return kin.with_columns(income).select(*first, "income_fen_year", *told)

    def _with(self, frame: pl.DataFrame, key: str, table: str, subject: str, facts: tuple[Fact, ...]) -> pl.DataFrame:
        """The frame with what is believed of each of its subjects, a column a fact."""
        unread = [fact for fact in facts if self.only is not None and fact.name not in self.only]
        frame = frame.with_columns(pl.lit(None, TYPES[fact.read]).alias(fact.name) for fact in unread)
        facts = tuple(fact for fact in facts if fact not in unread)
        if not facts or frame[key].null_count() == frame.height:
            return frame.with_columns(pl.lit(None, TYPES[fact.read]).alias(fact.name) for fact in facts)
        columns = {key: pl.String} | {fact.name: TYPES[fact.read] for fact in facts}
        said = self._frame(self._said(table, subject, ids_of(frame[key]), facts, key), columns | COUNTED)
        # Where one kind is told by several rows, and only there, they are put in order.
        several = said["#rows"] > said["#kinds"].bitwise_count_ones()
        plain, doubted = said.filter(~several).drop(COUNTED), said.filter(several)[key]
        if doubted.len():
            chosen = self._frame(self._chosen(table, subject, ids_of(doubted), facts, key), columns)
            plain = pl.concat([plain, chosen])
        return frame.join(plain, on=key, how="left", maintain_order="left")

    def _where_then(self, homes: pl.DataFrame) -> pl.DataFrame:
        """With the village that answered for each on the day: few have ever moved."""
        query = f"""
        SELECT v.household_id, v.moved_on, v.from_code, v.to_code FROM registry_move v
        WHERE v.household_id = ANY ({ids_of(homes["household_id"])}) ORDER BY v.moved_on"""
        moves = self._frame(query, MOVE)
        came = moves.filter(pl.col("moved_on") <= self.on).unique("household_id", keep="last")
        left = moves.unique("household_id", keep="first")
        homes = homes.join(came.select("household_id", "to_code"), on="household_id", how="left", maintain_order="left")
        homes = homes.join(
            left.select("household_id", "from_code"), on="household_id", how="left", maintain_order="left"
        )
        return homes.select("household_id", division_code=pl.coalesce("to_code", "from_code", "division_code"))

    def _classes(self, places: pl.Series) -> pl.DataFrame:
        """The residence class of each place on the day; of its version then, if there was one."""
        codes = ",".join(f"'{int(code):012d}'" for code in places.unique())
        query = f"""
        SELECT d.code AS division_code, CASE WHEN EXISTS (SELECT FROM places_divisionversion v
            WHERE v.division_id = d.code AND {self._version()})
          THEN (SELECT v.residence_class FROM places_divisionversion v
            WHERE v.division_id = d.code AND {self._version()} LIMIT 1)
          ELSE d.residence_class END AS residence_class
        FROM places_division d WHERE d.code = ANY (ARRAY[{codes}]::text[])"""
        return self._frame(query, {"division_code": pl.String, "residence_class": pl.String})

    def _version(self) -> str:
        return f"v.starts_on <= {self.day} AND (v.ends_on IS NULL OR v.ends_on > {self.day})"

    def _receiving(self, subject: str, ids: pl.Series) -> pl.DataFrame:
        """Who of these is in which category on the day."""
        query = f"""
        SELECT DISTINCT s.{subject}, s.category FROM registry_lowincomestatus s
        WHERE s.{subject} = ANY ({ids_of(ids)}) AND {self._holds("s")}"""
        return self._frame(query, {subject: pl.String, "category": pl.String})

    def _holds(self, row: str) -> str:
        return (
            f"{row}.superseded_at IS NULL AND {row}.starts_on <= {self.day} "
            f"AND ({row}.ends_on IS NULL OR {row}.ends_on > {self.day})"
        )

    def _counts(self) -> str:
        """`choose.counts` in SQL."""
        return f"""r.superseded_at IS NULL AND CASE WHEN r.kind IN ({AS_OF_DAY})
          THEN r.starts_on BETWEEN {self.year_before} AND {self.day}
          ELSE r.ends_on > {self.year_before} AND r.ends_on <= {self.day}
            AND r.starts_on = (r.ends_on - INTERVAL '1 year')::date END"""

    def _status(self, condition: str) -> str:
        return f"EXISTS (SELECT FROM registry_lowincomestatus s WHERE {condition} AND {self._holds('s')})"

    def _said(self, table: str, subject: str, ids: str, facts: tuple[Fact, ...], key: str) -> str:
        """The facts of each subject as columns, how many rows say them, and a bit for each kind that is told."""
        kinds = sorted({fact.kind for fact in facts})
        bits = " ".join(f"WHEN '{kind}' THEN {1 << place}" for place, kind in enumerate(kinds))
        return f"""
        SELECT r.{subject} AS {key}, {", ".join(self._column(fact) for fact in facts)},
          count(*) AS "#rows", bit_or(CASE r.kind {bits} END) AS "#kinds"
        FROM registry_{table} r WHERE {self._holding(table, subject, ids, kinds)} GROUP BY r.{subject}"""

    def _chosen(self, table: str, subject: str, ids: str, facts: tuple[Fact, ...], key: str) -> str:
        """The believed row per subject and kind, and its facts as columns."""
        kinds = sorted({fact.kind for fact in facts})
        period = ", r.ends_on DESC NULLS LAST" if table == "statement" else ""
        return f"""
        WITH chosen AS (SELECT DISTINCT ON (r.{subject}, r.kind) r.{subject} AS subject, r.*
            FROM registry_{table} r WHERE {self._holding(table, subject, ids, kinds)}
            ORDER BY r.{subject}, r.kind, {rank_of(kinds)}, r.recorded_at DESC{period}, r.id DESC)
        SELECT subject AS {key}, {", ".join(self._column(fact) for fact in facts)} FROM chosen GROUP BY subject"""

    def _holding(self, table: str, subject: str, ids: str, kinds: list[str]) -> str:
        """Rows of these kinds about these subjects that count on the day."""
        told = ", ".join(f"'{kind}'" for kind in kinds)
        fit = self._counts() if table == "statement" else self._holds("r")
        return f"r.{subject} = ANY ({ids}) AND r.kind IN ({told}) AND {fit}"

    def _column(self, fact: Fact) -> str:
        only = f"FILTER (WHERE kind = '{fact.kind}')"
        yes_no = "CASE code WHEN 'yes' THEN 'true' WHEN 'no' THEN 'false' END"
        years = f"""CASE code WHEN 'no' THEN 0 WHEN 'yes' THEN date_part('year', {self.day}) -
          date_part('year', starts_on) - (to_char({self.day}, 'MMDD') < to_char(starts_on, 'MMDD'))::int END"""
        reads: dict[Read, str] = {
            "yes": yes_no, "code": "nullif(code, '')", "int": "code", "grade": "grade", "years": years,
            "amount": "amount", "flag": "CASE WHEN amount = 0 THEN 'false' ELSE 'true' END",
        }  # fmt: skip
        return f"max({reads[fact.read]}) {only} AS {fact.name}"

    def _frame(self, query: str, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
        return frame_of(query, columns, self.using)


def frame_of(query: str, columns: Mapping[str, type[pl.DataType]], using: str = "default") -> pl.DataFrame:
    """Run the query into one text of all rows: no Python object a row, let alone a value."""
    line = f" || '{BETWEEN}' || ".join(f"coalesce(\"{name}\"::text, '')" for name in columns)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT string_agg({line}, E'\\n') FROM ({query}) AS facts")
        (told,) = cursor.fetchone() or (None,)
    if not told:
        return pl.DataFrame(schema=columns)
    return pl.read_csv(io.BytesIO(told.encode()), has_header=False, schema=columns, separator=BETWEEN)


def _among(key: str, receiving: pl.DataFrame, category: str) -> pl.Expr:
    """Whether each is in the category."""
    return pl.col(key).is_in(receiving.filter(pl.col("category") == category)[key].implode())


def ids_of(keys: pl.Series) -> str:
    """Ids of the register as an array in SQL."""
    return f"'{{{keys.drop_nulls().unique(maintain_order=True).str.join(',').item()}}}'::bigint[]"


def rank_of(kinds: Iterable[str]) -> str:
    """`choose.rank` in SQL, over rows of some kinds."""
    pairs = ", ".join(sorted(f"('{kind}', '{s.value}')" for kind in set(kinds) for s in COMPETENT.get(kind, ())))
    verified = f"WHEN (r.kind, r.source) IN ({pairs}) THEN {VERIFIED} " if pairs else ""
    ranks = f"WHEN r.source = 'visit' THEN {VISITED} WHEN r.source = 'declared' THEN {DECLARED} ELSE {OTHER}"
    return f"CASE {verified}{ranks} END"
