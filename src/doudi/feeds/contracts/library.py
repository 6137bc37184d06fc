"""Reads the contracts from `sources/*.yaml`, once. One that contradicts itself fails at import, not on a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import yaml

from doudi.accounts.roles import Role
from doudi.policy.law import Article, instrument

from .shape import Column, Contract, FactRule, How, Kind

FOLDER = Path(__file__).parent / "sources"
PEOPLE = "_people.yaml"
"""The columns by which people are known, the same in every source."""


class ContractError(ValueError):
    """A contract that says something impossible."""


def load(folder: Path = FOLDER) -> dict[str, Contract]:
    """Every contract by its key, in the order of the keys."""
    people = _read(folder / PEOPLE)
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != PEOPLE)
    return {path.stem: contract(path.stem, _read(path), people) for path in paths}


def contract(key: str, told: dict[str, Any], people: dict[str, Any]) -> Contract:
    """The contract of one file. Raises ContractError."""
    columns = tuple(_column(name, people.get(name, {}) | (said or {})) for name, said in told["columns"].items())
    found = Contract(
        key=key,
        title=told["title"],
        source=told["source"],
        cadence_days=told["cadence_days"],
        liaison=Role(told["liaison"]) if told.get("liaison") else None,
        purpose=told["purpose"],
        basis=tuple(_article(text) for text in told["basis"]),
        whole_list=told["arrives"] == "list",
        retention_days=told["retention_days"],
        columns=columns,
        row_key=tuple(told["row_key"]),
        facts=tuple(_fact(said) for said in told["facts"]),
        dated_by=told.get("dated_by", ""),
    )
    _check(found)
    return found


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _article(text: str) -> Article:
    key, _, number = text.partition("-")
    return instrument(key).article(number)


def _column(name: str, said: dict[str, Any]) -> Column:
    said = dict(said)
    aliases = tuple(map(str, [*said.pop("aliases", ()), *said.pop("also", ())]))
    codes = {str(code): tuple(map(str, words)) for code, words in said.pop("codes", {}).items()}
    # Without a number a person may still be found by name and birth date: such a row is asked about, not refused.
    said.setdefault("filled", said.get("required", False) and said["kind"] != "resident_id")
    return Column(name=name, aliases=aliases, codes=codes, **said)


def _fact(said: dict[str, Any]) -> FactRule:
    said = dict(said)
    table = next(name for name in ("certificate", "circumstance", "statement") if name in said)
    where = {name: tuple(map(str, codes)) for name, codes in said.pop("where", {}).items()}
    return FactRule(table=table, kind=said.pop(table), where=where, **said)


def _check(told: Contract) -> None:
    wrong = [column.name for column in told.columns if column.kind not in get_args(Kind)]
    wrong += [column.name for column in told.columns if (column.kind == "code") != bool(column.codes)]
    wrong += [name for name in (*told.row_key, *filter(None, [told.dated_by])) if name not in told.names]
    for fact in told.facts:
        wrong += [name for name in fact.columns if name not in told.names]
        wrong += [
            f"{name}={code}" for name, codes in fact.where.items() for code in codes if not _known(told, name, code)
        ]
        wrong += [fact.kind] if fact.how not in get_args(How) or not _complete(fact) else []
    if wrong:
        raise ContractError(f"{told.key}: {', '.join(wrong)}")


def _known(told: Contract, name: str, code: str) -> bool:
    column = told.column(name)
    if code == "":
        return not column.filled
    return code in ("yes", "no") if column.kind == "flag" else code in column.codes


def _complete(fact: FactRule) -> bool:
    """Whether the rule names what its way of becoming a fact needs."""
    if fact.how == "state":
        return fact.table != "statement" and bool(fact.code) != bool(fact.code_from)
    needs_day = fact.how in ("latest", "year_sum")
    return (
        fact.table == "statement"
        and bool(fact.amount_from or fact.how == "count")
        and (bool(fact.when) or not needs_day)
    )
