"""From what sources say now to the registry: what a batch touched, piece by piece, written where it changed."""

# ruff: noqa: S608 (everything built into a statement is a name of ours or a number)

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from doudi.accounts.models import Staff
from doudi.jobs.copying import copy_out
from doudi.registry.actions.department_facts import VALUES, Told, Written, state_facts
from doudi.registry.windows import may_be_negative, period_of, year_before

from ..contracts import CONTRACTS, FactRule
from ..models import Batch, State
from .facts import ADDITIVE, kinds

STANDING: dict[str, Any] = {
    "subject_id": pl.Int64, "code": pl.String, "grade": pl.Int64, "amount": pl.Int64, "detail": pl.String,
    "starts_on": pl.Date, "ends_on": pl.Date, "as_of": pl.Date,
}  # fmt: skip


def touched(cursor: Any, batch: Batch) -> pl.DataFrame:
    """Kind and subject of everything that the batch said anew or made give way, and of sums whose year moved on."""
    frame = copy_out(
        cursor,
        f"""SELECT DISTINCT fact, subject_id FROM feeds_sourcestanding
        WHERE batch_id = {batch.pk} OR superseded_by = {batch.pk} ORDER BY 1, 2""",
        {"fact": pl.String, "subject_id": pl.Int64},
    )
    summed = [fact for fact, rules in kinds(CONTRACTS[batch.contract]).items() if rules[0].how == "year_sum"]
    moved = [_moved_on(cursor, batch, fact) for fact in summed]
    return pl.concat([frame, *moved]).unique(maintain_order=True).sort("fact", "subject_id")


def _moved_on(cursor: Any, batch: Batch, fact: str) -> pl.DataFrame:
    """Subjects with a month that lies just before the year that now counts."""
    first = window(batch.as_of)[0]
    return copy_out(
        cursor,
        f"""SELECT DISTINCT fact, subject_id FROM feeds_sourcestanding WHERE division_code = '{batch.division_code}'
        AND contract = '{batch.contract}' AND fact = '{fact}' AND superseded_by IS NULL
        AND month >= DATE '{first}' - INTERVAL '2 months' AND month < DATE '{first}'""",
        {"fact": pl.String, "subject_id": pl.Int64},
    )


def window(as_of: date) -> list[date]:
    """The first days of the twelve months that end with the month of a day."""
    last = as_of.year * 12 + as_of.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - 11, last + 1)]


class Writer:
    """Writes the facts of one batch, landing or being taken back."""

    def __init__(self, batch: Batch, *, by: Staff | None, on: date, at: datetime, using: str, undoing: bool) -> None:
        self.batch, self.by, self.on, self.at, self.using = batch, by, on, at, using
        self.undoing = undoing
        self.contract = CONTRACTS[batch.contract]
        self.rules = kinds(self.contract)

    def write(self, cursor: Any, fact: str, ids: list[int]) -> Written:
        """Bring the registry to what the source says now about these subjects."""
        rule = self.rules[fact][0]
        stands = self._stands(cursor, fact, rule, ids)
        if stands is None:
            return Written(0, ())
        without = sorted(set(ids) - set(stands["subject_id"].to_list()))
        told = Told(
            table=rule.table,
            kind=fact,
            source=self.contract.source,
            rows=self._rows(rule, stands),
            ended=self._ended([] if self.undoing else without),
            withdrawn=without if self.undoing else (),
            anew=self.undoing,
        )
        return state_facts(told=told, by=self.by, on=self.on, at=self.at, using=self.using)

    def _stands(self, cursor: Any, fact: str, rule: FactRule, ids: list[int]) -> pl.DataFrame | None:
        """What the source says now; None if it cannot be said yet, because months are missing."""
        where = f"""division_code = '{self.batch.division_code}' AND contract = '{self.batch.contract}'
          AND fact = '{fact}' AND subject_id = ANY ('{{{",".join(map(str, ids))}}}') AND superseded_by IS NULL"""
        plain = "subject_id, code, grade, amount, encode(detail, 'hex'), starts_on, ends_on, as_of"
        if rule.how != "year_sum":
            return copy_out(cursor, f"SELECT {plain} FROM feeds_sourcestanding WHERE {where}", STANDING)
        until = self._newest()
        months = window(until)
        if not set(months) <= self._covered():
            return None
        year = f"month BETWEEN '{months[0]}' AND '{months[-1]}'"
        query = f"""SELECT subject_id, '', NULL, sum(amount) FILTER (WHERE {year}), NULL, NULL, NULL, DATE '{until}'
          FROM feeds_sourcestanding WHERE {where} GROUP BY subject_id"""
        return copy_out(cursor, query, STANDING).with_columns(pl.col("amount").fill_null(0))

    def _landed(self) -> list[tuple[date, list[str]]]:
        """Day and months of what has landed, with this batch unless it is being taken back."""
        rows = Batch.objects.using(self.using).filter(
            contract=self.batch.contract, division_code=self.batch.division_code, state=State.LANDED
        )
        known = list(rows.values_list("as_of", "months"))
        return known if self.undoing else [*known, (self.batch.as_of, self.batch.months)]

    def _newest(self) -> date:
        return max((day for day, _months in self._landed()), default=self.batch.as_of)

    def _covered(self) -> set[date]:
        return {date.fromisoformat(text) for _day, months in self._landed() for text in months}

    def _rows(self, rule: FactRule, stands: pl.DataFrame) -> pl.DataFrame:
        frame = stands.with_columns(
            pl.col("code").fill_null(""), pl.col("detail").str.decode("hex"), pl.coalesce("starts_on", "as_of")
        )
        if rule.table == "statement":
            # A bill taken back may stand in a later month than the bill: the year then has a sum of nothing.
            floor = rule.less or (rule.how in ADDITIVE and not may_be_negative(rule.kind))
            frame = self._dated(rule, frame).with_columns((pl.col("amount") - rule.less).clip(0) if floor else "amount")
        return frame.select("subject_id", "starts_on", "ends_on", *VALUES[rule.table])

    def _dated(self, rule: FactRule, frame: pl.DataFrame) -> pl.DataFrame:
        """The period that each figure covers."""
        stated = "as_of" if rule.how in ADDITIVE else "starts_on"
        periods = [(day, *self._period(rule, day)) for day in frame[stated].unique().to_list()]
        told = pl.DataFrame(periods, schema={stated: pl.Date, "#from": pl.Date, "#to": pl.Date}, orient="row")
        dated = frame.join(told, on=stated, how="left", maintain_order="left")
        return dated.with_columns(starts_on="#from", ends_on="#to")

    def _period(self, rule: FactRule, day: date) -> tuple[date, date]:
        """A year that ends with the day, not before it; what is as of a day covers that day."""
        if rule.how == "year_sum":
            until = min(day + timedelta(days=1), max(self.on, day))
            return year_before(until), until
        return period_of(rule.kind, day)

    def _ended(self, without: list[int]) -> pl.DataFrame:
        day = pl.Series("ends_on", [self.batch.as_of] * len(without), dtype=pl.Date)
        return pl.DataFrame({"subject_id": pl.Series(without, dtype=pl.Int64)}).with_columns(day)
