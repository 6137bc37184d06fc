"""Rows of a source → what each says of whom: one small table a fact, still without looking at anything said before."""

from __future__ import annotations

from datetime import date

import polars as pl

from doudi.privacy.cipher import keyring

from ..contracts import Contract, FactRule

SAID: dict[str, pl.DataType | type[pl.DataType]] = {
    "subject_id": pl.Int64, "month": pl.Date, "code": pl.String, "grade": pl.Int64, "amount": pl.Int64,
    "detail": pl.Binary, "starts_on": pl.Date, "ends_on": pl.Date,
}  # fmt: skip
DETAIL_COLUMN = "registry_certificate.detail"
LONGEST_DETAIL = 200
ADDITIVE = frozenset({"year_sum", "count", "sum"})
"""Facts to which every row adds; of the others one row counts."""


def who_columns(contract: Contract) -> list[str]:
    """The columns of numbers by which rows name people, without repetition."""
    return list(dict.fromkeys(rule.who for rule in contract.facts))


def kinds(contract: Contract) -> dict[str, list[FactRule]]:
    """The rules by kind: several may state one kind, as death and the taking back of a death do."""
    found: dict[str, list[FactRule]] = {}
    for rule in contract.facts:
        found.setdefault(rule.kind, []).append(rule)
    return found


def said(rows: pl.DataFrame, contract: Contract, rules: list[FactRule], as_of: date) -> pl.DataFrame:
    """What typed rows say of one kind. They carry for each column of numbers `<who>#person` and `<who>#household`."""
    parts = [_of_rule(rows, rule, as_of) for rule in rules]
    whole = pl.concat(parts).drop_nulls("subject_id")
    if rules[0].how in ADDITIVE:
        return _added(whole)
    # The row with the last day counts; of two of that day, the one further down in the file.
    whole = whole.sort("starts_on", "#row", nulls_last=False).unique("subject_id", keep="last", maintain_order=True)
    return _sealed(whole).select(list(SAID))


def _of_rule(rows: pl.DataFrame, rule: FactRule, as_of: date) -> pl.DataFrame:
    fit = _within(rule)
    told = rows if rule.otherwise else rows.filter(fit)
    subject = f"{rule.who}#{'household' if rule.of == 'household' else 'person'}"
    told = told.unique([subject, rule.once_by], keep="first", maintain_order=True) if rule.once_by else told
    when = pl.col(rule.when).fill_null(as_of) if rule.when else pl.lit(as_of)
    code = pl.col(rule.code_from) if rule.code_from else pl.lit(rule.code)
    code = pl.when(fit).then(code).otherwise(pl.lit(rule.otherwise)) if rule.otherwise else code
    return told.select(
        pl.col("#row"),
        pl.col(subject).cast(pl.Int64).alias("subject_id"),
        (when.dt.truncate("1mo") if rule.how == "year_sum" else pl.lit(None, pl.Date)).alias("month"),
        code.cast(pl.String).fill_null("").alias("code"),
        _grade(rule).alias("grade"),
        _amount(rule).alias("amount"),
        (pl.col(rule.detail_from).cast(pl.String) if rule.detail_from else pl.lit(None, pl.String)).alias("words"),
        when.alias("starts_on"),
        _ends(rule, when).alias("ends_on"),
    ).filter(_speaks(rule))


def _within(rule: FactRule) -> pl.Expr:
    """Whether a row is one of those the rule is about; a flag is written yes or no in contracts."""
    fit = pl.lit(True)
    for name, codes in rule.where.items():
        flags = [{"yes": "true", "no": "false"}.get(code, code) for code in codes]
        fit &= pl.col(name).cast(pl.String).is_in([*codes, *flags]).fill_null("" in codes)
    return fit


def _grade(rule: FactRule) -> pl.Expr:
    return pl.col(rule.grade_from).cast(pl.Int64, strict=False) if rule.grade_from else pl.lit(None, pl.Int64)


def _amount(rule: FactRule) -> pl.Expr:
    if rule.how == "count":
        return pl.lit(1, pl.Int64)
    return pl.col(rule.amount_from).cast(pl.Int64) if rule.amount_from else pl.lit(None, pl.Int64)


def _ends(rule: FactRule, when: pl.Expr) -> pl.Expr:
    """The first day on which it no longer holds. One that ended before it began held for its first day."""
    last = pl.col(rule.until) if rule.until else pl.lit(None, pl.Date)
    if rule.lasts_days is not None:
        last = pl.coalesce(last, when + pl.duration(days=rule.lasts_days))
    return pl.when(last <= when).then(when + pl.duration(days=1)).otherwise(last).cast(pl.Date)


def _speaks(rule: FactRule) -> pl.Expr:
    """A row without the code or the amount says nothing; unknown is not zero."""
    return pl.col("code") != "" if rule.how == "state" else pl.col("amount").is_not_null()


def _added(whole: pl.DataFrame) -> pl.DataFrame:
    summed = whole.group_by("subject_id", "month", maintain_order=True).agg(pl.col("amount").sum())
    empty = [pl.lit(None, kind).alias(name) for name, kind in SAID.items() if name not in summed.columns]
    return summed.with_columns(empty).with_columns(code=pl.lit("")).select(list(SAID))


def _sealed(whole: pl.DataFrame) -> pl.DataFrame:
    """Words are sealed for the registry's column at once: from here on nobody can read them."""
    told = whole["words"].drop_nulls().str.slice(0, LONGEST_DETAIL)
    if not told.len():
        return whole.with_columns(pl.lit(None, pl.Binary).alias("detail"))
    sealed = iter(keyring().seal_many(told.to_list(), purpose=DETAIL_COLUMN))
    detail = [None if words is None else next(sealed) for words in whole["words"].to_list()]
    return whole.with_columns(pl.Series("detail", detail, dtype=pl.Binary))
