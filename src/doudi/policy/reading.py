"""A case: one household with its persons and their obligors, read from data with one clear message per mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.policy.engine.case import Scope, Surroundings
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.units import DATE
from doudi.policy.errors import PolicyError
from doudi.policy.facts import FACTS, HEADS, Plain, written_date

Facts = Mapping[str, Plain | None]
PEOPLE_LIMIT = 50


@dataclass(frozen=True)
class Case:
    """The facts of one household; an absent fact is not known."""

    household: Facts
    persons: tuple[Facts, ...] = ()
    obligors: tuple[Facts, ...] = ()

    @classmethod
    def read(cls, data: object) -> Case:
        """From the shape of FILE.json; PolicyError names the first row and field that cannot be used."""
        if not isinstance(data, dict) or not isinstance(data.get("household"), dict):
            raise PolicyError("文件应为 {“household”: {…}, “persons”: […], “obligors”: […]} 的形式，缺少 household。")
        for extra in data.keys() - {"household", "persons", "obligors"}:
            raise PolicyError(f"文件中有不认识的部分“{extra}”。")
        household = read_row(HOUSEHOLD, data["household"], "household")
        persons = _rows(PERSON, data, "persons", {"household_id"})
        case = cls(household, persons, _rows(OBLIGOR, data, "obligors", set()))
        case.check_ids()
        return case

    def check_ids(self) -> None:
        """PolicyError for a repeated id, or an obligor of nobody in the household."""
        _unique("persons", "person_id", self.persons)
        _unique("obligors", "obligor_id", self.obligors)
        known = {person["person_id"] for person in self.persons}
        for number, person in enumerate(self.persons, 1):
            if person.get("household_id") not in (None, self.household.get("household_id")):
                raise PolicyError(f"persons 第 {number} 行：household_id 与本户不一致。")
        for number, obligor in enumerate(self.obligors, 1):
            if obligor["person_id"] not in known:
                raise PolicyError(f"obligors 第 {number} 行：person_id “{obligor['person_id']}”不在 persons 中。")

    def check_household(self) -> None:
        """PolicyError for a file that holds nobody, a whole village, or two heads."""
        if not 1 <= len(self.persons) <= PEOPLE_LIMIT:
            raise PolicyError(f"persons：一户应有 1 至 {PEOPLE_LIMIT} 人，现有 {len(self.persons)} 人，请检查。")
        for code, name in HEADS.items():
            rows = [n for n, person in enumerate(self.persons, 1) if person.get("relation") == code]
            if len(rows) > 1:
                raise PolicyError(f"persons 第 {rows[1]} 行：relation 为{name}（{code}）的不止一人，一户只能有一个。")

    def check_dates(self, on: date) -> None:
        """PolicyError for a birth after the day of the decision."""
        for kind, rows in (("persons", self.persons), ("obligors", self.obligors)):
            for number, row in enumerate(rows, 1):
                born = row.get("birth_date")
                if isinstance(born, date) and born > on:
                    raise PolicyError(f"{kind} 第 {number} 行：birth_date {born} 晚于办理日期 {on}。")

    def scopes(self, around: Surroundings) -> Scope:
        """The tree of entities that rules are evaluated on."""
        home = Scope(HOUSEHOLD, "household", self.household, around)
        by_person: dict[object, Scope] = {}
        for person in self.persons:
            scope = Scope(PERSON, f"person:{person['person_id']}", person, home)
            by_person[person["person_id"]] = scope
            home.children.append(scope)
        for obligor in self.obligors:
            owed = by_person[obligor["person_id"]]
            owed.children.append(Scope(OBLIGOR, f"obligor:{obligor['obligor_id']}", obligor, owed))
        return home

    def warnings(self) -> list[str]:
        """What is accepted as given, but should be looked at again."""
        rows = [("人员", p.get("person_id"), p) for p in self.persons]
        rows += [("义务人", o.get("obligor_id"), o) for o in self.obligors]
        return [text for kind, key, row in rows for text in _doubts(f"{kind} {key}", row)]

    def told(self) -> dict[str, Any]:
        """The case in the shape of FILE.json, unknown facts left out."""
        return {
            "household": _plain(self.household),
            "persons": [_plain(person) for person in self.persons],
            "obligors": [_plain(obligor) for obligor in self.obligors],
        }

    def with_fact(self, key: str, value: Plain | None) -> Case:
        """The same case with one fact changed; ``key`` as reasons are written: `person:p1.employed`."""
        owner, name = key.rsplit(".", 1)
        kind, _, entity = owner.partition(":")

        def changed(rows: tuple[Facts, ...], id_name: str) -> tuple[Facts, ...]:
            return tuple({**row, name: value} if row[id_name] == entity else row for row in rows)

        if kind == "household":
            return Case({**self.household, name: value}, self.persons, self.obligors)
        if kind == "person":
            return Case(self.household, changed(self.persons, "person_id"), self.obligors)
        return Case(self.household, self.persons, changed(self.obligors, "obligor_id"))


def read_row(depth: Depth, row: object, where: str, allowed: Iterable[str] = ()) -> dict[str, Plain | None]:
    """One row of facts with dates read; PolicyError for an unknown name, a wrong type or a value out of its domain."""
    if not isinstance(row, dict):
        raise PolicyError(f"{where}：应为一组事实 {{…}}。")
    result: dict[str, Plain | None] = {}
    for name, value in row.items():
        if name in allowed:
            result[name] = value
            continue
        if name not in FACTS[depth]:
            raise PolicyError(f"{where}：没有名为“{name}”的事实。")
        result[name] = read_value(depth, name, value, where)
    for name, spec in FACTS[depth].items():
        if spec.identity and name != "household_id" and result.get(name) is None:
            raise PolicyError(f"{where}：缺少 {name}。")
    return result


def read_value(depth: Depth, name: str, value: object, where: str) -> Plain | None:
    """One fact; PolicyError with where it stands and what it should be."""
    spec = FACTS[depth][name]
    if value is None:
        return None
    if spec.unit == DATE and isinstance(value, str):
        value = written_date(value) or value
    refusal = spec.refusal(value)
    if refusal:
        raise PolicyError(f"{where}：{name}（{spec.label}）{refusal}，现在是 {value!r}。")
    assert isinstance(value, bool | int | str | date)
    return value


def _rows(depth: Depth, data: dict[str, Any], name: str, allowed: set[str]) -> tuple[Facts, ...]:
    rows = data.get(name)
    if rows is not None and not isinstance(rows, list):
        raise PolicyError(f"{name} 应为列表 […]。")
    return tuple(read_row(depth, row, f"{name} 第 {n} 行", allowed) for n, row in enumerate(rows or [], 1))


def _unique(kind: str, name: str, rows: tuple[Facts, ...]) -> None:
    seen: set[object] = set()
    for number, row in enumerate(rows, 1):
        if row[name] in seen:
            raise PolicyError(f"{kind} 第 {number} 行：{name} “{row[name]}”重复。")
        seen.add(row[name])


def _doubts(who: str, row: Facts) -> list[str]:
    kind, grade = row.get("disability_kind"), row.get("disability_grade")
    if kind is None or grade is None or (kind == 0) == (grade == 0):
        return []
    return [f"{who}：残疾类别为 {kind} 而残疾等级为 {grade}，请核对残疾证。"]


def _plain(row: Facts) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, date) else v for name, v in row.items() if v is not None}
