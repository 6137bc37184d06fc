"""What a department's file must look like and what it tells: the words in which the contracts are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from doudi.accounts.roles import Role
from doudi.policy.law import Article

Kind = Literal["resident_id", "name", "sex", "date", "fen", "int", "code", "text", "flag", "month"]
How = Literal["state", "latest", "year_sum", "count", "sum"]
Gone = Literal["end", "zero", "keep"]


@dataclass(frozen=True)
class Column:
    """One column. `aliases` are the headings that real offices use; `codes` the words for each code, the first shown.

    A file without a `required` column is refused. In a `filled` column an empty cell is a problem of its row; elsewhere
    empty means not known. `least` and `most` bound a number (money in fen); a day after today is a problem unless
    `future`; a number with decimals is one unless it may be `rounded`.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    kind: Kind
    required: bool = False
    filled: bool = False
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    hint: str = ""
    least: int | None = None
    most: int | None = None
    future: bool = False
    rounded: bool = False

    @property
    def words(self) -> dict[str, str]:
        """Word as written → code; a code may also be written as itself."""
        return {code: code for code in self.codes} | {
            word: code for code, words in self.codes.items() for word in words
        }


@dataclass(frozen=True)
class FactRule:
    """A fact of the registry that the rows of a source state: which kind, about whom, and how rows become it.

    `how`:
    - `state`: a certificate or circumstance. Of one subject the row with the last `when` counts (without `when`: the
      last in the file); `code`, or what stands in `code_from`, holds from that day (else from the batch's day) until
      `until`, or `lasts_days` later. Rows outside `where` are passed over, or say `otherwise`.
    - `latest`: a statement with `amount_from` of the subject's row with the last `when`.
    - `year_sum`: a statement for the 12 months before the batch's day: the sum of `amount_from` of the rows, of this
      batch and of those before, whose `when` falls within them. Only sums over 12 months that the source's batches
      cover whole are stated.
    - `count`, `sum`: a statement as of the batch's day about the household: how many rows its members have, less
      `less`, never below 0; or the sum of their `amount_from`. Only members who are on the list are summed: a file
      that names nobody of a household says nothing about it.
    `where` names for columns the codes that a row must have; '' among them lets rows pass that do not tell. Rows of one
    subject with the same `once_by` count once: a dwelling that husband and wife own together is one.
    `gone`: what becomes of the fact when the subject has left a whole list: the row ends, a figure becomes 0, or it
    stays.
    """

    table: Literal["certificate", "circumstance", "statement"]
    kind: str
    how: How
    of: Literal["person", "household"] = "person"
    who: str = "resident_id"
    who_name: str = "name"
    code: str = ""
    code_from: str = ""
    grade_from: str = ""
    amount_from: str = ""
    detail_from: str = ""
    when: str = ""
    until: str = ""
    lasts_days: int | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    otherwise: str = ""
    less: int = 0
    once_by: str = ""
    gone: Gone = "keep"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that this fact is made of."""
        told = (self.code_from, self.grade_from, self.amount_from, self.detail_from)
        named = (self.who, *told, self.when, self.until, self.once_by, *self.where)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Named:
    """The columns by which a row names one person; '' where the source does not tell."""

    resident_id: str
    name: str
    sex: str = ""
    birth_date: str = ""
    place: str = ""


@dataclass(frozen=True)
class Contract:
    """What one source sends: for which purpose, by whom, how often, which columns, and what it states.

    `source` is a value of the registry's `Source`. A `whole_list` names everybody who is on it at that day; otherwise
    each file brings the events since the last. `row_key` are the columns that no two rows of a file share. `dated_by`
    is the column whose last day tells how far the data reaches. `retention_days` is how long raw rows are kept.
    """

    key: str
    title: str
    source: str
    cadence_days: int
    liaison: Role | None
    purpose: str
    basis: tuple[Article, ...]
    whole_list: bool
    retention_days: int
    columns: tuple[Column, ...]
    row_key: tuple[str, ...]
    facts: tuple[FactRule, ...]
    dated_by: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def people(self) -> tuple[Named, ...]:
        """The people a row names: one, of a marriage two (`spouse_id`, `spouse_name`, `spouse_birth_date` …)."""

        def named(who: str) -> Named:
            first = "" if who == "resident_id" else who.removesuffix("id")
            told = (f"{first}{part}" for part in ("name", "sex", "birth_date", "place"))
            return Named(who, *(name if name in self.names else "" for name in told))

        return tuple(named(column.name) for column in self.columns if column.kind == "resident_id")
